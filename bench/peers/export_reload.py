"""Logits of exported folders in Transformers beside those of the golden models: export_reload.py EXPORT GOLDEN lora|base TOLERANCE …

Every folder is loaded as a user would, in the type it was saved in, widened to float32. The tokenizer and the chat template, where there
are some, must give what the base model's give. Exit code 1 if a logit is further off than the tolerance.
"""
import json
import os
import sys

import torch
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM, AutoTokenizer

MESSAGES = [{"role": "user", "content": "  What is 17 + 25? "}]


def check(export, golden, kind, tolerance):
    model, report = AutoModelForCausalLM.from_pretrained(export, dtype=torch.float32, output_loading_info=True)
    if report["missing_keys"] or report["unexpected_keys"] or report["mismatched_keys"]:
        print(f"{export}: {report}")
        return 1
    reference = load_file(os.path.join(golden, "reference.safetensors"))
    with open(os.path.join(golden, "reference.json")) as file:
        sequences = json.load(file)["sequences"]
    worst = 0.0
    prefix = "lora.logits." if kind == "lora" else "logits."
    for i, sequence in enumerate(sequences):
        if f"{prefix}{i}" not in reference:
            continue
        with torch.no_grad():
            logits = model(torch.tensor([sequence])).logits[0]
        worst = max(worst, (logits - reference[f"{prefix}{i}"]).abs().max().item())
    wrong = not worst <= tolerance
    if os.path.exists(os.path.join(golden, "tokenizer.json")):
        ours, theirs = AutoTokenizer.from_pretrained(export), AutoTokenizer.from_pretrained(golden)
        text = "Export 123456: naïve café <|im_end|>\n\n  \t'll"
        wrong |= ours(text)["input_ids"] != theirs(text)["input_ids"]
        if theirs.chat_template is not None:
            wrong |= ours.apply_chat_template(MESSAGES, tokenize=False) != theirs.apply_chat_template(MESSAGES, tokenize=False)
    files = sorted(name for name in os.listdir(export) if name.endswith(".safetensors"))
    print(f"{export} ({kind}, {len(files)} file{'s' * (len(files) > 1)}): logits within {worst:.2g}, tolerance {tolerance:g}{'  WRONG' if wrong else ''}")
    return wrong


if __name__ == "__main__":
    arguments = sys.argv[1:]
    sys.exit(sum(check(arguments[i], arguments[i + 1], arguments[i + 2], float(arguments[i + 3])) for i in range(0, len(arguments), 4)) > 0)
