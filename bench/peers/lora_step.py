"""One optimiser step of a low-rank adapter on a frozen bfloat16 model, in Transformers. One JSON line a step, and one with the best.

    bench/peers/peer python3 bench/peers/lora_step.py --model DIR --tokens 512 --threads 2

Like `Tilt.Benchmarks lora-step`: mean negative log-likelihood of one sequence, rank 16 on all linear layers of the blocks, forward,
backward, clipping, AdamW, activation checkpointing. The adapter does what PEFT does: A and B are float32, the input is cast
to them (--adapter-dtype bfloat16 saves the casts). DIR must lie under the current folder.
"""
import argparse
import json
import math
import os
import time

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # Its own threads wait for OpenMP's: products in float32 would crawl.

import torch
from transformers import AutoModelForCausalLM


class LoraLinear(torch.nn.Module):
    def __init__(self, base, rank, alpha, dtype):
        super().__init__()
        self.base, self.scaling = base, alpha / rank
        self.a = torch.nn.Linear(base.in_features, rank, bias=False, dtype=dtype, device=base.weight.device)
        self.b = torch.nn.Linear(rank, base.out_features, bias=False, dtype=dtype, device=base.weight.device)
        torch.nn.init.kaiming_uniform_(self.a.weight, a=math.sqrt(5))
        torch.nn.init.zeros_(self.b.weight)

    def forward(self, x):
        result = self.base(x)
        return result + (self.b(self.a(x.to(self.a.weight.dtype))) * self.scaling).to(result.dtype)


def status(key):
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith(key)) / 1e9


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True)
    parser.add_argument("--tokens", type=int, default=512)
    parser.add_argument("--rank", type=int, default=16)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--attention", default="eager", help="sdpa is several times slower here: without MKL its bfloat16 kernel has no fast product")
    parser.add_argument("--adapter-dtype", default="float32")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--no-checkpointing", action="store_true")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(1)
    start = time.perf_counter()
    model = AutoModelForCausalLM.from_pretrained(arguments.model, dtype=torch.bfloat16, attn_implementation=arguments.attention).to(arguments.device)
    model.requires_grad_(False)
    load = time.perf_counter() - start
    for layer in model.model.layers:
        for part in (layer.self_attn, layer.mlp):
            for name, child in list(part.named_children()):
                if isinstance(child, torch.nn.Linear):
                    setattr(part, name, LoraLinear(child, arguments.rank, 2 * arguments.rank, getattr(torch, arguments.adapter_dtype)))
    if not arguments.no_checkpointing:
        model.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})
        model.enable_input_require_grads()
    model.train()
    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=1e-4)
    ids = torch.tensor([[(i * 7919 + 13) % model.config.vocab_size for i in range(arguments.tokens)]], device=arguments.device)
    best = math.inf
    for step in range(arguments.repeats):
        start = time.perf_counter()
        optimizer.zero_grad()
        loss = model(input_ids=ids, labels=ids, use_cache=False).loss
        if arguments.device != "cpu":
            torch.cuda.synchronize()
        forward = time.perf_counter() - start
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        if arguments.device != "cpu":
            torch.cuda.synchronize()
        best = min(best, time.perf_counter() - start)
        print(json.dumps({
            "step": step + 1, "seconds": round(time.perf_counter() - start, 2), "forward": round(forward, 2), "loss": round(loss.item(), 5), "gradient_norm": round(norm.item(), 4),
            "peak_resident_gb": round(status("VmHWM"), 2), "load_seconds": round(load, 2), "adapter_millions": round(sum(p.numel() for p in trained) / 1e6, 1),
            "threads": arguments.threads, "attention": arguments.attention, "adapter_dtype": arguments.adapter_dtype, "checkpointing": not arguments.no_checkpointing,
        }), flush=True)
    print(json.dumps({"engine": f"Transformers, {arguments.attention} attention, {arguments.adapter_dtype} adapter", "step_seconds": best, "step_peak_gb": status("VmHWM")}), flush=True)


if __name__ == "__main__":
    main()
