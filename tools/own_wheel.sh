#!/usr/bin/env bash
# Build one of our own wheels (platform or workspace) without a network; prints the folder that holds it.
# The folder is named after the hash of the sources: unchanged sources are built once.
source "$(dirname "$0")/lib.sh"

case $1 in
  platform) project=$ROOT sources=(pyproject.toml extensions/platform) ;;
  workspace) project=$ROOT/extensions/workspace/python sources=(extensions/workspace/python) ;;
  *) die "no wheel is called $1" "say platform or workspace" ;;
esac
cd "$ROOT"
digest=$(find "${sources[@]}" -type f ! -path '*/__pycache__/*' ! -path '*.egg-info/*' ! -path '*/.*_cache/*' -print0 |
  sort -z | xargs -0 sha256sum | sha256sum | cut -c1-16)
folder=$BUILD/own/$1/$digest

mkdir -p "$BUILD/own"
exec 8>"$BUILD/own/$1.lock"
flock 8
if [ ! -d "$folder" ]; then
  mkdir -p "$BUILD/own/$1"
  scratch=$(mktemp -d "$BUILD/own/$1/.partial.XXXXXX")
  trap 'rm -rf "$scratch"' EXIT
  # A fixed date makes the same sources give the same wheel, byte for byte.
  SOURCE_DATE_EPOCH=1767225600 "$VENV/bin/python" -m pip wheel --quiet --disable-pip-version-check --no-deps --no-index \
    --no-build-isolation --wheel-dir "$scratch" "$project" >&2
  mv "$scratch" "$folder"
  chmod 0755 "$folder"
  find "$BUILD/own/$1" -mindepth 1 -maxdepth 1 -type d ! -path "$folder" ! -name '.partial.*' -exec rm -rf {} +
fi
printf '%s\n' "$folder"
