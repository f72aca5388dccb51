#!/usr/bin/env bash
# Remove everything that this instance made: containers, networks, homes, images and the state folder with its keys.
# Only what carries our own label, and a state folder that tools/state.sh made, is ever touched.
source "$(dirname "$0")/lib.sh"

# Images are shared by all instances of this machine: they go when no other one has a container.
remove_images() {
  [ -z "$(docker ps --all --quiet --filter label=ecluse.instance)" ] || return 0
  local round
  # An image that others stand on cannot go before them: each round takes those that nothing stands on any more.
  for round in 1 2 3 4 5 6; do
    docker image ls --quiet --filter label=ecluse.image | sort -u | xargs -r docker image rm --force || true
    docker image prune --force --filter label=ecluse.image
    [ -n "$(docker image ls --quiet --filter label=ecluse.image)" ] || return 0
    say "round $round left some"
  done
  return 1
}
remove_state() {
  [ -d "$ECLUSE_STATE/secrets" ] || return 0
  ! mountpoint --quiet "$ECLUSE_STATE/extracts" || umount "$ECLUSE_STATE/extracts"
  rm -f "$ECLUSE_STATE/extracts.img"
  rm -rf "${ECLUSE_STATE:?}"/{secrets,run,source,extracts,cohorts,keys,journal,hub,gateway,egress,audit,history,idp,stamps}
  rmdir --ignore-fail-on-non-empty "$ECLUSE_STATE"
}

if docker version >/dev/null 2>&1; then
  "$ROOT/tools/down.sh"
  step "remove home folders" "$ROOT/tools/homes.sh"
fi
step "remove $ECLUSE_STATE" remove_state

# The tests keep an instance of their own, and neither it nor what was built for both is worth more than the demonstration.
[ "$ECLUSE_INSTANCE" = ecluse ] || exit 0
[ ! -d "$BUILD/test-state" ] || ECLUSE_INSTANCE=ecluse-test ECLUSE_STATE=$BUILD/test-state "$0"
! docker version >/dev/null 2>&1 || step "remove images" remove_images
rm -rf "$BUILD"
