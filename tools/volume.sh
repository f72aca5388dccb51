#!/usr/bin/env bash
# Make the volume on which extracts are encrypted (data.encryption: volume), or mount the one that is there.
#   tools/volume.sh 200G    makes a file of that size below the state folder, and mounts it on the folder of extracts
#   tools/volume.sh         mounts it again, as after each start of the machine; tools/state.sh does so
source "$(dirname "$0")/lib.sh"

image=$ECLUSE_STATE/extracts.img
folder=$ECLUSE_STATE/extracts

install --directory --mode=0755 "$ECLUSE_STATE"
if [ ! -f "$image" ]; then
  [ $# = 1 ] || die "there is no $image" "Say how large it shall be: tools/volume.sh 200G"
  [ -z "$(ls -A "$folder" 2>/dev/null)" ] || die "$folder is not empty" "Stop with make down, move the extracts away, and build them again afterwards."
  truncate --size="$1" "$image.partial"
  chmod 0600 "$image.partial"
  # The feature `encrypt` is what lets the extractor give each project's folder a key of its own.
  mkfs.ext4 -q -O encrypt -E lazy_itable_init=1 "$image.partial"
  mv "$image.partial" "$image"
fi
mountpoint --quiet "$folder" || {
  install --directory "$folder"
  mount -o loop,nodev,nosuid,noexec "$image" "$folder"
  rmdir --ignore-fail-on-non-empty "$folder/lost+found" 2>/dev/null || true
}
install --directory --owner=10005 --group=10005 --mode=0755 "$folder"
say "extracts are on $image"
