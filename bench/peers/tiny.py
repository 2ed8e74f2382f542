"""PyTorch eager and Transformers on the embedded model: sampling, and one training step. One JSON line a row.

    bench/peers/peer python3 bench/peers/tiny.py sampling|training --threads N --label TEXT

Sampling: 256 sequences, prompt of 32 tokens, 64 new tokens at temperature 1, no stop, prefill included.
Training: policy-gradient loss of 256 sequences of 96 tokens, forward, backward, clipping, AdamW; as one batch and in
micro-batches of 32 sequences. The same token ids as `Tilt.Benchmarks`.
"""
import argparse
import json
import math
import time

import torch
import torch.nn.functional as F
from transformers import AutoModelForCausalLM

SEQUENCES, PROMPT, NEW = 256, 32, 64
LIMIT_SECONDS = 6


def ids(vocabulary, time_steps):
    i = torch.arange(SEQUENCES).unsqueeze(1)
    t = torch.arange(time_steps).unsqueeze(0)
    return (i * 31 + t * 17 + t * t * 7) % vocabulary


def measure(run, repeats):
    run()
    times = []
    begin = time.perf_counter()
    while len(times) < repeats and (not times or time.perf_counter() - begin < LIMIT_SECONDS):
        start = time.perf_counter()
        run()
        times.append(1000 * (time.perf_counter() - start))
    times.sort()
    return {"median_ms": round(times[len(times) // 2], 1), "best_ms": round(times[0], 1), "repeats": len(times)}


class Eager:
    """The decoder in plain PyTorch calls, with a preallocated key/value cache."""

    def __init__(self, model):
        c = model.config
        self.heads, self.key_heads = c.num_attention_heads, c.num_key_value_heads
        self.size = getattr(c, "head_dim", None) or c.hidden_size // self.heads
        self.eps, self.layers, self.inner = c.rms_norm_eps, c.num_hidden_layers, c.intermediate_size
        w = dict(model.named_parameters())
        self.embedding, self.final = w["model.embed_tokens.weight"], w["model.norm.weight"]
        self.blocks = [{n.split(f"layers.{i}.")[1]: p for n, p in w.items() if f"layers.{i}." in n} for i in range(self.layers)]
        base = c.rope_parameters["rope_theta"] if getattr(c, "rope_parameters", None) else c.rope_theta
        inverse = base ** (-torch.arange(0, self.size, 2).float() / self.size)
        angles = torch.outer(torch.arange(256).float(), inverse)
        self.cos, self.sin = torch.cat([angles.cos()] * 2, -1), torch.cat([angles.sin()] * 2, -1)
        self.fused = None

    def fuse(self):
        """Joined projections for sampling, as anyone who writes a fast loop would."""
        with torch.no_grad():
            self.fused = [(torch.cat([b[f"self_attn.{p}_proj.weight"] for p in "qkv"]), torch.cat([b["mlp.gate_proj.weight"], b["mlp.up_proj.weight"]])) for b in self.blocks]

    def norm(self, x, w):
        return F.rms_norm(x, (x.shape[-1],), w, self.eps)

    def rotate(self, x, begin):
        cos, sin = self.cos[begin:begin + x.shape[2]].to(x.dtype), self.sin[begin:begin + x.shape[2]].to(x.dtype)
        half = self.size // 2
        return x * cos + torch.cat([-x[..., half:], x[..., :half]], -1) * sin

    def forward(self, tokens, begin=0, cache=None):
        """Normed hidden states [batch, time, hidden]."""
        x = F.embedding(tokens, self.embedding)
        batch, steps, _ = x.shape
        q_width, k_width = self.heads * self.size, self.key_heads * self.size
        for layer, b in enumerate(self.blocks):
            h = self.norm(x, b["input_layernorm.weight"])
            if self.fused is not None:
                q, k, v = F.linear(h, self.fused[layer][0]).split([q_width, k_width, k_width], -1)
            else:
                q, k, v = (F.linear(h, b[f"self_attn.{p}_proj.weight"]) for p in "qkv")
            q = self.rotate(q.view(batch, steps, self.heads, self.size).transpose(1, 2), begin)
            k = self.rotate(k.view(batch, steps, self.key_heads, self.size).transpose(1, 2), begin)
            v = v.view(batch, steps, self.key_heads, self.size).transpose(1, 2)
            if cache is not None:
                cache[layer][0][:, :, begin:begin + steps] = k
                cache[layer][1][:, :, begin:begin + steps] = v
                k, v = cache[layer][0][:, :, :begin + steps], cache[layer][1][:, :, :begin + steps]
            a = F.scaled_dot_product_attention(q, k, v, is_causal=steps > 1)
            x = x + F.linear(a.transpose(1, 2).reshape(batch, steps, q_width), b["self_attn.o_proj.weight"])
            h = self.norm(x, b["post_attention_layernorm.weight"])
            if self.fused is not None:
                gate, up = F.linear(h, self.fused[layer][1]).split([self.inner, self.inner], -1)
            else:
                gate, up = F.linear(h, b["mlp.gate_proj.weight"]), F.linear(h, b["mlp.up_proj.weight"])
            x = x + F.linear(F.silu(gate) * up, b["mlp.down_proj.weight"])
        return self.norm(x, self.final)

    @torch.inference_mode()
    def sample(self, prompts):
        batch = prompts.shape[0]
        cache = [(torch.empty(batch, self.key_heads, PROMPT + NEW, self.size, dtype=self.embedding.dtype),
                  torch.empty(batch, self.key_heads, PROMPT + NEW, self.size, dtype=self.embedding.dtype)) for _ in range(self.layers)]
        hidden = self.forward(prompts, 0, cache)[:, -1]
        out, log_probabilities = [], []
        for t in range(NEW):
            log = F.log_softmax(F.linear(hidden, self.embedding).float(), -1)
            token = torch.multinomial(log.exp(), 1)
            out.append(token)
            log_probabilities.append(log.gather(1, token))
            if t + 1 < NEW:
                hidden = self.forward(token, PROMPT + t, cache)[:, -1]
        return torch.cat(out, 1), torch.cat(log_probabilities, 1)


def load(path, dtype):
    return AutoModelForCausalLM.from_pretrained(path, dtype=dtype)


def check(model):
    """Mean log-probability of the fixed sequences: the same weights as Tilt's."""
    tokens = ids(model.config.vocab_size, PROMPT + NEW)
    with torch.no_grad():
        log = F.log_softmax(model(tokens[:, :-1]).logits.float(), -1).gather(2, tokens[:, 1:].unsqueeze(2))[:, PROMPT - 1:]
    return round(log.mean().item(), 5)


def sampling(path, emit, repeats):
    for name, dtype in (("float32", torch.float32), ("bfloat16", torch.bfloat16)):
        model = load(path, dtype).eval()
        prompts = ids(model.config.vocab_size, PROMPT)
        engine = Eager(model)
        engine.fuse()
        emit("pytorch eager", name, "preallocated", measure(lambda: engine.sample(prompts), repeats), check(model) if dtype is torch.float32 else None)
        for cache in ("dynamic", "static"):
            options = dict(max_new_tokens=NEW, min_new_tokens=NEW, do_sample=True, temperature=1.0, top_k=0, top_p=1.0, eos_token_id=None,
                           pad_token_id=0, attention_mask=torch.ones_like(prompts), disable_compile=True)
            if cache == "static":
                options["cache_implementation"] = "static"
            with torch.inference_mode():
                emit("transformers generate", name, cache, measure(lambda: model.generate(prompts, **options), repeats), None)


def training(path, emit, repeats):
    for name, dtype in (("float32", torch.float32), ("bfloat16", torch.bfloat16)):
        for micro in (SEQUENCES, 32):
            model = load(path, torch.float32)
            tokens = ids(model.config.vocab_size, PROMPT + NEW)
            advantages = torch.where(torch.arange(SEQUENCES) % 2 == 0, 0.01, -0.01).unsqueeze(1)
            parameters = list(model.parameters())
            optimizer = torch.optim.AdamW(parameters, lr=2e-4, betas=(0.9, 0.999), weight_decay=0.01)
            engine = Eager(model)

            def step():
                optimizer.zero_grad(set_to_none=True)
                for begin in range(0, SEQUENCES, micro):
                    part = tokens[begin:begin + micro]
                    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=dtype is torch.bfloat16):
                        hidden = engine.forward(part[:, :-1])[:, PROMPT - 1:]
                        logits = F.linear(hidden, engine.embedding)
                    log = F.log_softmax(logits.float(), -1).gather(2, part[:, PROMPT:].unsqueeze(2)).squeeze(2)
                    loss = -(torch.exp(log.detach() + 4).clamp(max=20) * advantages[begin:begin + micro] * log).sum() / (SEQUENCES * NEW)
                    loss.backward()
                torch.nn.utils.clip_grad_norm_(parameters, 1.0)
                optimizer.step()

            emit("pytorch eager", name, "one batch" if micro == SEQUENCES else f"micro-batches of {micro}", measure(step, repeats), None)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("mode", choices=["sampling", "training"])
    arguments.add_argument("--model", default="assets/embedded")
    arguments.add_argument("--threads", type=int, default=1)
    arguments.add_argument("--label", default="")
    arguments.add_argument("--repeats", type=int, default=3)
    given = arguments.parse_args()
    torch.set_num_threads(given.threads)
    torch.manual_seed(1)

    def emit(engine, dtype, variant, timing, mean):
        row = {"what": given.mode, "engine": engine, "dtype": dtype, "variant": variant, "threads": given.threads, "setting": given.label, **timing}
        if mean is not None:
            row["mean_log_probability"] = mean
        print(json.dumps(row), flush=True)

    (sampling if given.mode == "sampling" else training)(given.model, emit, given.repeats)


if __name__ == "__main__":
    main()
