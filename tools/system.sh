#!/usr/bin/env bash
# What apt must provide: PYTHON, and venv | demo | test -> installed when root, else the command that does it.
set -euo pipefail

python=$1 purpose=$2
packages=()

if [ -z "$python" ]; then
  echo "srm-docs needs Python 3.11 or newer, and none was found." >&2
  echo "  Debian 12+, Ubuntu 24.04+:  apt-get install python3" >&2
  echo "  otherwise:                  make PYTHON=/path/to/python3.11 …" >&2
  exit 2
fi

# A library counts as present when the loader finds it, wherever it came from.
library() {
  "$python" -c 'import ctypes, sys; ctypes.CDLL(sys.argv[1])' "$1" 2>/dev/null || packages+=("$2")
}

program() {
  command -v "$1" >/dev/null || packages+=("$2")
}

# ensurepip is what Debian and Ubuntu split off into python3.X-venv.
if [ ! -e .venv/made ] && ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
  packages+=("$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')")
fi

if [ "$purpose" != venv ]; then  # WeasyPrint loads these by name; without the last, PDFs differ in their font bytes
  library libpango-1.0.so.0 libpango-1.0-0
  library libpangoft2-1.0.so.0 libpangoft2-1.0-0
  library libharfbuzz-subset.so.0 libharfbuzz-subset0
fi

if [ "$purpose" = test ]; then  # opens the workbook as a person's office program would
  program soffice libreoffice-calc-nogui
  program openssl openssl         # checks a signature by the recipe in docs/verifying.md
  program softhsm2-util softhsm2  # a token to sign with
fi

[ ${#packages[@]} -gt 0 ] || exit 0

if ! command -v apt-get >/dev/null; then
  echo "Missing on this machine: ${packages[*]}" >&2
  echo "There is no apt-get here: install the equivalents, then run make again." >&2
  exit 2
fi
if [ "$(id -u)" != 0 ]; then
  echo "Missing on this machine: ${packages[*]}" >&2
  echo "Run this, then make again:" >&2
  echo "  sudo apt-get update && sudo apt-get install -y --no-install-recommends ${packages[*]}" >&2
  exit 2
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
export DEBIAN_FRONTEND=noninteractive
get() {
  apt-get -q -o DPkg::Lock::Timeout=120 "$@" >>"$log" 2>&1
}
echo "Installing with apt: ${packages[*]}"
updated=no
if ! compgen -G '/var/lib/apt/lists/*_Packages*' >/dev/null; then
  get update || true  # one broken source must not stop the others: the install decides
  updated=yes
fi
if ! get install -y --no-install-recommends "${packages[@]}"; then
  # Lists that are old name packages that are gone.
  if [ "$updated" = yes ] || ! { get update || true; get install -y --no-install-recommends "${packages[@]}"; }; then
    tail -n 20 "$log" >&2
    echo "apt-get could not install: ${packages[*]}" >&2
    exit 2
  fi
fi
