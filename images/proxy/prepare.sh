#!/usr/bin/env bash
# Put the locked node_modules into the build context: npm runs on the host, the image's build needs no registry.
set -euo pipefail
context=$1
cd "$(dirname "$0")"
cache=../../build/node/$(sha256sum package-lock.json | cut -c1-16)
if [ ! -d "$cache" ]; then
  mkdir -p ../../build/node
  scratch=$(mktemp -d ../../build/node/.partial.XXXXXX)
  trap 'rm -rf "$scratch"' EXIT
  cp package.json package-lock.json "$scratch/"
  (cd "$scratch" && npm ci --omit=dev --ignore-scripts --no-audit --no-fund)
  mv "$scratch" "$cache"
  chmod 0755 "$cache"
fi
cp -a "$cache/node_modules" "$context/node_modules"
rm -f "$context/prepare.sh"
