"""Trains a byte-level tokenizer of Qwen's kind on text files, to time Tilt with a vocabulary of the size of published ones.

    python3 train_tokenizer.py OUT [FOLDER]    (FOLDER: searched for .py and .md files, default /usr/lib/python3/dist-packages)

Writes OUT/tokenizer.json, OUT/tokenizer_config.json and OUT/text.txt, every 37th of the files (the training takes up to 40 MB).
"""

import glob
import json
import os
import sys

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

PATTERN = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
out = sys.argv[1]
root = sys.argv[2] if len(sys.argv) > 2 else "/usr/lib/python3/dist-packages"
files = sorted(path for ending in ("py", "md") for path in glob.glob(f"{root}/**/*.{ending}", recursive=True))


def texts(paths, most):
    for path in paths:
        try:
            with open(path, encoding="utf-8") as file:
                text = file.read()
        except (OSError, UnicodeDecodeError):
            continue
        most -= len(text)
        if most < 0:
            return
        yield text


tokenizer = Tokenizer(models.BPE())
tokenizer.normalizer = normalizers.NFC()
tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(PATTERN), "isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
tokenizer.decoder = decoders.ByteLevel()
tokenizer.train_from_iterator(texts(files, 40_000_000), trainers.BpeTrainer(vocab_size=100_000, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False))
tokenizer.add_special_tokens([AddedToken(token, normalized=False) for token in ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]])
os.makedirs(out, exist_ok=True)
tokenizer.save(os.path.join(out, "tokenizer.json"))
with open(os.path.join(out, "tokenizer_config.json"), "w", encoding="utf-8") as file:
    json.dump({"eos_token": "<|im_end|>"}, file)
with open(os.path.join(out, "text.txt"), "w", encoding="utf-8") as file:
    file.writelines(texts(files[::37], 8_000_000))
print(f"{tokenizer.get_vocab_size()} tokens from {len(files)} files")
