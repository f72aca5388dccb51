#!/usr/bin/env bash
# Download the wheels that images/<image>/requirements.txt names, checking each hash; prints their folder.
# The folder is named after the lock file's own hash: it is complete or it is not there.
source "$(dirname "$0")/lib.sh"

image=$1
lock=$ROOT/images/$image/requirements.txt
[ -f "$lock" ] || die "images/$image/requirements.txt is missing" "write it with: tools/lock.sh $image"
# Every wheel that Debian 12's glibc 2.36 can load, whatever its tag.
platforms=()
for tag in manylinux_2_{36..5} manylinux2014 manylinux2010 manylinux1 linux; do
  platforms+=(--platform "${tag}_$(uname -m)")
done
folder=$BUILD/wheels/$(flat_name "$image")/$(sha256sum "$lock" | cut -c1-16)

mkdir -p "$(dirname "$folder")"
exec 8>"$(dirname "$folder").lock"
flock 8
if [ ! -d "$folder" ]; then
  scratch=$(mktemp -d "$(dirname "$folder")/.partial.XXXXXX")
  trap 'rm -rf "$scratch"' EXIT
  "$VENV/bin/python" -m pip download --quiet --quiet --disable-pip-version-check --no-deps --require-hashes --only-binary=:all: \
    --python-version 3.11 --implementation cp --abi cp311 --abi abi3 --abi none \
    "${platforms[@]}" \
    --dest "$scratch" --requirement "$lock" >&2
  mv "$scratch" "$folder"
  chmod 0755 "$folder"
  find "$(dirname "$folder")" -mindepth 1 -maxdepth 1 -type d ! -path "$folder" ! -name '.partial.*' -exec rm -rf {} +
fi
printf '%s\n' "$folder"
