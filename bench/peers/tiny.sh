#!/usr/bin/env bash
# Tilt against PyTorch eager and Transformers on the embedded model, in one run on one machine; every row is published.
# Writes docs/acceptance/peers-tiny.json and .md. About fifteen minutes on an otherwise idle machine.
#
#   bench/peers/install.sh && bench/peers/tiny.sh
set -euo pipefail
cd "$(dirname "$0")/../.."
rows=$(mktemp)
trap 'rm -f "$rows"' EXIT
dotnet build -c Release --nologo -v quiet bench/Tilt.Benchmarks
tilt() { dotnet run -c Release --no-build --project bench/Tilt.Benchmarks -- "$@" --json | tee -a "$rows"; }
peer() { bench/peers/peer "$@" | tee -a "$rows"; }
cores=$(nproc)
threads=(1)
[ "$cores" -gt 1 ] && threads+=("$cores")
for mode in sampling training; do
  for n in "${threads[@]}"; do tilt "$mode" --threads "$n" --repeats 9; done
  for n in "${threads[@]}"; do
    for blas in default 1; do
      [ "$n" = 1 ] && [ "$blas" = 1 ] && continue
      for malloc in default tuned; do
        settings=(); label="malloc $malloc"
        [ "$blas" = 1 ] && settings+=(OPENBLAS_NUM_THREADS=1) && label="OPENBLAS_NUM_THREADS=1, $label"
        [ "$malloc" = tuned ] && settings+=(MALLOC_MMAP_MAX_=0 MALLOC_TRIM_THRESHOLD_=2147483647 MALLOC_TOP_PAD_=268435456)
        # Some systems set these for old OpenBLAS builds; they would slow the peer.
        peer env -u OPENBLAS_CORETYPE -u OPENBLAS_L2_SIZE "${settings[@]}" python3 bench/peers/tiny.py "$mode" --threads "$n" --label "$label"
      done
    done
  done
  # Once more at the end, so that a machine that has slowed down or sped up meanwhile shows.
  for n in "${threads[@]}"; do tilt "$mode" --threads "$n" --repeats 9; done
done
python3 bench/peers/tiny_table.py "$rows"
