#!/usr/bin/env bash
# Make .venv with the `ecluse` command and every tool of this repository. A second run is instant.
source "$(dirname "$0")/lib.sh"

lock=$ROOT/tools/requirements/dev.txt
stamp=$VENV/.ecluse-setup
wanted=$(cat "$lock" "$ROOT/pyproject.toml" "$0" | sha256sum)

# install_missing COMMAND=PACKAGE…: install the Debian packages whose command is not there.
install_missing() {
  local packages=() pair
  for pair in "$@"; do
    command -v "${pair%%=*}" >/dev/null || packages+=("${pair##*=}")
  done
  python3 -c 'import ensurepip, venv' 2>/dev/null || packages+=(python3-venv)
  [ ${#packages[@]} -gt 0 ] || return 0
  [ "$(id -u)" -eq 0 ] || die "these Debian packages are missing: ${packages[*]}" "apt-get install ${packages[*]}" "then run this again"
  command -v apt-get >/dev/null || die "these packages are missing: ${packages[*]}" "install them with your system's tools, then run this again"
  step "Debian packages: ${packages[*]}" env DEBIAN_FRONTEND=noninteractive sh -c \
    "apt-get update -q && apt-get install -q -y --no-install-recommends ${packages[*]}"
}

# The first Python 3.11 or newer; the lock file is made for 3.11 and holds for later ones.
find_python() {
  for python in python3.11 python3; do
    if command -v "$python" >/dev/null && "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
      echo "$python"
      return 0
    fi
  done
  return 1
}

make_venv() {
  local locked
  "$python" -m venv "$VENV"
  # pip fetches uv alone, by its own locked hashes; uv then fetches all the rest, many times faster.
  locked=$(mktemp)
  awk '/^[^ ]/ { keep = /^uv==/ } keep' "$lock" >"$locked"
  "$VENV/bin/python" -m pip install --quiet --quiet --disable-pip-version-check --require-hashes --requirement "$locked"
  rm -f "$locked"
  "$VENV/bin/uv" pip sync --quiet --require-hashes --python "$VENV/bin/python" "$lock"
  "$VENV/bin/uv" pip install --quiet --no-deps --no-build-isolation --python "$VENV/bin/python" --editable "$ROOT"
  # The wheels of our own code and of images are fetched and built with pip.
  "$VENV/bin/python" -m ensurepip >/dev/null
  printf '%s\n' "$wanted" >"$stamp"
}

install_missing python3=python3 git=git "$@"
[ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ] || exit 0
python=$(find_python) || die "Python 3.11 or newer is missing" "on Debian 12: apt-get install python3 python3-venv"
step "Python environment .venv" make_venv
