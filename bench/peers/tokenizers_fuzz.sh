#!/usr/bin/env bash
# Random strings through tilt tokenize and Hugging Face's tokenizers: the given tokenizers, and other shapes made from each.
#   TILT="dotnet …/tilt.dll" PEER="…/peer" bench/peers/tokenizers_fuzz.sh COUNT DIR…
# PEER runs a command where Python has the tokenizers library and shows it the current folder (default: nothing, the command as it is).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
count=$1
shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$here/tokenizers_fuzz.py" "$work"
python() { (cd "$work" && ${PEER:-} python3 tokenizers_fuzz.py "$@"); }
run() { # name, count, seed, folder below $work
  python strings --seed "$3" --count "$2" --tokenizer "$4" --out strings.jsonl
  ${TILT:-tilt} tokenize --model "$work/$4" --input "$work/strings.jsonl" --out "$work/tilt.jsonl" >/dev/null
  echo "$1: $(python compare --tokenizer "$4" --strings strings.jsonl --tilt tilt.jsonl)"
}
for folder in "$@"; do
  name=$(basename "$folder")
  cp -r "$folder" "$work/$name"
  run "$name" "$count" 1 "$name"
  python variants --tokenizer "$name" --out "$name-variants"
  for variant in "$work/$name-variants"/*; do
    run "$name, $(basename "$variant")" $((count / 20)) 2 "$name-variants/$(basename "$variant")"
  done
done
