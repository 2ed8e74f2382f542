"""Model folders with shapes and weights that are hard on a quantiser: odd_models.py FOLDER [COUNT]

Row lengths that do not fill blocks of 32, matrices of one row, more than ten blocks, and weights with halves to round, zeros,
denormals and every magnitude up to the largest that float16 holds. The same seeds give the same folders.
"""
import json
import os
import sys

import torch
from safetensors.torch import save_file

FAMILIES = {"llama": "LlamaForCausalLM", "qwen2": "Qwen2ForCausalLM", "qwen3": "Qwen3ForCausalLM"}


def numbers(random, shape):
    """Rows of very different magnitudes; every fourth row holds multiples of one half, and some blocks are zero."""
    values = torch.randn(shape, generator=random, dtype=torch.float64)
    rows = values.reshape(-1, shape[-1])
    for i in range(rows.shape[0]):
        exponent = float(torch.rand(1, generator=random)) * 45 - 42
        rows[i] *= 10.0 ** exponent
        if i % 4 == 1:
            rows[i] = torch.randint(-254, 255, (shape[-1],), generator=random) / 2
            rows[i][0] = 127
        if i % 4 == 2:
            rows[i][: shape[-1] // 2] = 0
    return values.clamp(-65000, 65000).reshape(shape)


def write(folder, seed):
    random = torch.Generator().manual_seed(seed)
    pick = lambda *choices: choices[int(torch.randint(len(choices), (1,), generator=random))]
    family = list(FAMILIES)[seed % 3]
    heads, group, head = pick(2, 3, 4), pick(1, 2), pick(2, 8, 10, 16, 32)
    kv = heads // group if heads % group == 0 else heads
    hidden = heads * head if family == "qwen2" else pick(24, 33, 40, 48, 64, 96, 100)
    inner, vocabulary, layers = pick(1, 17, 31, 32, 63, 64, 100), pick(7, 32, 50), pick(1, 2, 11)
    tied = bool(pick(0, 1))
    dtype = pick(torch.float32, torch.float32, torch.bfloat16, torch.float16)
    weights = {"model.embed_tokens.weight": (vocabulary, hidden), "model.norm.weight": (hidden,)}
    if not tied:
        weights["lm_head.weight"] = (vocabulary, hidden)
    for layer in range(layers):
        block = f"model.layers.{layer}."
        for name, rows in (("q", heads * head), ("k", kv * head), ("v", kv * head)):
            weights[f"{block}self_attn.{name}_proj.weight"] = (rows, hidden)
            if family == "qwen2":
                weights[f"{block}self_attn.{name}_proj.bias"] = (rows,)
        if family == "qwen3":
            weights[block + "self_attn.q_norm.weight"] = weights[block + "self_attn.k_norm.weight"] = (head,)
        weights[block + "self_attn.o_proj.weight"] = (hidden, heads * head)
        weights[block + "input_layernorm.weight"] = weights[block + "post_attention_layernorm.weight"] = (hidden,)
        weights[block + "mlp.gate_proj.weight"] = weights[block + "mlp.up_proj.weight"] = (inner, hidden)
        weights[block + "mlp.down_proj.weight"] = (hidden, inner)
    os.makedirs(folder, exist_ok=True)
    tensors = {name: numbers(random, shape).to(dtype) for name, shape in weights.items()}
    save_file(tensors, os.path.join(folder, "model.safetensors"), metadata={"format": "pt"})
    config = {"architectures": [FAMILIES[family]], "model_type": family, "vocab_size": vocabulary, "hidden_size": hidden,
              "intermediate_size": inner, "num_hidden_layers": layers, "num_attention_heads": heads, "num_key_value_heads": kv,
              "head_dim": head, "max_position_embeddings": 128, "rms_norm_eps": 1e-6, "rope_theta": 10000.0,
              "tie_word_embeddings": tied, "hidden_act": "silu", "torch_dtype": str(dtype)[6:], "bos_token_id": 1, "eos_token_id": 2}
    if family == "qwen2":
        del config["head_dim"]
    if family == "llama" and seed % 2:
        config["rope_scaling"] = {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
                                  "original_max_position_embeddings": 16}
    with open(os.path.join(folder, "config.json"), "w") as file:
        json.dump(config, file, indent=2)


if __name__ == "__main__":
    for number in range(int(sys.argv[2]) if len(sys.argv) > 2 else 12):
        write(os.path.join(sys.argv[1], f"odd-{number:02}"), number)
