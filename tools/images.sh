#!/usr/bin/env bash
# Build every image below images/, each after the ones it is made from; an image whose inputs have not changed is kept.
source "$(dirname "$0")/lib.sh"

images=()
# visit IMAGE: put an image behind all that its `inputs` name.
visit() {
  local parent
  case " ${images[*]-} " in *" $1 "*) return ;; esac
  for parent in $(inputs_of "$1" after); do visit "$parent"; done
  images+=("$1")
}
while read -r file; do
  file=${file#"$ROOT"/images/}
  visit "${file%/Dockerfile}"
done < <(find "$ROOT/images" -name Dockerfile | sort)

step "base system debian:bookworm-slim" "$ROOT/tools/base.sh"
# Downloads wait for the network and builds for the processor, so the next image's wheels come in while one is built.
for image in "${images[@]}"; do
  [ ! -f "$ROOT/images/$image/requirements.txt" ] || printf '%s\0' "$image"
done | xargs -0 -r -n 1 -P 2 "$ROOT/tools/wheels.sh" >"$ECLUSE_LOGS/wheels.log" 2>&1 &
downloads=$!
for image in "${images[@]}"; do
  step "image $(image_name "$image")" "$ROOT/tools/image.sh" "$image"
done
wait "$downloads" || die "a download of wheels failed" "see $ECLUSE_LOGS/wheels.log"
