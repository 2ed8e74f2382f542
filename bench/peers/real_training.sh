#!/usr/bin/env bash
# Tilt beside Transformers' generate, PyTorch and the hand-written loop real_rl.py on a small real model, in one run on one machine:
# rollouts (32 prompts x 4 responses of 128 tokens, ends ignored), an update of 64 x 256 tokens (all weights, and an adapter of rank 16),
# and whole steps of the study of docs/real-model.md. Every row is published.
#
#   tilt import SmolLM2-135M-Instruct.Q4_1.gguf --out /tmp/smollm2 --dtype bfloat16
#   bench/peers/install.sh && bench/peers/real_training.sh /tmp/smollm2
#
# Takes about half an hour on two cores. MEASURE is a command that every measurement is run under, such as one that keeps a shared machine quiet. The tables go to standard
# output and to docs/acceptance/peers-training.md.
set -euo pipefail
model=$(realpath "${1:?usage: bench/peers/real_training.sh MODEL_FOLDER}")
cd "$(dirname "$0")/../.."
here=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
threads=$(nproc)
rows=$work/rows.jsonl
cp bench/peers/{real_training,real_rl,lora_step}.py "$work"
cp -r "$model" "$work/model"
dotnet build -c Release --nologo -v quiet bench/Tilt.Benchmarks -p:RunAnalyzers=false
dotnet build -c Release --nologo -v quiet src/Tilt.Cli -p:RunAnalyzers=false
measure() { echo "$*" >&2; ${MEASURE:-} "$@" 2>>"$work/log" | tee -a "$rows"; }
# What the commands give themselves: one heap, large pages.
tilt() { measure env MALLOC_ARENA_MAX=1 GLIBC_TUNABLES=glibc.malloc.hugetlb=1 dotnet bench/Tilt.Benchmarks/bin/Release/net10.0/*/Tilt.Benchmarks.dll "$@" --model "$model" --threads "$threads" --json; }
peer() { (cd "$work" && measure "$here/bench/peers/peer" env OPENBLAS_NUM_THREADS=1 python3 real_training.py "$@" --model model --threads "$threads"); }

tilt rollouts
peer rollouts --engine loop
peer rollouts --engine generate --repeats 1
tilt rollouts --dtype float32
peer rollouts --engine generate --dtype float32 --repeats 1
for rank in 0 16; do
    tilt update --rank "$rank"
done
for attention in eager sdpa; do
    peer update --what full --attention "$attention" --repeats 1
    for type in float32 bfloat16; do peer update --what lora --attention "$attention" --adapter-dtype "$type" --repeats 1; done
done

# Whole steps of the study: the same settings, questions of the same task, each program's own draws.
steps=${STEPS:-10}
python3 bench/peers/real_training.py arithmetic "$work"
measure dotnet run -c Release --no-build --project src/Tilt.Cli -- train --config configs/real-model.yaml model="$model" steps="$steps" \
    evaluation.every=1000 out="$work/run" > "$work/tilt.txt"
(cd "$work" && measure "$here/bench/peers/peer" env OPENBLAS_NUM_THREADS=1 python3 real_rl.py model --train arithmetic-train.jsonl \
    --test arithmetic-test.jsonl --steps "$steps" --threads "$threads" --evaluate-every 1000 > loop.txt)

{
    echo "# Rollouts, updates and steps of a small real model beside other engines"
    echo
    echo "$(date -u +%F), commit $(git rev-parse --short HEAD), $(nproc) cores of $(grep -m1 'model name' /proc/cpuinfo | cut -d: -f2 | xargs), bfloat16 unless said."
    echo "Made by \`bench/peers/real_training.sh MODEL\` with SmolLM2-135M-Instruct. Seconds are the best of the repeats."
    echo
    python3 bench/peers/real_training.py table "$rows"
    echo
    python3 bench/peers/real_training.py steps "$work"
} | tee docs/acceptance/peers-training.md
