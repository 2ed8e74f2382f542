"""Shapes of small random models: what each config.json says, how the weights are stored, which adapter lies beside it.

A shape is a dictionary: `config` (as it is written; what is not in it takes the default of the family's configuration class),
`dtype` and `shards` of the files, `extra` (tensors that published files hold without need), `eos` (where end tokens are stated) and
`lora` (the adapter's configuration). The first are made by hand for the odd corners, the others drawn from a seed.
"""
import random

ARCHITECTURES = {"llama": "LlamaForCausalLM", "qwen2": "Qwen2ForCausalLM", "qwen3": "Qwen3ForCausalLM"}
SEVEN = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


def config(family, hidden, inner, layers, heads, vocabulary, **more):
    return {"model_type": family, "hidden_size": hidden, "intermediate_size": inner, "num_hidden_layers": layers,
            "num_attention_heads": heads, "vocab_size": vocabulary, **more}


def llama3(factor, original, low=1.0, high=4.0, **more):
    return {"rope_type": "llama3", "factor": factor, "low_freq_factor": low, "high_freq_factor": high,
            **({} if original is None else {"original_max_position_embeddings": original}), **more}


def lora(r, alpha, targets=None, **more):
    return {"r": r, "lora_alpha": alpha, "target_modules": targets or SEVEN, **more}


def by_hand():
    """Name and shape of the corner cases."""
    yield "llama-defaults", dict(config=config("llama", 48, 77, 2, 4, 301), dtype="float32", eos="none", lora=lora(4, 8))
    yield "qwen2-defaults", dict(config=config("qwen2", 128, 101, 2, 32, 333), dtype="float32", eos="generation", lora=lora(3, 7, ["q_proj", "v_proj"]))
    yield "qwen3-defaults", dict(config=config("qwen3", 57, 66, 2, 2, 211, num_key_value_heads=None), dtype="bfloat16", eos="config", lora=lora(5, 5, use_rslora=True))
    yield "llama-one-head", dict(config=config("llama", 33, 1, 1, 1, 67, head_dim=2, rope_theta=10000), dtype="float32", eos="config", lora=lora(1, 1))
    yield "llama-heads-8-of-1", dict(config=config("llama", 64, 129, 3, 8, 1021, num_key_value_heads=1, rms_norm_eps=1e-5, rope_theta=500000.0,
                                     rope_scaling=llama3(8.0, 32), max_position_embeddings=4096), dtype="bfloat16", shards=4, eos="both", lora=lora(8, 4, "all-linear"))
    yield "llama-scaled-no-original", dict(config=config("llama", 40, 90, 2, 4, 257, rope_theta=10000.0, max_position_embeddings=512, rope_scaling=llama3(4.0, None)),
                                           dtype="float16", eos="config", lora=lora(4, 16, ["down_proj", "o_proj"]))
    yield "llama-original-above", dict(config=config("llama", 40, 90, 2, 4, 259, rope_theta=500000.0, max_position_embeddings=1024,
                                       original_max_position_embeddings=24, rope_scaling=llama3(16.0, 128)), dtype="float32", eos="config", lora=lora(2, 3))
    yield "llama-theta-inside", dict(config=config("llama", 40, 90, 2, 2, 263, rope_theta=10000.0, rope_scaling={"type": "default", "rope_theta": 250000.0}),
                                     dtype="float32", eos="config", lora=lora(2, 3, layers_to_transform=[1]))
    yield "llama-new-style", dict(config=config("llama", 72, 115, 4, 6, 503, num_key_value_heads=2, head_dim=20, rms_norm_eps=1e-5,
                                  rope_parameters=llama3(32.0, 16, rope_theta=500000.0), max_position_embeddings=131072, tie_word_embeddings=True), new=True,
                                  dtype="float32", eos="both", lora=lora(6, 9, r"model\.layers\.\d+\.self_attn\.[qo]_proj"))
    yield "llama-both-styles", dict(config=config("llama", 40, 64, 2, 4, 199, rope_theta=20000.0, rope_scaling=llama3(2.0, 64, 0.5, 8.0),
                                    rope_parameters={"rope_type": "default", "rope_theta": 77000.0}), dtype="float32", eos="config", lora=lora(2, 4))
    yield "llama-empty-scaling", dict(config=config("llama", 40, 64, 2, 4, 199, rope_scaling={}, rope_parameters={"rope_theta": 77000.0}, hidden_act="swish",
                                      use_sliding_window=True, sliding_window=None), dtype="float32", eos="config", lora=lora(2, 4))
    yield "llama-partial-one", dict(config=config("llama", 40, 64, 2, 4, 199, partial_rotary_factor=1.0, rope_theta=10000, pretraining_tp=1), dtype="float64", eos="config", lora=lora(2, 4))
    yield "llama-tied-with-copy", dict(config=config("llama", 48, 64, 2, 3, 310, tie_word_embeddings=True), extra=["lm_head", "inv_freq"], dtype="float16", shards=3,
                                       eos="config", lora=lora(4, 8, rank_pattern={"q_proj": 2, "layers.1.mlp.down_proj": 7}, alpha_pattern={"q_proj": 3, "down_proj": 5}))
    yield "qwen2-floor", dict(config=config("qwen2", 65, 100, 3, 4, 401, num_key_value_heads=2, tie_word_embeddings=True, rope_theta=1000000.0), dtype="float32", eos="both",
                              lora=lora(4, 6, ["k_proj", "v_proj", "up_proj"], use_rslora=True))
    yield "qwen2-head-size", dict(config=config("qwen2", 60, 80, 2, 5, 409, num_key_value_heads=5, head_dim=18, rope_theta=1000000.0), dtype="bfloat16", shards=2, eos="generation", lora=lora(4, 6))
    yield "qwen2-window-wide", dict(config=config("qwen2", 64, 80, 3, 4, 409, num_key_value_heads=2, max_position_embeddings=600, use_sliding_window=True, sliding_window=600,
                                    max_window_layers=1), dtype="float32", eos="generation", lora=lora(4, 6))
    yield "qwen2-window-above", dict(config=config("qwen2", 64, 80, 3, 4, 409, num_key_value_heads=2, use_sliding_window=True, sliding_window=16, max_window_layers=3,
                                     attention_bias=True, mlp_bias=True), dtype="float32", eos="generation", lora=lora(4, 6, exclude_modules=["o_proj"]))
    yield "qwen2-layers-full", dict(config=config("qwen2", 64, 80, 3, 4, 409, num_key_value_heads=4, use_sliding_window=True, sliding_window=16, max_window_layers=1,
                                    layer_types=["full_attention"] * 3, attention_bias=False), dtype="float32", eos="generation", lora=lora(4, 6))
    yield "qwen2-scaled", dict(config=config("qwen2", 56, 80, 2, 7, 409, num_key_value_heads=7, rope_theta=1000000.0, rope_scaling=llama3(8.0, 64)), dtype="float32", eos="generation", lora=lora(4, 6))
    yield "qwen3-new-style", dict(config=config("qwen3", 64, 99, 6, 8, 1009, num_key_value_heads=4, head_dim=6, tie_word_embeddings=True, attention_bias=False, rms_norm_eps=1e-6,
                                  rope_parameters={"rope_type": "default", "rope_theta": 5000000}, layer_types=["full_attention"] * 6, sliding_window=None), new=True,
                                  dtype="bfloat16", shards=5, eos="both", lora=lora(4, 2, rank_pattern={r"layers.[0-2].self_attn.v_proj": 6}, alpha_pattern={"gate_proj": 11}))
    yield "qwen3-mixed-types", dict(config=config("qwen3", 50, 31, 3, 3, 127, num_key_value_heads=1, head_dim=34, rope_theta=1000000), dtype="mixed", eos="config", lora=lora(7, 7))


def drawn(seed):
    """A shape from a seed."""
    draw = random.Random(seed)
    family = ("llama", "qwen2", "qwen3")[seed % 3]
    heads = draw.randint(1, 8)
    kv = draw.choice([d for d in range(1, heads + 1) if heads % d == 0])
    head = draw.choice([2, 4, 6, 8, 10, 14, 16, 18, 24, 32, 40, 64])
    hidden = draw.randint(9, 110)
    if family == "llama":
        hidden = max(2 * heads, hidden // heads * heads)  # Transformers refuses others.
    inner, vocabulary, layers = draw.randint(1, 190), draw.randint(40, 1300), draw.randint(1, 6)
    if draw.random() < 0.25:  # More than one tile of columns, rows and vocabulary.
        hidden, inner, vocabulary, layers = 3 * hidden // heads * heads + heads, draw.randint(200, 900), draw.randint(4000, 9000), draw.randint(1, 3)
    stated = draw.random() < 0.6 or family == "qwen3" or hidden // heads % 2
    shape = config(family, hidden, inner, layers, heads, vocabulary, num_key_value_heads=kv,
                   max_position_embeddings=draw.choice([512, 2048, 32768]), rms_norm_eps=draw.choice([1e-5, 1e-6]), tie_word_embeddings=draw.random() < 0.5, hidden_act="silu")
    if stated:
        shape["head_dim"] = head
    theta = draw.choice([10000.0, 100000, 500000.0, 1000000.0, 5000000])
    scaling = llama3(draw.choice([2.0, 8.0, 32.0]), draw.choice([16, 50, 128, 8192]), draw.choice([1.0, 0.5]), draw.choice([4.0, 2.0])) if family == "llama" and draw.random() < 0.6 else None
    new = draw.random() < 0.5
    if new:
        shape["rope_parameters"] = {**(scaling or {"rope_type": "default"}), "rope_theta": theta}
    else:
        shape["rope_theta"], shape["rope_scaling"] = theta, scaling
    targets = draw.choice([SEVEN, draw.sample(SEVEN, draw.randint(1, 5)), "all-linear"])
    adapter = lora(draw.randint(1, 16), draw.choice([1, 8, 16, 5.5]), targets, use_rslora=draw.random() < 0.4)
    return f"{family}-{seed}", dict(config=shape, new=new, dtype=draw.choice(["float32", "bfloat16", "float16"]), shards=draw.choice([1, 1, 3]),
                                    eos=draw.choice(["config", "generation", "both"]), lora=adapter)


def shapes(count):
    """All shapes: those made by hand, then as many drawn ones as are missing to `count`, at least none."""
    hand = list(by_hand())
    return hand + [drawn(seed) for seed in range(max(0, count - len(hand)))]
