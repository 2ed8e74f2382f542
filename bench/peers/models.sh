#!/usr/bin/env bash
# Tilt beside Transformers on small random models of many shapes: models.py writes the folders with their references, and
# `bench/acceptance -- models` compares logits, log-probabilities, gradients, adapters, greedy tokens, beams and processed
# distributions. Writes docs/acceptance/peers-models.json and .md. Exit code 1 if anything is beyond its tolerance.
#
#   bench/peers/models.sh [COUNT]    COUNT: how many models, default 40; the first 21 are corner cases made by hand
#
# MODELS is where the folders go and stay (default: a temporary folder that is removed), PEER what runs a command among the engines
# (default: bench/peers/peer).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
peer=${PEER:-$here/peer}
cd "$here/../.."
dotnet build -c Release -v quiet -nologo bench/acceptance
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
models=${MODELS:-$work/models}
cp "$here/models.py" "$here/model_shapes.py" "$work"
# Products this small only wait for each other on several threads.
(cd "$work" && OMP_NUM_THREADS=1 "$peer" python3 models.py out "${1:-40}" 2> log || { tail -20 log; exit 1; })
rm -rf "$models"
mv "$work/out" "$models"
dotnet run -c Release --no-build --project bench/acceptance -- models "$models" write
