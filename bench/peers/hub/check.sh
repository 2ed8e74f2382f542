#!/usr/bin/env bash
# Cross-checks 'tilt pull' with Python's huggingface_hub over one local hub: each reads and completes the other's cache, and they
# respect each other's locks. Needs python3 here, and huggingface_hub where PEER runs it.
#   TILT="path/to/tilt" PEER="bench/peers/peer" bench/peers/hub/check.sh
set -euo pipefail
scripts=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$scripts/../../.." && pwd)
tilt=${TILT:-$(ls "$root"/src/Tilt.Cli/bin/*/net10.0/*/tilt | head -1)}
peer=${PEER:-}
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$work"' EXIT
unset HF_TOKEN HF_HUB_CACHE HF_HUB_OFFLINE HF_TOKEN_PATH HF_HOME
cd "$work"
cp "$scripts"/*.py .
mkdir -p repositories/org/model
cp -r "$root/assets/embedded" repositories/org/model/main
cp -r "$root/assets/embedded" repositories/org/model/next
echo '{"changed": true}' > repositories/org/model/next/generation_config.json
python3 serve.py repositories > address 2> requests &
server=$!
until [ -s address ]; do sleep 0.1; done
export HF_ENDPOINT; HF_ENDPOINT=$(cat address)
python() { $peer env HF_ENDPOINT="$HF_ENDPOINT" python3 check.py "$@" 2>/dev/null; }
fetched() { grep -cE '^storage GET|^hub GET /org' requests || true; }
fail() { echo "FAILED: $1" >&2; exit 1; }

HF_HOME=$work/ours "$tilt" pull org/model > folder 2> log || fail "$(cat log)"
python verify ours || fail "Python does not accept Tilt's cache"
python complete ours || fail "Python does not complete Tilt's cache"

python download theirs > /dev/null || fail "Python's own download"
before=$(fetched)
HF_HOME=$work/theirs "$tilt" pull org/model > folder 2> log || fail "$(cat log)"
[ "$(fetched)" = "$before" ] || fail "Tilt fetched again what Python had"
diff -r "$(cat folder)" repositories/org/model/main || fail "contents differ"
HF_HOME=$work/theirs HF_HUB_OFFLINE=1 "$tilt" pull org/model --include '*' > folder 2> log || fail "$(cat log)"
HF_HOME=$work/theirs "$tilt" pull org/model@next > folder 2> log || fail "$(cat log)"
[ "$(fetched)" = $((before + 1)) ] || fail "Tilt fetched more of the next revision than what changed"
echo "Tilt reads Python's cache, and of another revision fetches only what changed."

weights=$(sha256sum repositories/org/model/main/model.safetensors | cut -d' ' -f1)
mkfifo release
python hold third "third/hub/.locks/models--org--model/$weights.lock" < release > held &
exec 3> release
until grep -q held held; do sleep 0.1; done
HF_HOME=$work/third "$tilt" pull org/model > folder 2> log &
pulling=$!
until grep -q 'waits for another download' log; do sleep 0.1; kill -0 $pulling 2> /dev/null || fail "Tilt did not wait for Python's lock"; done
echo > release
exec 3>&-
wait $pulling || fail "$(cat log)"
echo "Tilt waits for Python's lock."
