"""Compares tilt tokenize with Hugging Face's tokenizers library on random strings.

    python3 tokenizers_fuzz.py strings --seed 1 --count 20000 --tokenizer DIR --out strings.jsonl
    tilt tokenize --model DIR --input strings.jsonl --out tilt.jsonl
    python3 tokenizers_fuzz.py compare --tokenizer DIR --strings strings.jsonl --tilt tilt.jsonl

The strings mix all of Unicode (planes, combining marks, Hangul, white space, digits of many scripts), text of several
languages, contractions, and special tokens whole, broken, doubled and in white space. Every third line holds random ids to
decode. The second command compares ids with and without special tokens and decoded text, and fails on the first difference of
each kind. `variants` writes tokenizers of other shapes (other patterns, flags, behaviours, processors) from a given one.
"""

import argparse
import json
import os
import random
import shutil
import sys
import unicodedata

from tokenizers import Tokenizer

POINTS = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000]
BY_KIND = {}
for point in POINTS:
    BY_KIND.setdefault(unicodedata.category(chr(point)), []).append(point)
MARKS = [c for c in POINTS if unicodedata.combining(chr(c))]
COMPOSED = [c for c in POINTS if unicodedata.decomposition(chr(c)) and not unicodedata.decomposition(chr(c)).startswith("<")]
SPACES = [c for c in POINTS if chr(c).isspace()] + [0x200B, 0x200D, 0xFEFF]
WORDS = "the of and I'll DON'T we've it's Straße naïve Ωmega привет мир 東京 한국어 שלום مرحبا हिन्दी ภาษา 12345 3.14 x=y; foo_bar() <b> http://a.b/c?d=e 🙂🏳️‍🌈👩‍👩‍👧 e\u0301 A\u030a \u1100\u1161\u11a8 'ſ 'S 're".split(" ")


def piece(rng, specials):
    kind = rng.randrange(12)
    if kind == 0:
        return chr(rng.choice(POINTS))
    if kind == 1:
        return "".join(chr(rng.randrange(0x20, 0x7F)) for _ in range(rng.randrange(1, 12)))
    if kind == 2:
        return rng.choice("aeiouAO\u1100\u0627\u0915") + "".join(chr(rng.choice(MARKS)) for _ in range(rng.randrange(1, 5)))
    if kind == 3:
        return "".join(chr(rng.choice(SPACES)) for _ in range(rng.randrange(1, 5)))
    if kind == 4:
        return rng.choice([" ", "\n", "\r\n", "\t", "  ", "\n\n", " \n", "\r"]) * rng.randrange(1, 4)
    if kind == 5:
        return "".join(chr(rng.choice(BY_KIND[rng.choice(["Nd", "Nd", "Nl", "No"])])) for _ in range(rng.randrange(1, 8)))
    if kind == 6:
        return unicodedata.normalize(rng.choice(["NFC", "NFD"]), "".join(chr(rng.choice(COMPOSED)) for _ in range(rng.randrange(1, 4))))
    if kind == 7:
        return "".join(chr(0xAC00 + rng.randrange(11172)) if rng.random() < 0.5 else chr(rng.randrange(0x1100, 0x1200)) for _ in range(rng.randrange(1, 5)))
    if kind == 8 and specials:
        token = rng.choice(specials)
        return rng.choice([token, token, " " + token + " ", token[:-1], token[1:], token + token, token[: len(token) // 2] + " " + token[len(token) // 2 :], token.upper()])
    if kind == 9:
        return rng.choice("'’") + rng.choice(["s", "S", "ſ", "t", "re", "RE", "vE", "m", "ll", "lL", "d", "x"]) + rng.choice(["", "a", " ", "1"])
    if kind == 10:
        return "".join(chr(rng.choice(BY_KIND[rng.choice(list(BY_KIND))])) for _ in range(rng.randrange(1, 5))).encode("utf-8", "ignore").decode()
    return rng.choice(["", " "]) + rng.choice(WORDS)


def strings(args):
    rng = random.Random(args.seed)
    tokenizer = Tokenizer.from_file(os.path.join(args.tokenizer, "tokenizer.json"))
    specials = [token.content for token in tokenizer.get_added_tokens_decoder().values()]
    size = tokenizer.get_vocab_size()
    with open(args.out, "w", encoding="utf-8") as out:
        for number in range(args.count):
            if number % 3 == 2:
                line = {"ids": [rng.randrange(size + 8) for _ in range(rng.randrange(0, 30))]}
            else:
                line = {"text": "".join(piece(rng, specials) for _ in range(rng.randrange(1, 14)))}
            out.write(json.dumps(line, ensure_ascii=rng.random() < 0.5) + "\n")


def compare(args):
    tokenizer = Tokenizer.from_file(os.path.join(args.tokenizer, "tokenizer.json"))
    counts, failures = {"text": 0, "ids": 0}, {}
    with open(args.strings, encoding="utf-8") as given, open(args.tilt, encoding="utf-8") as made:
        for line, (ours, source) in enumerate(zip(made, given, strict=True), 1):
            ours, source = json.loads(ours), json.loads(source)
            if "text" in source:
                counts["text"] += 1
                ids = tokenizer.encode(source["text"], add_special_tokens=False).ids
                special = tokenizer.encode(source["text"], add_special_tokens=True).ids
                expected = {"ids": ids, "ids_with_special": special, "decoded": tokenizer.decode(ids, skip_special_tokens=False), "decoded_skip_special": tokenizer.decode(special, skip_special_tokens=True)}
            else:
                counts["ids"] += 1
                expected = {"decoded": tokenizer.decode(source["ids"], skip_special_tokens=False), "decoded_skip_special": tokenizer.decode(source["ids"], skip_special_tokens=True)}
            for key, value in expected.items():
                if ours[key] != value:
                    failures.setdefault(key, []).append((line, source, value, ours[key]))
    for key, cases in failures.items():
        line, source, value, got = cases[0]
        print(f"{key}: {len(cases)} differences; the first on line {line}:\n  given    {json.dumps(source)}\n  expected {json.dumps(value)}\n  got      {json.dumps(got)}")
    print(f"{counts['text']} texts encoded and decoded, {counts['ids']} lists of ids decoded, {sum(map(len, failures.values()))} differences")
    sys.exit(1 if failures else 0)


def variants(args):
    """Other shapes of the tokenizer: one folder each under --out."""

    def split(pattern, behavior="Isolated", invert=False, kind="Regex"):
        return {"type": "Split", "pattern": {kind: pattern}, "behavior": behavior, "invert": invert}

    def byte_level(prefix=False, regex=False):
        return {"type": "ByteLevel", "add_prefix_space": prefix, "trim_offsets": True, "use_regex": regex}

    def sequence(*steps):
        return {"type": "Sequence", "pretokenizers": list(steps)}

    o200k = r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
    cl100k = r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+"
    marks = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
    deepseek = sequence(split(r"\p{N}{1,3}"), split("[一-龥\u0800-一가-퟿]+"), split(r"[!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"), byte_level())
    with open(os.path.join(args.tokenizer, "tokenizer.json"), encoding="utf-8") as file:
        base = json.load(file)
    qwen = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
    pre = {
        "gpt2": byte_level(regex=True),
        "gpt2-prefix": byte_level(prefix=True, regex=True),
        "plain": byte_level(),
        "prefix": sequence(split(qwen), byte_level(prefix=True)),
        "removed-inverted": sequence(split(qwen, "Removed", True), byte_level()),
        "o200k": sequence(split(o200k), byte_level()),
        "cl100k": sequence(split(cl100k), byte_level()),
        "marks": sequence(split(marks), byte_level()),
        "deepseek": deepseek,
        "smollm": sequence({"type": "Digits", "individual_digits": True}, byte_level(regex=True)),
        "digits-together": sequence({"type": "Digits", "individual_digits": False}, byte_level()),
        "nested": sequence(sequence(split(qwen)), byte_level()),
        "words": sequence(split(r"\w+|[^\w\s]+"), byte_level()),
        "lazy": sequence(split(r"a.*?b|(?:xy){1,2}|^\s|\S$|[^\W\d_]{2,3}?"), byte_level()),
        "empty-matches": sequence(split(r"\d*"), byte_level()),
    }
    for behavior in ["Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"]:
        for invert in [False, True]:
            pre[f"split-{behavior}-{invert}"] = sequence(split(r"\s|\p{P}", behavior, invert), byte_level())
        pre[f"literal-{behavior}"] = sequence(split(" ", behavior, kind="String"), byte_level())

    def write(name, change):
        folder = os.path.join(args.out, name)
        os.makedirs(folder, exist_ok=True)
        shutil.copy(os.path.join(args.tokenizer, "generation_config.json"), folder)
        changed = json.loads(json.dumps(base))
        change(changed)
        with open(os.path.join(folder, "tokenizer.json"), "w", encoding="utf-8") as out:
            json.dump(changed, out)

    for name, step in pre.items():
        write(name, lambda t, step=step: t.update(pre_tokenizer=step))

    def flags(t, **values):
        for index, token in enumerate(t["added_tokens"]):
            token.update({key: value for position, (key, value) in enumerate(values.items()) if (index + position) % 2 == 0})

    next_id = max(max(base["model"]["vocab"].values()), max(t["id"] for t in base["added_tokens"])) + 1
    extra = [{"content": c, "single_word": s, "lstrip": l, "rstrip": r, "normalized": n, "special": False} for c, s, l, r, n in [("éé", False, False, False, True), ("e\u0301x", False, True, False, True), ("the", True, False, False, False), ("and", True, True, True, False), (" of", False, False, True, False), ("<|", False, False, False, False), ("한", False, False, False, True)]]
    write("flags", lambda t: flags(t, lstrip=True, rstrip=True, single_word=True))
    for token in extra:
        known = base["model"]["vocab"].get(token["content"])
        token["id"] = next_id if known is None else known
        next_id += known is None
    write("more-added", lambda t: t["added_tokens"].extend(extra))
    write("ignore-merges", lambda t: t["model"].update(ignore_merges=not t["model"].get("ignore_merges")))
    write("no-normalizer", lambda t: t.update(normalizer=None))
    write("nfc-sequence", lambda t: t.update(normalizer={"type": "Sequence", "normalizers": [{"type": "NFC"}, {"type": "NFC"}]}))
    write("no-type", lambda t: t["model"].pop("type"))
    write("no-post-processor", lambda t: t.update(post_processor=None))
    write("string-merges", lambda t: t["model"].update(merges=["#version: 0.2"] + [m if isinstance(m, str) else " ".join(m) for m in t["model"]["merges"]]))
    write("decoder-sequence", lambda t: t.update(decoder={"type": "Sequence", "decoders": [t["decoder"], {"type": "Fuse"}]}))
    first, last = base["added_tokens"][0], base["added_tokens"][1]
    template = {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "x", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "y", "type_id": 0}}], "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}], "special_tokens": {"x": {"id": "x", "ids": [first["id"], last["id"]], "tokens": [first["content"], last["content"]]}, "y": {"id": "y", "ids": [last["id"]], "tokens": [last["content"]]}}}
    write("template", lambda t: t.update(post_processor={"type": "Sequence", "processors": [template, {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": False, "use_regex": True}]}))


parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
commands = parser.add_subparsers(required=True)
for name, function, options in [("strings", strings, ["seed", "count", "tokenizer", "out"]), ("compare", compare, ["tokenizer", "strings", "tilt"]), ("variants", variants, ["tokenizer", "out"])]:
    command = commands.add_parser(name)
    command.set_defaults(run=function)
    for option in options:
        command.add_argument(f"--{option}", required=True, type=int if option in ("seed", "count") else str)
arguments = parser.parse_args()
arguments.run(arguments)
