"""The peers' side of real_models.sh, one JSON line a run, and its table. Times are the best of several, as Tilt's are: machines are shared.

    real_models.py transformers --model FOLDER --attention eager|sdpa --threads N [--device cuda]
    real_models.py llama --model FILE.gguf --threads N
    real_models.py table ROWS
"""
import argparse
import json
import resource
import subprocess
import sys
import time

CONTEXT, STEPS, BATCH = 512, 8, 8


def transformers(arguments):
    import torch
    from transformers import AutoModelForCausalLM

    torch.set_num_threads(arguments.threads)
    torch.manual_seed(1)
    start = time.perf_counter()
    device = torch.device(arguments.device)
    finish = torch.cuda.synchronize if device.type == "cuda" else lambda: None
    if device.type == "cuda":
        # Starting CUDA is no part of loading a model.
        torch.zeros(1, device=device)
        start = time.perf_counter()
    model = AutoModelForCausalLM.from_pretrained(arguments.model, dtype=torch.bfloat16, attn_implementation=arguments.attention).to(device)
    finish()
    load = time.perf_counter() - start
    ids = torch.randint(0, model.config.vocab_size, (1, CONTEXT), device=device)
    row = {"engine": f"Transformers, {arguments.attention} attention", "load_seconds": load}
    with torch.inference_mode():
        # Logits of the last position alone, as when generating.
        model(ids[:, :16], use_cache=True, logits_to_keep=1)
        best = float("inf")
        for _ in range(2):
            start = time.perf_counter()
            output = model(ids, use_cache=True, logits_to_keep=1)
            finish()
            best = min(best, time.perf_counter() - start)
        row["prefill_tokens_per_second"] = CONTEXT / best
        cache = output.past_key_values
        for batch in (1, BATCH, *arguments.batches):
            logits = output.logits.expand(batch, -1, -1)
            if batch > 1:
                # The tokens of the single sequence go; the rest is every sequence's context.
                cache.crop(CONTEXT)
                cache.batch_repeat_interleave(batch // cache.layers[0].keys.shape[0])
            best = float("inf")
            for _ in range(STEPS + 1):
                start = time.perf_counter()
                tokens = torch.multinomial(logits[:, -1].float().softmax(-1), 1)
                logits = model(tokens, past_key_values=cache, use_cache=True, logits_to_keep=1).logits
                finish()
                best = min(best, time.perf_counter() - start)
            row[f"decode_b{batch}_tokens_per_second"] = batch / best
    row["peak_gb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9
    print(json.dumps(row), flush=True)


def llama(arguments):
    command = ["llama-batched-bench", "-m", arguments.model, "-c", str((CONTEXT + STEPS) * (BATCH + 1)), "-npp", str(CONTEXT), "-ntg", str(STEPS),
               "-npl", f"1,{BATCH}", "-pps", "-t", str(arguments.threads), "--output-format", "jsonl"]
    results = {}
    for _ in range(2):
        run = subprocess.run(command, capture_output=True, text=True)
        found = [json.loads(line) for line in run.stdout.splitlines() if line.startswith("{")]
        if len(found) != 2:
            sys.exit(f"llama-batched-bench failed:\n{run.stdout}\n{run.stderr}")
        for result in found:
            best = results.setdefault(result["pl"], result)
            for speed in ("speed_pp", "speed_tg"):
                best[speed] = max(best[speed], result[speed])
    # Its load time is not printed: a whole process that reads one token, less the time that reading took.
    start = time.perf_counter()
    run = subprocess.run(["llama-bench", "-m", arguments.model, "-p", "1", "-n", "0", "-r", "1", "--no-warmup", "-t", str(arguments.threads), "-o", "json"],
                         capture_output=True, text=True, check=True)
    load = time.perf_counter() - start - json.loads(run.stdout)[0]["samples_ns"][0] / 1e9
    print(json.dumps({
        "engine": "llama.cpp, BF16 file",
        "load_seconds": load,
        "prefill_tokens_per_second": results[1]["speed_pp"],
        "decode_b1_tokens_per_second": results[1]["speed_tg"],
        f"decode_b{BATCH}_tokens_per_second": results[BATCH]["speed_tg"],
        "peak_gb": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 / 1e9,
    }), flush=True)


def table(arguments):
    rows = [json.loads(line) for line in open(arguments.rows) if line.startswith("{")]
    weights = next(row["weights_gb"] for row in rows if "weights_gb" in row)
    print(f"Weights: {weights:.2f} GB. Prompt of {CONTEXT} tokens; generation behind it.\n")
    print("| engine | load, s | peak loaded | peak at the end | prefill, tokens/s | decode, 1 sequence, tokens/s | decode, 8 sequences, tokens/s |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    for row in rows:
        if "load_seconds" not in row or "peak_gb" not in row:
            continue
        loaded = f"{row['peak_loaded_gb'] / weights:.2f} ×" if "peak_loaded_gb" in row else ""
        print(f"| {row['engine']} | {row['load_seconds']:.2f} | {loaded} | {row['peak_gb'] / weights:.2f} × | {row['prefill_tokens_per_second']:.0f} "
              f"| {row['decode_b1_tokens_per_second']:.1f} | {row[f'decode_b{BATCH}_tokens_per_second']:.1f} |")
    print(f"\nThe machine reads the weights at {max(row.get('read_gb_per_second', 0) for row in rows):.0f} GB/s. A step of a rank-16 adapter on {CONTEXT} tokens:\n")
    print("| engine | step, s | peak |")
    print("|---|---:|---:|")
    for row in rows:
        if "step_seconds" in row:
            print(f"| {row['engine']} | {row['step_seconds']:.1f} | {row['step_peak_gb'] / weights:.2f} × |")


parser = argparse.ArgumentParser()
commands = parser.add_subparsers(required=True)
for name, function in (("transformers", transformers), ("llama", llama)):
    command = commands.add_parser(name)
    command.add_argument("--model", required=True)
    command.add_argument("--threads", type=int, required=True)
    command.add_argument("--device", default="cpu")
    command.add_argument("--batches", type=int, nargs="*", default=[], help="further batches, each a multiple of the one before")
    command.set_defaults(function=function)
    if name == "transformers":
        command.add_argument("--attention", required=True)
command = commands.add_parser("table")
command.add_argument("rows")
command.set_defaults(function=table)
arguments = parser.parse_args()
arguments.function(arguments)
