"""Random strings and what Hugging Face's tokenizers library makes of them in normalisation form C: [text, normalised] on each line.

    python3 nfc_cases.py > tests/Tilt.HuggingFace.Tests/golden/tokenizers/nfc.jsonl
"""

import json
import random
import unicodedata

from tokenizers import normalizers

nfc = normalizers.NFC().normalize_str
rng = random.Random(7)
points = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000]
marks = [c for c in points if unicodedata.combining(chr(c))]
composed = [c for c in points if unicodedata.decomposition(chr(c)) and unicodedata.decomposition(chr(c))[0] != "<"]
seconds = sorted({int(unicodedata.decomposition(chr(c)).split()[1], 16) for c in composed if " " in unicodedata.decomposition(chr(c))})
for _ in range(1500):
    text = ""
    for _ in range(rng.randrange(1, 7)):
        kind = rng.randrange(7)
        if kind == 0:
            text += chr(rng.choice(points))
        elif kind == 1:
            text += chr(rng.choice(marks))
        elif kind == 2:
            text += unicodedata.normalize(rng.choice(["NFC", "NFD"]), chr(rng.choice(composed)))
        elif kind == 3:
            text += chr(rng.randrange(0x1100, 0x1200))
        elif kind == 4:
            text += chr(0xAC00 + rng.randrange(11172))
        elif kind == 5:
            text += chr(rng.choice(seconds))
        else:
            text += rng.choice("aeiouAEO ")
    print(json.dumps([text, nfc(text)]))
