"""Tokens of GGUF files in llama.cpp beside those of Transformers for the folder they were made from: gguf_tokenize.py FILE.gguf FOLDER …

Each string is tokenised by llama-server with and without the tokens that stand before a text. llama.cpp does not normalise (the key
tokenizer.ggml.normalizer.nfc has no effect for these tokenizers), so it gets the text in the form that the tokenizer would bring it into.
Exit code 1 if an id differs.
"""
import json
import random
import sys
import urllib.request

from transformers import AutoTokenizer

from gguf_greedy import server

STRINGS = [
    "", " ", "  ", "\n", "\n\n \n", "\t\t x", "Hello, world!", "I'll say 'It's' and WE'LL DON'T", "12345678901 3.14 1,000", " 007", "x = y**2 + 3*(4-5)",
    "naïve café", "e\u0301\u0327 decomposed", "Å \u212b", "日本語のテキスト", "한국어 \u1112\u1161\u11ab", "עברית", "🙂🙃👩‍👩‍👧‍👦", "\u200b\u200d\ufeff", "a\u00a0b\u2003c",
    "\x00\x01\x7f", "<|im_start|>user\nHi<|im_end|>\n", "<|begin_of_text|><|eot_id|>", "<think> a </think><tool_call>", "<|fim_prefix|>x<|fim_suffix|>", "<|not_a_token|> <|im_",
    "trailing   ", "\r\n\r\n", "def f(x):\n    return x\n\n\n", "٣٤٥ ²³ ½ Ⅷ", "'s'S'ſ", "\u0130stanbul", "x" * 300, " \u3000 ", "((((((()))))))", "....!!!???",
]


def strings():
    chooser = random.Random(5)
    letters = "abcXYZ  \n\t'0123456789.,!?éßñ中文🙂<>|_"
    return STRINGS + ["".join(chooser.choice(letters) for _ in range(chooser.randint(1, 60))) for _ in range(200)]


def check(path, folder):
    tokenizer = AutoTokenizer.from_pretrained(folder)
    normalizer = tokenizer.backend_tokenizer.normalizer
    wrong = total = 0
    with server(path) as address:
        for text in strings():
            for special in (False, True):
                given = normalizer.normalize_str(text) if normalizer else text
                body = json.dumps({"content": given, "add_special": special, "parse_special": True}).encode()
                answer = json.load(urllib.request.urlopen(urllib.request.Request(address + "/tokenize", body, {"Content-Type": "application/json"}), timeout=60))
                expected = tokenizer(text, add_special_tokens=special)["input_ids"]
                total += 1
                if answer["tokens"] != expected:
                    wrong += 1
                    print(f"  {text!r}\n    llama.cpp    {answer['tokens']}\n    Transformers {expected}")
    print(f"{path}: {total - wrong} of {total} texts have the ids of Transformers")
    return wrong


if __name__ == "__main__":
    arguments = sys.argv[1:]
    sys.exit(sum(check(path, folder) for path, folder in zip(arguments[::2], arguments[1::2])) > 0)
