#!/usr/bin/env bash
# What `tilt export` writes beside llama.cpp and Transformers, on the golden models and on random ones of odd shapes:
#
#   1. F16, BF16 and Q8_0 files have the tensor types and bytes that llama-quantize makes of the F32 file.
#   2. llama.cpp generates the greedy tokens of reference.json from the F32 file.
#   3. llama.cpp makes of texts the ids that Transformers makes of them.
#   4. Transformers loads the safetensors export, with and without adapter, to the logits of reference.safetensors.
#
#   bench/peers/export.sh [GOLDEN]    GOLDEN: folder of golden models, default tests/Tilt.HuggingFace.Tests/golden; those that models.sh
#                                     keeps in MODELS do as well
#
# TILT is the command to run (default: built from this repository), PEER what runs a command among the engines (default:
# bench/peers/peer), ODD the number of random models (default 12). Exit code 1 if anything differs.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
golden=$(cd "${1:-$root/tests/Tilt.HuggingFace.Tests/golden}" && pwd)
peer=${PEER:-$here/peer}
if [ -z "${TILT:-}" ]; then
  dotnet build -c Release -v quiet -nologo "$root/src/Tilt.Cli"
  TILT=$(find "$root/src/Tilt.Cli/bin/Release" -name tilt -type f | head -1)
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$here"/*.py "$work"
cd "$work"
models=()
for config in "$golden"/*/config.json; do
  name=$(basename "$(dirname "$config")")
  [ -e "$golden/$name/reference.json" ] || continue
  cp -rL "$golden/$name" "$name"
  models+=("$name")
done
chmod -R u+w .
# In this repository the tokenizers lie beside the models.
for name in "${models[@]}"; do
  tokenizer=$(case $name in llama32) echo llama3-tiny ;; qwen*) echo qwen2-tiny ;; esac)
  if [ -d "$golden/tokenizers/$tokenizer" ] && [ -n "$tokenizer" ] && [ ! -e "$name/tokenizer.json" ]; then cp -L "$golden/tokenizers/$tokenizer"/*token*.json "$name"; fi
done
status=0
quietly() { "$@" > log 2>&1 || { cat log; exit 1; }; }

echo "== quantised files"
quietly "$peer" python3 odd_models.py odd "${ODD:-12}"
pairs=()
for model in "${models[@]}" odd/*; do
  name=$(basename "$model")
  for type in float32 float16 bfloat16 q8_0; do
    quietly $TILT export --model "$model" --format gguf --dtype $type --out "$name-$type.gguf" --no-tokenizer
  done
  for type in f16 bf16 q8_0; do
    long=$(case $type in f16) echo float16 ;; bf16) echo bfloat16 ;; *) echo q8_0 ;; esac)
    quietly "$peer" llama-quantize "$name-float32.gguf" "$name-theirs-$type.gguf" $type 1
    pairs+=("$name-$long.gguf" "$name-theirs-$type.gguf")
  done
done
"$peer" python3 gguf_tensors.py "${pairs[@]}" || status=1

echo "== greedy tokens in llama.cpp"
arguments=()
for model in "${models[@]}"; do
  quietly $TILT export --model "$model" --format gguf --dtype float32 --out "$model.gguf"
  arguments+=("$model.gguf" "$model/reference.json")
done
"$peer" python3 gguf_greedy.py "${arguments[@]}" 2> log || { status=1; tail -5 log; }

echo "== tokens of texts in llama.cpp"
arguments=()
for model in "${models[@]}"; do
  [ ! -e "$model/tokenizer.json" ] || arguments+=("$model.gguf" "$model")
done
"$peer" python3 gguf_tokenize.py "${arguments[@]}" 2> log || { status=1; tail -5 log; }

echo "== safetensors in Transformers"
arguments=()
for model in "${models[@]}"; do
  quietly $TILT export --model "$model" --format safetensors --dtype float32 --out "$model-base"
  quietly $TILT export --model "$model" --format safetensors --out "$model-own"
  quietly $TILT export --model "$model" --format safetensors --dtype float32 --shard-size 0.0002 --out "$model-shards"
  arguments+=("$model-base" "$model" base 2e-4 "$model-own" "$model" base 2e-4 "$model-shards" "$model" base 2e-4)
  if [ -d "$model/lora" ]; then
    quietly $TILT export --model "$model" --adapter "$model/lora" --format safetensors --dtype float32 --out "$model-lora"
    arguments+=("$model-lora" "$model" lora 2e-4)
  fi
done
"$peer" python3 export_reload.py "${arguments[@]}" 2> log || { status=1; tail -5 log; }
exit $status
