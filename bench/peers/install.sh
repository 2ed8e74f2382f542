#!/usr/bin/env bash
# Installs the engines that Tilt is measured against (PyTorch, Transformers, llama.cpp) from Debian packages into a root folder of
# their own, beside the system and without touching it. About two minutes, 2.5 GB. Needs root and a Debian system.
#
#   bench/peers/install.sh [PACKAGE …]
#   bench/peers/peer python3 script.py      runs a command there; the current folder is /here inside
#
# TILT_PEERS chooses the folder (default ~/.cache/tilt-peers), TILT_PEERS_SUITE the Debian suite (default forky).
set -euo pipefail
root=${TILT_PEERS:-$HOME/.cache/tilt-peers}
suite=${TILT_PEERS_SUITE:-forky}
packages=(python3-torch python3-transformers python3-tokenizers python3-safetensors python3-accelerate python3-numpy
          libopenblas0-pthread llama.cpp-tools llama.cpp-tools-extra)

if ! command -v debootstrap >/dev/null; then
  apt-get update -qq
  apt-get install -y -qq debootstrap
fi
mirror=$(grep -rhoE 'https?://[^ ]+/debian/?( |$)' /etc/apt/sources.list /etc/apt/sources.list.d 2>/dev/null | head -1 | tr -d ' ' || true)
[ -n "$mirror" ] || { echo "install.sh: this machine's apt sources name no Debian mirror." >&2; exit 1; }
if [ ! -x "$root/usr/bin/apt-get" ]; then
  mkdir -p "$root"
  debootstrap --variant=minbase --include=ca-certificates "$suite" "$root" "$mirror" /usr/share/debootstrap/scripts/sid
fi
for folder in proc dev; do mountpoint -q "$root/$folder" || mount --bind "/$folder" "$root/$folder"; done
cp /etc/resolv.conf "$root/etc/resolv.conf"
cp /etc/apt/apt.conf.d/* "$root/etc/apt/apt.conf.d/" 2>/dev/null || true
# The packages may be older than the machine's clock allows for.
echo 'Acquire::Check-Valid-Until "false";' > "$root/etc/apt/apt.conf.d/99-valid-until"
chroot "$root" env DEBIAN_FRONTEND=noninteractive apt-get update -qq
chroot "$root" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}" "$@"
chroot "$root" python3 -c 'import torch, transformers; print("torch", torch.__version__, "transformers", transformers.__version__)'
