#!/usr/bin/env bash
# A disk that becomes full while a run trains: the run must say so, keep what it had, and end like one that was left alone when there is
# room again. The disk is a small one in memory, filled at a moment of its own in every trial; what the run was writing then (a checkpoint,
# an evaluation, a line of the log) is as it falls.
#
#   bench/acceptance/disk-full.sh [TRIALS]      default 12; writes docs/acceptance/disk-full.{md,json}
set -euo pipefail
cd "$(dirname "$0")/../.."
if [ -z "${TILT_DISK_FULL:-}" ]; then
    dotnet build -c Release src/Tilt.Cli --nologo -v q -p:RunAnalyzers=false -p:EnforceCodeStyleInBuild=false
    # A name space of its own, so that the disk can be mounted and is gone afterwards.
    exec env TILT_DISK_FULL=1 unshare --user --map-root-user --mount "$0" "$@"
fi

trials=${1:-12}; tilt=src/Tilt.Cli/bin/Release/net10.0/linux-x64/tilt
[ -x "$tilt" ] || tilt="dotnet run -c Release --no-build --project src/Tilt.Cli --"
disk=$(mktemp -d); whole=$(mktemp -d)
mount -t tmpfs -o size=120m tmpfs "$disk"
settings=(--config configs/quickstart.yaml steps=30 threads=1 rollout.prompts_per_step=8 rollout.generations=4 evaluation.problems=64
    evaluation.samples=1 evaluation.every=3 checkpoint.every=4)
$tilt train "${settings[@]}" "out=$whole/run" > /dev/null 2>&1
equal() { for f in metrics.jsonl samples.jsonl checkpoints/step-30/model.safetensors checkpoints/step-30/optimizer.safetensors; do
    cmp -s "$whole/run/$f" "$disk/run/$f" || return 1; done; }

rows=(); bad=0
for trial in $(seq 1 "$trials"); do
    rm -rf "$disk"/*; failures=0; messages=""
    # Every trial fills the disk at two moments, counted in lines of the metrics.
    for lines in $((trial % 9 + 1)) $((trial * 2 % 13 + 9)); do
        $tilt train "${settings[@]}" "out=$disk/run" > "$whole/out" 2> "$whole/err" & pid=$!
        while kill -0 $pid 2> /dev/null && [ "$( (wc -l < "$disk/run/metrics.jsonl") 2> /dev/null || echo 0)" -lt "$lines" ]; do sleep 0.01; done
        # In odd trials nothing at all is left, in even ones room for some lines and for no checkpoint.
        dd if=/dev/zero of="$disk/filler" bs=4k status=none 2> /dev/null || true
        [ $((trial % 2)) -eq 1 ] || truncate -s -64k "$disk/filler"
        code=0; wait $pid || code=$?
        if [ $code -ne 0 ]; then
            failures=$((failures + 1)); messages=$(tail -1 "$whole/err" | sed "s#$disk#DISK#g" | tr -d '"\\' | cut -c1-160)
            if grep -q '^   at \|Unhandled' "$whole/err" || ! grep -qi 'space\|full\|free' "$whole/err"; then bad=$((bad + 1)); cat "$whole/err" >&2; fi
        fi
        rm -f "$disk/filler"
    done
    $tilt train "${settings[@]}" "out=$disk/run" > "$whole/out" 2> "$whole/err" || { bad=$((bad + 1)); cat "$whole/err" >&2; }
    same=true; equal || { same=false; bad=$((bad + 1)); }
    echo "trial $trial: $failures times full, ends alike: $same. $messages"
    rows+=("{\"trial\": $trial, \"full\": $failures, \"alike\": $same, \"message\": \"$messages\"}")
done
umount "$disk"; rm -rf "$disk" "$whole"

date=$(date +%F); commit=$(git rev-parse --short HEAD)
{ echo "{\"date\": \"$date\", \"commit\": \"$commit\", \"trials\": ["; printf '%s\n' "${rows[@]}" | sed '$!s/$/,/'; echo "]}"; } > docs/acceptance/disk-full.json
{
    echo "# A disk that becomes full"; echo
    echo "$date, commit $commit. Runs of 30 steps on the embedded model on a disk of 120 MB that is filled at two moments of each run, and"
    echo "emptied before the command is given again. Compared byte for byte with a run that was left alone: metrics.jsonl, samples.jsonl,"
    echo "weights and optimiser moments. Made by \`bench/acceptance/disk-full.sh $trials\`. Faults (a stack trace, a message that does not tell"
    echo "the cause, another end): $bad."; echo
    echo "| trial | times full | ends alike | last message |"; echo "|---:|---:|---|---|"
    printf '%s\n' "${rows[@]}" | sed -E 's/.*"trial": ([0-9]+), "full": ([0-9]+), "alike": (true|false), "message": "(.*)"\}/| \1 | \2 | \3 | \4 |/'
} > docs/acceptance/disk-full.md
[ "$bad" -eq 0 ]
