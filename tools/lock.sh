#!/usr/bin/env bash
# Lock requirement files by hash: `tools/lock.sh hub`, `tools/lock.sh dev`, or all of them without an argument.
# Registry addresses and paths never enter a lock file: they belong to the machine, not to the project.
source "$(dirname "$0")/lib.sh"

compile() {
  "$VENV/bin/uv" pip compile --quiet --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate \
    --python-version 3.11 "$@"
}

lock() {
  local image=$1 extra
  if [ "$image" = dev ]; then
    compile --extra dev --extra hub --extra guard --extra gateway --extra egress --extra compute --extra extractor \
      --output-file tools/requirements/dev.txt pyproject.toml tools/requirements/dev.in
    return
  fi
  extra=$(inputs_of "$image" extra)
  if [ -n "$extra" ]; then
    compile --extra "$extra" --output-file "images/$image/requirements.txt" pyproject.toml
  elif [ -f "images/$image/requirements.in" ]; then
    compile --output-file "images/$image/requirements.txt" "images/$image/requirements.in"
  fi
}

cd "$ROOT"
if [ $# -gt 0 ]; then
  for image in "$@"; do lock "$image"; done
else
  lock dev
  while read -r file; do
    image=${file#images/}
    lock "${image%/Dockerfile}"
  done < <(find images -name Dockerfile | sort)
fi
