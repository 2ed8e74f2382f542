"""Model folders of shapes that nobody chose for Tilt, with what Transformers computes for them in float32: models.py FOLDER [COUNT]

Every folder has the layout of the project's golden models: config.json, weights, lora/, reference.json and reference.safetensors.
Sequences are drawn anew until no choice (greedy, beams) hangs on rounding: float64 must choose the same. Beside the golden keys,
`responses` holds greedy tokens up to an end token that the folder itself states, as `generate` honours it, `beam_responses` beam
searches with those end tokens at penalty 1, and a search among `beam` may have its own `num_beams`.
"""
import json
import math
import os
import random
import re
import sys
import warnings

import torch
import transformers
from safetensors.torch import save_file
from torch.func import functional_call
from transformers import AutoConfig, AutoModelForCausalLM, GenerationConfig
from transformers.generation.logits_process import MinPLogitsWarper, TemperatureLogitsWarper, TopKLogitsWarper, TopPLogitsWarper

import model_shapes

FILTERS = ["t0.25", "t0.7", "t1.6", "topk1", "topk5", "topk64", "topp0.8", "topp0.35", "topp0.99", "minp0.1", "minp0.02", "t0.7_topp0.8", "t1.6_minp0.05",
           "t0.25_topk5_topp0.8_minp0.1", "t0.7_topk5_topp0.8_minp0.1", "t1.3_topk40_topp0.95"]
BEAMS = [(0, 4, 0.0, False), (0, 4, 1.0, False), (1, 4, 2.0, False), (1, 4, 1.0, True), (2, 4, 0.0, False), (2, 4, 0.5, True), (0, 4, -0.5, False), (1, 2, 1.0, False), (2, 7, 0.7, False)]
LIMIT, GREEDY = 16, 24


def write_model(folder, name, shape):
    """config.json and random weights; returns the number of end tokens to state later."""
    os.makedirs(folder)
    config = dict(shape["config"])
    if shape["dtype"] != "mixed":
        config["dtype" if shape.get("new") else "torch_dtype"] = shape["dtype"]
    if not name.endswith("defaults"):
        config["architectures"] = [model_shapes.ARCHITECTURES[config["model_type"]]]
    with open(os.path.join(folder, "config.json"), "w") as file:
        json.dump(config, file, indent=2)
    model = AutoModelForCausalLM.from_config(AutoConfig.from_pretrained(folder), dtype=torch.float32)
    draw = torch.Generator().manual_seed(len(name) * 1000 + sum(map(ord, name)))
    tensors = {}
    for parameter, value in model.named_parameters():
        noise = torch.randn(value.shape, generator=draw)
        if parameter.endswith("norm.weight"):
            tensors[parameter] = 1 + 0.25 * noise
        elif parameter.endswith("bias"):
            tensors[parameter] = 0.5 * noise
        else:
            tensors[parameter] = noise * (1.6 if "embed" in parameter or "lm_head" in parameter else 1.1) / math.sqrt(value.shape[1])
    for parameter, value in list(tensors.items()):
        kind = {"mixed": "float32" if value.dim() == 1 else "bfloat16" if "self_attn" in parameter else "float16"}.get(shape["dtype"], shape["dtype"])
        tensors[parameter] = value.to(getattr(torch, kind))
    if "lm_head" in shape.get("extra", []):
        tensors["lm_head.weight"] = tensors["model.embed_tokens.weight"].clone()
    if "inv_freq" in shape.get("extra", []):
        tensors["model.layers.0.self_attn.rotary_emb.inv_freq"] = torch.ones(8)
    shards = shape.get("shards", 1)
    names = sorted(tensors)
    if shards == 1:
        save_file(tensors, os.path.join(folder, "model.safetensors"), metadata={"format": "pt"})
    else:
        places = {}
        for i in range(shards):
            file = f"model-{i + 1:05}-of-{shards:05}.safetensors"
            part = names[i::shards]
            save_file({n: tensors[n] for n in part}, os.path.join(folder, file), metadata={"format": "pt"})
            places |= dict.fromkeys(part, file)
        with open(os.path.join(folder, "model.safetensors.index.json"), "w") as file:
            json.dump({"metadata": {"total_size": sum(t.nbytes for t in tensors.values())}, "weight_map": places}, file, indent=2)
    return config


def pattern_value(patterns, module, default):
    for pattern, value in patterns.items():
        if re.match(rf"(.*\.)?({pattern})$", module):
            return value
    return default


def is_target(settings, module, layer):
    targets = settings["target_modules"]
    suffix = lambda names: any(module == n or module.endswith("." + n) for n in names)
    if settings.get("layers_to_transform") is not None and layer not in settings["layers_to_transform"]:
        return False
    if suffix(settings.get("exclude_modules") or []):
        return False
    if targets == "all-linear":
        return True
    return bool(re.fullmatch(targets, module)) if isinstance(targets, str) else suffix(targets)


def write_adapter(folder, shape, model, draw):
    """An adapter in PEFT's layout; returns A, B and the scaling of every module."""
    settings = {"peft_type": "LORA", "task_type": "CAUSAL_LM", "bias": "none", "lora_dropout": 0.0, "use_dora": False, "fan_in_fan_out": False, "inference_mode": True,
                "rank_pattern": {}, "alpha_pattern": {}, "modules_to_save": None, "layers_to_transform": None, **shape["lora"]}
    layers, tensors = {}, {}
    for name, value in model.named_parameters():
        if not name.endswith("_proj.weight"):
            continue
        module = name.removesuffix(".weight")
        if not is_target(settings, module, int(module.split(".")[2])):
            continue
        r, alpha = pattern_value(settings["rank_pattern"], module, settings["r"]), pattern_value(settings["alpha_pattern"], module, settings["lora_alpha"])
        scaling = alpha / (math.sqrt(r) if settings.get("use_rslora") else r)
        a = torch.randn((r, value.shape[1]), generator=draw) * 0.7 / math.sqrt(value.shape[1])
        b = torch.randn((value.shape[0], r), generator=draw) * 0.5 / (scaling * math.sqrt(r))
        kind = getattr(torch, shape["dtype"]) if shape["dtype"] in ("bfloat16", "float16") else torch.float32
        a, b = a.to(kind), b.to(kind)
        tensors |= {f"base_model.model.{module}.lora_A.weight": a, f"base_model.model.{module}.lora_B.weight": b}
        layers[module] = (a.float().requires_grad_(), b.float().requires_grad_(), scaling)
    os.makedirs(os.path.join(folder, "lora"))
    save_file(tensors, os.path.join(folder, "lora", "adapter_model.safetensors"), metadata={"format": "pt"})
    with open(os.path.join(folder, "lora", "adapter_config.json"), "w") as file:
        json.dump(settings, file, indent=2)
    return layers


def greedy(model, prompt):
    """Tokens and the smallest gap between the two best logits, without a cache."""
    tokens, margin = list(prompt), math.inf
    with torch.no_grad():
        for _ in range(GREEDY):
            top = model(torch.tensor([tokens]), use_cache=False).logits[0, -1].topk(2)
            margin = min(margin, (top.values[0] - top.values[1]).item())
            tokens.append(top.indices[0].item())
    return tokens[len(prompt):], margin


def beams(model, prompt, width, penalty, early, eos):
    settings = GenerationConfig(num_beams=width, num_return_sequences=width, max_new_tokens=LIMIT, do_sample=False, length_penalty=penalty, early_stopping=early,
                                eos_token_id=eos, pad_token_id=0, bos_token_id=None, return_dict_in_generate=True, output_scores=True)
    ids = torch.tensor([prompt])
    with torch.no_grad():
        found = model.generate(ids, attention_mask=torch.ones_like(ids), generation_config=settings)
    ends = eos if isinstance(eos, list) else [eos]  # None ends nothing.
    hypotheses = []
    for sequence, score in zip(found.sequences, found.sequences_scores):
        tokens = sequence[len(prompt):].tolist()
        end = next((t for t, token in enumerate(tokens) if token in ends), None)
        tokens = tokens[:end + 1] if end is not None else tokens[:LIMIT]
        with torch.no_grad():
            logs = model(torch.tensor([prompt + tokens]), use_cache=False).logits[0].log_softmax(-1)
        total = sum(logs[len(prompt) - 1 + t, token].item() for t, token in enumerate(tokens))
        hypotheses.append({"tokens": tokens, "finished": end is not None, "score": score.item(), "sum_logprob": total, "length_in_score": len(tokens)})
    return hypotheses


def filtered(scores, name):
    for part in name.split("_"):
        kind, value = re.fullmatch(r"(topk|topp|minp|t)([\d.]+)", part).groups()
        warper = {"t": lambda v: TemperatureLogitsWarper(float(v)), "topk": lambda v: TopKLogitsWarper(int(v)), "topp": lambda v: TopPLogitsWarper(float(v)),
                  "minp": lambda v: MinPLogitsWarper(float(v))}[kind](value)
        scores = warper(None, scores)
    return scores.softmax(-1)


def reference(folder, shape):
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    exact = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float64, attn_implementation="eager").eval()
    name, vocabulary = os.path.basename(folder), model.config.vocab_size
    draw = random.Random(name)
    lengths = [draw.choice([300, 257, 190] + [450] * (model.config.max_position_embeddings > 512)), draw.randint(20, 120), draw.choice([1, 2, 3, 7, 15])]
    sequences, chosen = [], []
    for length in lengths:
        for _ in range(50):
            sequence = [draw.randrange(vocabulary) for _ in range(length)]
            tokens, margin = greedy(model, sequence)
            if margin > 2e-3 and tokens == greedy(exact, sequence)[0]:
                break
        else:
            raise SystemExit(f"{name}: no prompt of {length} tokens has clear greedy tokens.")
        sequences.append(sequence)
        chosen.append({"prompt": sequence, "tokens": tokens, "min_top2_logit_margin": margin})
    longest = max(lengths)
    ids = torch.tensor([s + [0] * (longest - len(s)) for s in sequences])
    mask = torch.tensor([[1] * len(s) + [0] * (longest - len(s)) for s in sequences])
    tensors = {}

    def run(call):
        logits = call(input_ids=ids, attention_mask=mask, use_cache=False).logits
        rows = [logits[i, :n] for i, n in enumerate(lengths)]
        logs = [row[:-1].log_softmax(-1).gather(1, torch.tensor(s[1:])[:, None])[:, 0] for row, s in zip(rows, sequences)]
        return rows, logs, -torch.cat(logs).mean()

    rows, logs, loss = run(model)
    loss.backward()
    with torch.no_grad():
        wide = exact(input_ids=ids, attention_mask=mask, use_cache=False).logits
    for parameter, value in model.named_parameters():
        tensors["grad." + parameter] = value.grad.clone()
    for i, row in enumerate(rows):
        tensors[f"logits.{i}"] = row.detach()
        for f in FILTERS:
            narrow, broad = filtered(row[-1:].detach(), f)[0], filtered(row[-1:].detach().double(), f)[0]
            # What is kept must not hang on the rounding of a sum.
            if torch.equal(narrow == 0, broad == 0):
                tensors[f"dist.{i}.{f}"] = narrow
    result = {"model": name, "library": f"transformers {transformers.__version__}, torch {torch.__version__.split('+')[0]}", "sequences": sequences, "lengths": lengths,
              "pad_id": 0, "loss_mean_nll": loss.item(), "loss_tokens": sum(lengths) - 3, "token_logprobs": [x.tolist() for x in logs],
              "entropies": [torch.special.entr(row.detach().softmax(-1)).sum(-1).tolist() for row in rows],
              "max_abs_logit_difference_float64_run": max((wide[i, :n] - row).abs().max().item() for i, (n, row) in enumerate(zip(lengths, rows))),
              "grad_global_norm": torch.cat([p.grad.flatten() for p in model.parameters()]).double().norm().item(), "greedy": chosen}
    layers = write_adapter(folder, shape, model, torch.Generator().manual_seed(len(name)))
    base = {n: p.detach() for n, p in model.named_parameters()}
    merged = base | {f"{m}.weight": base[f"{m}.weight"] + s * (b @ a) for m, (a, b, s) in layers.items()}
    rows, logs, loss = run(lambda **inputs: functional_call(model, merged, kwargs=inputs, tie_weights=True))
    loss.backward()
    tensors |= {f"lora.logits.{i}": rows[i].detach() for i in (1, 2)}
    for module, (a, b, _) in layers.items():
        tensors |= {f"lora.grad.{module}.lora_A.weight": a.grad, f"lora.grad.{module}.lora_B.weight": b.grad}
    result["lora"] = {"r": shape["lora"]["r"], "alpha": shape["lora"]["lora_alpha"], "loss_mean_nll": loss.item(), "token_logprobs": [x.tolist() for x in logs]}
    result["beam"] = {"num_beams": 4, "max_new_tokens": LIMIT, "cases": beam_cases(model, exact, sequences, draw)}
    ends = state_ends(folder, shape, chosen)
    result["end_of_sequence_ids"], result["responses"] = ends, responses(folder, sequences, ends)
    result["beam_responses"] = beam_responses(model, exact, sequences, ends)
    save_file({k: v.contiguous().clone() for k, v in tensors.items()}, os.path.join(folder, "reference.safetensors"))
    with open(os.path.join(folder, "reference.json"), "w") as file:
        json.dump(result, file)
    return result


def beam_cases(model, exact, sequences, draw):
    cases = []
    for index, width, penalty, early in BEAMS:
        free = beams(model, sequences[index], width, penalty, early, -1)
        for attempt in range(6):
            tokens = [t for h in free for t in h["tokens"][:8]]
            eos = sorted(draw.sample(tokens, 1) if attempt % 2 == 0 else set(draw.sample(tokens, 3)))
            eos = eos[0] if len(eos) == 1 else eos
            found = beams(model, sequences[index], width, penalty, early, eos)
            scores = [h["score"] for h in found]
            clear = all(x - y > 2e-5 for x, y in zip(scores, scores[1:]))
            if clear and [h["tokens"] for h in found] == [h["tokens"] for h in beams(exact, sequences[index], width, penalty, early, eos)]:
                cases.append({"prompt_index": index, "num_beams": width, "eos_token_id": eos, "length_penalty": penalty, "early_stopping": early, "hypotheses": found})
                break
    return cases


def beam_responses(model, exact, sequences, ends):
    """What `generate` finds with the folder's own end tokens at penalty 1, of prompts where that hangs on no rounding."""
    found = []
    for index, sequence in enumerate(sequences):
        narrow = beams(model, sequence, 4, 1.0, False, ends or None)
        scores = [h["score"] for h in narrow]
        if all(x - y > 2e-5 for x, y in zip(scores, scores[1:])) and [h["tokens"] for h in narrow] == [h["tokens"] for h in beams(exact, sequence, 4, 1.0, False, ends or None)]:
            found.append({"prompt_index": index, "hypotheses": narrow})
    return found


def state_ends(folder, shape, chosen):
    """Writes end tokens that greedy tokens run into where the shape wants them stated, and returns those that count."""
    where = shape["eos"]
    first, second = chosen[0]["tokens"][9], chosen[1]["tokens"][4]
    path = os.path.join(folder, "config.json")
    with open(path) as file:
        config = json.load(file)
    if where in ("config", "both"):
        config["eos_token_id"] = [first, second] if where == "config" else second
        config["bos_token_id"] = 3
        with open(path, "w") as file:
            json.dump(config, file, indent=2)
    if where in ("generation", "both"):
        with open(os.path.join(folder, "generation_config.json"), "w") as file:
            json.dump({"eos_token_id": [first, 5, second], "do_sample": True, "temperature": 0.6, "top_k": 20, "top_p": 0.9}, file)
    ends = GenerationConfig.from_pretrained(folder).eos_token_id if where in ("generation", "both") else AutoConfig.from_pretrained(folder).eos_token_id
    return ends if isinstance(ends, list) else [] if ends is None else [ends]


def responses(folder, sequences, ends):
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    found = []
    for sequence in sequences:
        ids = torch.tensor([sequence])
        with torch.no_grad():
            tokens = model.generate(ids, attention_mask=torch.ones_like(ids), do_sample=False, num_beams=1, max_new_tokens=GREEDY, pad_token_id=0, temperature=None, top_k=None, top_p=None)
        tokens = tokens[0, len(sequence):].tolist()
        found.append({"tokens": tokens, "finished": tokens[-1] in ends})
    return found


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    transformers.logging.set_verbosity_error()
    torch.manual_seed(0)
    root, count = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 34
    for name, shape in model_shapes.shapes(count):
        folder = os.path.join(root, name)
        write_model(folder, name, shape)
        result = reference(folder, shape)
        print(f"{name}: {len(result['beam']['cases'])} beam searches, float64 within {result['max_abs_logit_difference_float64_run']:.2g}", flush=True)
