#!/usr/bin/env bash
# Remove everything that this instance made: containers, networks, homes, images and the state folder with its keys.
# Only what carries our own label, and a state folder that tools/state.sh made, is ever touched.
source "$(dirname "$0")/lib.sh"

remove_homes() {
  docker volume ls --quiet --filter "label=ecluse.instance=$ECLUSE_INSTANCE" | xargs -r docker volume rm
}
# Images are shared by all instances of this machine: they go when the last instance does.
remove_images() {
  [ -z "$(docker ps --all --quiet --filter label=ecluse.instance)" ] || return 0
  docker image ls --all --quiet --filter label=ecluse.image | sort -u | xargs -r docker image rm --force
}
remove_state() {
  [ -d "$ECLUSE_STATE/secrets" ] || return 0
  rm -rf "${ECLUSE_STATE:?}"/{secrets,run,source,extracts,hub,gateway,egress,audit,idp,stamps}
  rmdir --ignore-fail-on-non-empty "$ECLUSE_STATE"
}

if docker version >/dev/null 2>&1; then
  "$ROOT/tools/down.sh"
  step "remove home folders" remove_homes
  step "remove images" remove_images
fi
step "remove $ECLUSE_STATE" remove_state
[ "$ECLUSE_INSTANCE" != ecluse ] || rm -rf "$BUILD/images" "$BUILD/wheels" "$BUILD/own" "$BUILD/node"
