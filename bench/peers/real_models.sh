#!/usr/bin/env bash
# Tilt, Transformers and llama.cpp on one model folder of real size, in one run on one machine: load time, peak memory, reading a
# prompt of 512 tokens, generating behind it one sequence and eight, and a step of an adapter on 512 tokens. bfloat16 everywhere. Prints two tables;
# every row is published.
#
#   tilt random-checkpoint --shape qwen2.5-3b --out /tmp/qwen2.5-3b      random weights do
#   bench/peers/install.sh && bench/peers/real_models.sh /tmp/qwen2.5-3b
#
# Needs as much free disk again as the model has (for llama.cpp's file) and its memory once (twice for Tilt's packed weights, which
# PACKED=0 leaves out). MEASURE is a command that every measurement is run under, such as one that keeps a shared machine quiet.
set -euo pipefail
model=$(realpath "${1:?usage: bench/peers/real_models.sh MODEL_FOLDER}")
cd "$(dirname "$0")/../.."
here=$PWD
rows=$(mktemp)
gguf=$(dirname "$model")/.$(basename "$model").bf16.gguf
trap 'rm -f "$rows" "$gguf"' EXIT
threads=$(nproc)
measure() { ${MEASURE:-} "$@" | tee -a "$rows"; }
# The peers see the folder that the model lies in as /here.
peer() { (cd "$(dirname "$model")" && measure "$here/bench/peers/peer" env OPENBLAS_NUM_THREADS=1 python3 -c "$(cat "$here/bench/peers/$1.py")" "${@:2}" --threads "$threads"); }
bench() { measure dotnet run -c Release --no-build --project bench/Tilt.Benchmarks -- "$@" --model "$model" --threads "$threads" --json; }

dotnet build -c Release --nologo -v quiet bench/Tilt.Benchmarks
dotnet build -c Release --nologo -v quiet src/Tilt.Cli
# Everyone reads from a warm page cache.
cat "$model"/*.safetensors > /dev/null
tilt() { bench model --dtype bfloat16 --steps 8 "$@"; }
tilt
[ "${PACKED:-1}" = 0 ] || tilt --storage packed
for attention in eager sdpa; do peer real_models transformers --model "$(basename "$model")" --attention "$attention"; done
dotnet run -c Release --no-build --project src/Tilt.Cli -- export --model "$model" --format gguf --dtype bfloat16 --no-tokenizer --overwrite --out "$gguf"
cat "$gguf" > /dev/null
peer real_models llama --model "$(basename "$gguf")"
rm -f "$gguf"
cat "$model"/*.safetensors > /dev/null
bench lora-step --tokens 512
for type in float32 bfloat16; do peer lora_step --model "$(basename "$model")" --tokens 512 --adapter-dtype "$type"; done
# Once more at the end, so that a machine that has slowed down or sped up meanwhile shows.
tilt
python3 bench/peers/real_models.py table "$rows"
