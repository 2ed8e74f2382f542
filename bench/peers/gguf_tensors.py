"""Compares GGUF files: gguf_tensors.py A B [A B …]

Prints the tensors of each pair whose type, shape or bytes differ, and keys with other values; exit code 1 if a tensor differs.
"""
import struct
import sys

SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
TYPES = {0: ("f32", 1, 4), 1: ("f16", 1, 2), 8: ("q8_0", 32, 34), 30: ("bf16", 1, 2)}


class Reader:
    def __init__(self, path):
        with open(path, "rb") as file:
            self.data = file.read()
        self.at = 0
        magic, _, tensors, entries = self.take("I"), self.take("I"), self.take("Q"), self.take("Q")
        assert magic == 0x46554747, f"{path} is no GGUF file"
        self.entries = {}
        for _ in range(entries):
            key = self.text()
            self.entries[key] = self.value(self.take("I"))
        described = []
        for _ in range(tensors):
            name = self.text()
            shape = [self.take("Q") for _ in range(self.take("I"))]
            described.append((name, shape, self.take("I"), self.take("Q")))
        alignment = self.entries.get("general.alignment", 32)
        start = (self.at + alignment - 1) // alignment * alignment
        self.tensors = {}
        for name, shape, kind, offset in described:
            label, block, size = TYPES[kind]
            count = 1
            for dimension in shape:
                count *= dimension
            # ggml does not tell a matrix of one row from a vector.
            while len(shape) > 1 and shape[-1] == 1:
                shape = shape[:-1]
            self.tensors[name] = (label, shape, self.data[start + offset:start + offset + count // block * size])

    def take(self, code):
        value, = struct.unpack_from("<" + code, self.data, self.at)
        self.at += struct.calcsize(code)
        return value

    def text(self):
        length = self.take("Q")
        self.at += length
        return self.data[self.at - length:self.at].decode()

    def value(self, kind):
        if kind == 8:
            return self.text()
        if kind == 9:
            element, count = self.take("I"), self.take("Q")
            return [self.value(element) for _ in range(count)]
        return self.take(SCALARS[kind])


def short(value):
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def compare(ours, theirs):
    a, b = Reader(ours), Reader(theirs)
    wrong = 0
    for name in sorted(a.tensors.keys() | b.tensors.keys()):
        x, y = a.tensors.get(name), b.tensors.get(name)
        if x == y:
            continue
        wrong += 1
        what = "only in one" if x is None or y is None else f"{x[0]} {x[1]} / {y[0]} {y[1]}" if x[:2] != y[:2] else f"{x[0]}, {sum(p != q for p, q in zip(x[2], y[2]))} of {len(x[2])} bytes"
        print(f"  {name}: {what}")
    for key in sorted(a.entries.keys() | b.entries.keys()):
        if a.entries.get(key) != b.entries.get(key):
            print(f"  {key}: {short(a.entries.get(key))} / {short(b.entries.get(key))}")
    kinds = {}
    for label, _, _ in a.tensors.values():
        kinds[label] = kinds.get(label, 0) + 1
    print(f"{ours}: {len(a.tensors) - wrong} of {len(a.tensors)} tensors as in {theirs} ({', '.join(f'{n} {k}' for k, n in sorted(kinds.items()))})")
    return wrong


if __name__ == "__main__":
    pairs = sys.argv[1:]
    sys.exit(sum(compare(a, b) for a, b in zip(pairs[::2], pairs[1::2])) > 0)
