# shellcheck shell=bash
# Common ground of the scripts in tools/: where things are, and how progress and failures are told.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
BUILD=$ROOT/build
VENV=$ROOT/.venv
export ROOT BUILD VENV

export ECLUSE_INSTANCE=${ECLUSE_INSTANCE:-ecluse}
ECLUSE_STATE=$(realpath --canonicalize-missing "${ECLUSE_STATE:-/var/lib/ecluse}")
export ECLUSE_STATE
export ECLUSE_PORT=${ECLUSE_PORT:-8000}
export ECLUSE_IDP_PORT=${ECLUSE_IDP_PORT:-8100}
ECLUSE_POLICIES=$(realpath --canonicalize-missing "${ECLUSE_POLICIES:-$ROOT/policies}")
export ECLUSE_POLICIES
# Docker's classic builder: BuildKit is not part of Debian's engine.
export DOCKER_BUILDKIT=0
export ECLUSE_LOGS=$BUILD/logs
mkdir -p "$ECLUSE_LOGS"

# Every image of ours is tagged with the version of the pattern in images/README.md.
IMAGE_VERSION=1
export IMAGE_VERSION

say() { printf '%s\n' "$*"; }

# Say what is wrong and what to do, then stop.
die() {
  printf '\n✗ %s\n' "$1" >&2
  shift
  for line in "$@"; do printf '  %s\n' "$line" >&2; done
  exit 2
}

# step TITLE COMMAND…: run a command quietly and say how long it took; show its output only if it fails.
step() {
  local title=$1 log began status=0
  shift
  log=$(mktemp "$ECLUSE_LOGS/step.XXXXXX")
  began=$(date +%s)
  printf '▸ %-46s ' "$title"
  # In a subshell of its own, so that the first command that fails inside a function ends the step.
  set +e
  (set -e && "$@") >"$log" 2>&1
  status=$?
  set -e
  if [ "$status" -eq 0 ]; then
    printf '%4d s\n' "$(($(date +%s) - began))"
    rm -f "$log"
    return 0
  fi
  printf 'failed after %d s\n\n' "$(($(date +%s) - began))"
  tail -n 60 "$log" >&2
  printf '\n✗ %s: the whole output is in %s\n' "$title" "$log" >&2
  return "$status"
}

# The image built from a folder below images/: workspace/python -> ecluse/workspace-python:1
image_name() { printf 'ecluse/%s:%s\n' "${1//\//-}" "$IMAGE_VERSION"; }
# The name of its build folder: workspace/python -> workspace-python
flat_name() { printf '%s\n' "${1//\//-}"; }
# The values that an image's `inputs` file gives for one word.
inputs_of() { [ ! -f "$ROOT/images/$1/inputs" ] || awk -v word="$2" '$1 == word { print $2 }' "$ROOT/images/$1/inputs"; }
