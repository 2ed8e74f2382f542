"""The peers' side of real_training.sh, one JSON line a run, and its table. Times are the best of the repeats, as Tilt's are.

    real_training.py rollouts --engine generate|loop --model FOLDER --dtype bfloat16|float32 --threads N
    real_training.py update --what full|lora --model FOLDER --threads N [--micro-batch SEQUENCES] [--attention eager|sdpa]
    real_training.py table ROWS
    real_training.py arithmetic FOLDER      writes the questions of Tilt's task 'arithmetic' for real_rl.py
    real_training.py steps FOLDER           a table of whole steps: run/timings.jsonl and metrics.jsonl of Tilt, loop.txt of real_rl.py

generate is Transformers'; loop is the sampler of real_rl.py beside this file: grouped prefill, preallocated cache, blocked inverse CDF.
The prompts are random tokens, ends are ignored: every engine reads and draws the same number of tokens.
"""
import argparse
import json
import math
import os
import resource
import sys
import time

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # Its own threads wait for OpenMP's: products in float32 would crawl.

PROMPTS, GROUP, PROMPT_TOKENS, TOKENS = 32, 4, 38, 128
SEQUENCES, LENGTH, RANK = 64, 256, 16


def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9


def rollouts(a):
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM

    torch.set_num_threads(a.threads)
    torch.manual_seed(1)
    dtype = getattr(torch, a.dtype)
    model = AutoModelForCausalLM.from_pretrained(a.model, dtype=dtype).eval()
    prompts = torch.randint(0, model.config.vocab_size, (PROMPTS, PROMPT_TOKENS))
    if a.engine == "loop":
        import real_rl
        sampler = real_rl.Sampler(model.state_dict(), AutoConfig.from_pretrained(a.model), dtype)
        draw = lambda: sampler.sample(prompts.tolist(), GROUP, TOKENS, ignore_end=True)
    else:
        draw = lambda: model.generate(
            prompts, attention_mask=torch.ones_like(prompts), do_sample=True, temperature=1.0, top_k=0, top_p=1.0, num_return_sequences=GROUP,
            min_new_tokens=TOKENS, max_new_tokens=TOKENS, pad_token_id=0)
    best = math.inf
    with torch.inference_mode():
        for _ in range(a.repeats):
            start = time.perf_counter()
            draw()
            best = min(best, time.perf_counter() - start)
    name = "real_rl.py" if a.engine == "loop" else "Transformers' generate"
    return {"what": "rollouts", "engine": name, "dtype": a.dtype, "rollout_seconds": best,
            "tokens_per_second": PROMPTS * GROUP * TOKENS / best, "peak_gb": peak()}


def update(a):
    import torch
    from transformers import AutoModelForCausalLM

    torch.set_num_threads(a.threads)
    torch.manual_seed(1)
    lora = a.what == "lora"
    # Frozen weights stay in bfloat16; masters are float32 and the products of both run in bfloat16.
    model = AutoModelForCausalLM.from_pretrained(a.model, dtype=torch.bfloat16 if lora else torch.float32, attn_implementation=a.attention)
    if lora:
        from lora_step import LoraLinear
        model.requires_grad_(False)
        for layer in model.model.layers:
            for part in (layer.self_attn, layer.mlp):
                for name, child in list(part.named_children()):
                    if isinstance(child, torch.nn.Linear):
                        setattr(part, name, LoraLinear(child, RANK, 2 * RANK, getattr(torch, a.adapter_dtype)))
    model.train()
    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=1e-5)
    ids = torch.tensor([[(i * 7919 + 13 + s * 31) % model.config.vocab_size for i in range(LENGTH)] for s in range(SEQUENCES)])
    best, first = math.inf, None
    for _ in range(a.repeats):
        start, total = time.perf_counter(), 0.0
        optimizer.zero_grad()
        for begin in range(0, SEQUENCES, a.micro_batch):
            part = ids[begin:begin + a.micro_batch]
            with torch.autocast("cpu", torch.bfloat16, enabled=not lora):
                hidden = model.model(input_ids=part, use_cache=False).last_hidden_state[:, :-1]
                logits = (hidden @ model.lm_head.weight.T.to(hidden.dtype)).float()
                loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), part[:, 1:].flatten(), reduction="sum") / (SEQUENCES * (LENGTH - 1))
            loss.backward()
            total += float(loss)
        norm = torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        best = min(best, time.perf_counter() - start)
        first = first or (total, float(norm))
    return {"what": a.what, "engine": f"PyTorch, {a.attention}, micro-batches of {a.micro_batch}" + (f", adapter {a.adapter_dtype}" if lora else ""),
            "dtype": "bfloat16", "step_seconds": best, "tokens_per_second": SEQUENCES * LENGTH / best, "first_loss": first[0],
            "first_gradient_norm": first[1], "peak_gb": peak()}


def table(path):
    rows = [json.loads(line) for line in open(path) if line.startswith("{")]
    print("| what | engine | dtype | seconds | tokens/s | peak GB | Tilt is faster by |\n|---|---|---|---:|---:|---:|---:|")
    seconds = lambda r: r.get("rollout_seconds") or r["step_seconds"]
    for what in dict.fromkeys(r["what"] for r in rows):
        group = sorted((r for r in rows if r["what"] == what), key=seconds)
        for r in group:
            ours = min((seconds(t) for t in group if t["engine"] == "Tilt" and t["dtype"] == r["dtype"]), default=math.nan)
            print(f"| {what} | {r['engine']} | {r['dtype']} | {seconds(r):.2f} | {r.get('tokens_per_second', math.nan):.0f} | "
                  f"{r['peak_gb']:.2f} | {'' if r['engine'] == 'Tilt' else f'{seconds(r) / ours:.2f} ×'} |")


def arithmetic(folder):
    import hashlib
    signs = {"+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b}
    pairs = [(a, "+", b) for a in range(1, 21) for b in range(1, 21)] + [(a, "-", b) for a in range(1, 21) for b in range(1, a + 1)]
    pairs += [(a, "*", b) for a in range(1, 13) for b in range(1, 13)]
    with open(f"{folder}/arithmetic-train.jsonl", "w") as train, open(f"{folder}/arithmetic-test.jsonl", "w") as test:
        for a, sign, b in pairs:
            question = f"What is {a} {sign} {b}?"
            held_out = int.from_bytes(hashlib.sha256(question.encode()).digest(), "big") % 5 == 0
            print(json.dumps({"problem": question, "answer": str(signs[sign](a, b))}), file=test if held_out else train)


def steps(folder):
    import re
    import statistics
    read = lambda name: [json.loads(line) for line in open(f"{folder}/run/{name}.jsonl")]
    lengths = {m["step"]: m["response/length"] for m in read("metrics") if "response/length" in m}
    # What the loop has not got is left out of Tilt's steps too: checkpoints and evaluations.
    ours = [(t["time/generation"], sum(v for k, v in t.items() if k.startswith("time/")
                                       and k not in ("time/step", "time/evaluation", "time/checkpoint")), lengths[t["step"]], t)
            for t in read("timings") if t["step"] in lengths]
    pattern = re.compile(r"tokens ([\d.]+), rows with gradient (\d+).*rollouts ([\d.]+) s, gradient ([\d.]+) s, publish ([\d.]+) s")
    theirs = [(float(m[3]), float(m[3]) + float(m[4]) + float(m[5]), float(m[1])) for m in map(pattern.search, open(f"{folder}/loop.txt")) if m]
    print("| step | Tilt: tokens a response | rollouts s | whole step s | real_rl.py: tokens a response | rollouts s | whole step s |")
    print("|---:|---:|---:|---:|---:|---:|---:|")
    for i, (a, b) in enumerate(zip(ours, theirs)):
        print(f"| {i + 1} | {a[2]:.1f} | {a[0]:.1f} | {a[1]:.1f} | {b[2]:.1f} | {b[0]:.1f} | {b[1]:.1f} |")
    median = lambda rows: statistics.median(r[1] for r in rows)
    best = lambda rows: min(r[1] / r[2] for r in rows)
    rest = sum(t["time/rest"] for *_, t in ours) / sum(a[1] for a in ours)
    print(f"\nMedian of whole steps: Tilt {median(ours):.1f} s, real_rl.py {median(theirs):.1f} s, {median(theirs) / median(ours):.2f} x. "
          f"Best seconds for each token of a response: {best(theirs) / best(ours):.2f} x. Publishing weights and all small things: {rest:.1%} of Tilt's steps.")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("command", choices=["rollouts", "update", "table", "arithmetic", "steps"])
    parser.add_argument("rows", nargs="?")
    parser.add_argument("--engine", choices=["generate", "loop"], default="generate")
    parser.add_argument("--what", choices=["full", "lora"], default="full")
    parser.add_argument("--model")
    parser.add_argument("--dtype", default="bfloat16")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=2)
    parser.add_argument("--micro-batch", type=int, default=8)
    parser.add_argument("--attention", default="eager")
    parser.add_argument("--adapter-dtype", default="float32")
    a = parser.parse_args()
    if a.command in ("table", "arithmetic", "steps"):
        {"table": table, "arithmetic": arithmetic, "steps": steps}[a.command](a.rows)
    else:
        print(json.dumps({"rollouts": rollouts, "update": update}[a.command](a)), flush=True)


if __name__ == "__main__":
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    main()
