#!/usr/bin/env bash
# The study of docs/real-model.md: SmolLM2-135M-Instruct on the task 'arithmetic'. Resumable: run again, it goes on where it stopped.
#
#   bench/acceptance/real-model.sh MODEL [OUT] [SVAMP.jsonl]
#
# MODEL is the GGUF file or a model folder. SEEDS (default 3) is the number of seeds, STAGES (default "compare lora passk transfer report")
# what is run. The results go to OUT (default runs/real-model), the summary and its JSON to docs/acceptance/real-model*.
set -euo pipefail
cd "$(dirname "$0")/../.."
model=$(realpath "$1"); out=${2:-runs/real-model}; svamp=${3:-}
seeds=${SEEDS:-3}; stages=${STAGES:-compare lora passk transfer report}
mkdir -p "$out"
tilt() { dotnet run -c Release --no-build --project src/Tilt.Cli -- "$@"; }
dotnet build -c Release src/Tilt.Cli --nologo -v q -p:RunAnalyzers=false -p:EnforceCodeStyleInBuild=false

if [ -f "$model" ]; then
    [ -d "$out/model" ] || tilt import "$model" --out "$out/model" --dtype bfloat16
    model=$out/model
fi

inference=temperature-0.5,greedy,beam-4,best-of-8-likelihood,majority-8,power-4-blocks-4-moves-5
regimes=task-reward,sharpening,tempered-2,tilted-2-100
common=(--model "$model" --task arithmetic --config configs/real-model.yaml --seeds "$seeds" --seed 0 --samples 4)
for stage in $stages; do
    case $stage in
    compare) tilt compare "${common[@]}" --methods "$inference,$regimes" --out "$out/full" ;;
    # A rank of 16 and ten times the learning rate, as is usual for adapters; nothing was tuned on test problems.
    lora) tilt compare "${common[@]}" --methods "$regimes" --out "$out/lora" adapter.rank=16 optimizer.learning_rate=2e-4 ;;
    passk)
        tilt eval --model "$model" --task arithmetic --samples 256 --max-new-tokens 32 --dtype bfloat16 --out "$out/passk/base"
        for method in task-reward sharpening; do
            last=$(ls -d "$out/full/runs/$method-seed-0/checkpoints/"step-* | sort -V | tail -1)
            tilt eval --model "$last" --task arithmetic --samples 256 --max-new-tokens 32 --dtype bfloat16 --out "$out/passk/$method"
        done ;;
    transfer)
        # Two-digit sums, every 40th pair of 10 … 99: questions of a form that was trained on, with numbers that never were.
        awk 'BEGIN { for (a = 10; a < 100; a++) for (b = 10; b < 100; b++) if ((a * 90 + b) % 40 == 0 && (a > 20 || b > 20))
            printf "{\"id\": \"sum-%d-%d\", \"problem\": \"What is %d + %d?\", \"answer\": \"%d\"}\n", a, b, a, b, a + b }' > "$out/two-digit-sums.jsonl"
        files=("$out/two-digit-sums.jsonl"); [ -n "$svamp" ] && files+=("$svamp")
        for file in "${files[@]}"; do
            name=$(basename "$file" .jsonl)
            tilt eval --model "$model" --task "$file" --samples 4 --max-new-tokens 96 --dtype bfloat16 --out "$out/transfer/$name/base" prompt=plain
            for method in task-reward sharpening; do
                last=$(ls -d "$out/full/runs/$method-seed-0/checkpoints/"step-* | sort -V | tail -1)
                tilt eval --model "$last" --task "$file" --samples 4 --max-new-tokens 96 --dtype bfloat16 \
                    --against "$out/transfer/$name/base" --out "$out/transfer/$name/$method" prompt=plain
            done
        done ;;
    report)
        mkdir -p docs/acceptance
        cp "$out/full/results.csv" docs/acceptance/real-model-full.csv
        [ -f "$out/lora/results.csv" ] && cp "$out/lora/results.csv" docs/acceptance/real-model-lora.csv
        tilt report "$out" --out "$out/report.html" ;;
    esac
done
