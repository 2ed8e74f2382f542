"""Writes the tables of canonical decomposition that Tilt normalises text with.

    python3 unicode_tables.py > src/Tilt.HuggingFace/Tokenizers/Unicode/CanonicalTables.cs

Hugging Face's tokenizers library, which is what models with an NFC normaliser were trained and are served with, normalises
by the tables of an old Unicode version. So the data are asked of the library itself: what it decomposes, what it recomposes
and which marks it reorders; the values (decompositions, classes) are those of Python's unicodedata. A character that came
after the library's version has class 0 and no decomposition. The script checks that both agree on all the rest, and that the
tables reproduce the library's output for every character and for pairs of every combining mark with marks of other classes.
"""

import sys
import unicodedata as unicode

from tokenizers import normalizers

nfc, nfd = normalizers.NFC().normalize_str, normalizers.NFD().normalize_str
HANGUL = range(0xAC00, 0xD7A4)
CODE_POINTS = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000]
# One mark of a low, a middle and a high class: each reorders with every mark of another class.
PROBES = ["\u0334", "\u0327", "\u0301", "\u0345"]


def reorders(c):
    """Whether the library treats the mark as one of its class."""
    mark, expected = chr(c), unicode.combining(chr(c))
    for probe in PROBES:
        if unicode.combining(probe) == expected:
            continue
        swapped = nfd("x" + mark + probe) != "x" + mark + probe or nfd("x" + probe + mark) != "x" + probe + mark
        if not swapped:
            return False
    return True


decompositions = {}
classes = {}
for c in CODE_POINTS:
    if c in HANGUL:
        continue
    decomposed = nfd(chr(c))
    if decomposed != chr(c):
        assert decomposed == unicode.normalize("NFD", chr(c)), hex(c)
        parts = [int(p, 16) for p in unicode.decomposition(chr(c)).split()]
        assert len(parts) in (1, 2), hex(c)
        decompositions[c] = (parts + [0], nfc(decomposed) == chr(c))
    if unicode.combining(chr(c)) and reorders(c):
        classes[c] = unicode.combining(chr(c))

# Characters that decompose into marks have a class of their own that the probes above see through.
for c, (parts, _) in decompositions.items():
    assert unicode.combining(chr(c)) == classes.get(c, unicode.combining(chr(c)))
    if unicode.combining(chr(c)):
        classes[c] = unicode.combining(chr(c))


def normalize(text):
    """Form C by the tables alone."""

    def expand(c):
        if c in HANGUL:
            v = c - 0xAC00
            yield from [0x1100 + v // 588, 0x1161 + v % 588 // 28] + ([0x11A7 + v % 28] if v % 28 else [])
        elif c in decompositions:
            for part in decompositions[c][0]:
                if part:
                    yield from expand(part)
        else:
            yield c

    points = [p for ch in text for p in expand(ord(ch))]
    at = 0
    while at < len(points):
        end = at
        while end < len(points) and classes.get(points[end], 0):
            end += 1
        points[at:end] = sorted(points[at:end], key=lambda p: classes.get(p, 0))
        at = max(end, at + 1)
    pairs = {(p[0], p[1]): c for c, (p, composes) in decompositions.items() if composes and p[1]}
    out, starter, last = [], -1, -1
    for p in points:
        cls = classes.get(p, 0)
        composed = None
        # last is −1 right after the starter; a mark of the same or a higher class in between blocks.
        if starter >= 0 and last < cls:
            a = out[starter]
            composed = pairs.get((a, p))
            if composed is None and 0x1100 <= a < 0x1113 and 0x1161 <= p < 0x1176:
                composed = 0xAC00 + ((a - 0x1100) * 21 + p - 0x1161) * 28
            if composed is None and a in HANGUL and (a - 0xAC00) % 28 == 0 and 0x11A7 < p < 0x11C3:
                composed = a + p - 0x11A7
        if composed is not None:
            out[starter] = composed
            continue
        out.append(p)
        if cls == 0:
            starter, last = len(out) - 1, -1
        else:
            last = cls
    return "".join(map(chr, out))


for c in CODE_POINTS:
    assert normalize(chr(c)) == nfc(chr(c)), hex(c)
for c in [c for c in CODE_POINTS if unicode.combining(chr(c))]:
    for probe in PROBES:
        for text in ("e" + chr(c) + probe, "e" + probe + chr(c)):
            assert normalize(text) == nfc(text), (hex(c), hex(ord(probe)))


def rows(values, per_line):
    lines = [", ".join(values[i : i + per_line]) for i in range(0, len(values), per_line)]
    return "\n".join(f"        {line}," for line in lines)


runs = []
for c in sorted(classes):
    if runs and runs[-1][1] == c - 1 and runs[-1][2] == classes[c]:
        runs[-1][1] = c
    else:
        runs.append([c, c, classes[c]])
triples = [f"0x{c:X}, 0x{p[0]:X}, 0x{p[1]:X}" for c, (p, composes) in sorted(decompositions.items()) if composes]
excluded = [f"0x{c:X}, 0x{p[0]:X}, 0x{p[1]:X}" for c, (p, composes) in sorted(decompositions.items()) if not composes]
sys.stdout.write(
    f"""// <auto-generated>Written by bench/peers/unicode_tables.py; see there.</auto-generated>

namespace Tilt.HuggingFace.Tokenizers.Unicode;

/// <summary>Canonical decompositions and combining classes, as Hugging Face's tokenizers library has them.</summary>
internal static class CanonicalTables
{{
    /// <summary>Runs of combining marks: first, last, class.</summary>
    public static ReadOnlySpan<int> Classes =>
    [
{rows([f"0x{a:X}, 0x{b:X}, {k}" for a, b, k in runs], 6)}
    ];

    /// <summary>Characters that both parts make up: character, first part, second part.</summary>
    public static ReadOnlySpan<int> Compositions =>
    [
{rows(triples, 5)}
    ];

    /// <summary>Characters that are taken apart but never put together: character, first part, second part or 0.</summary>
    public static ReadOnlySpan<int> Exclusions =>
    [
{rows(excluded, 5)}
    ];
}}
"""
)
print(f"{len(runs)} runs of {len(classes)} marks, {len(triples)} compositions, {len(excluded)} exclusions", file=sys.stderr)
