#!/usr/bin/env bash
# Build one image: `tools/image.sh hub`. Does nothing when an image made from the very same inputs is there already.
# Nothing of a Python image's build reaches a network (images/README.md tells the pattern).
source "$(dirname "$0")/lib.sh"

image=$1
folder=$ROOT/images/$image
name=$(image_name "$image")
context=$BUILD/images/$(flat_name "$image")
[ -f "$folder/Dockerfile" ] || die "there is no image called $image" "images are the folders with a Dockerfile below images/"

# One builder at a time in a context folder.
mkdir -p "$BUILD/images"
exec 9>"$context.lock"
flock 9

rm -rf "$context"
mkdir -p "$context"
cp -a "$folder/." "$context/"
rm -f "$context/inputs" "$context/requirements.in"
if [ -f "$folder/requirements.txt" ]; then
  cp -al "$("$ROOT/tools/wheels.sh" "$image")" "$context/wheels"
fi
for wheel in $(inputs_of "$image" wheel); do
  mkdir -p "$context/own"
  cp "$("$ROOT/tools/own_wheel.sh" "$wheel")"/*.whl "$context/own/"
done
for path in $(inputs_of "$image" file); do
  mkdir -p "$context/repo/$(dirname "$path")"
  cp -a "$ROOT/$path" "$context/repo/$path"
done
[ ! -x "$folder/prepare.sh" ] || "$folder/prepare.sh" "$context"
# File times are not inputs: without this, Docker's own cache would miss after each clone.
find "$context" -exec touch --no-dereference --date=@1767225600 {} +

parents=
for parent in $(inputs_of "$image" after); do
  parents+=" $(docker image inspect --format '{{.Id}}' "$(image_name "$parent")")"
done
digest=$(cd "$context" && { find . -type f -print0 | sort -z | xargs -0 sha256sum; find . -type f -perm /111 | sort; echo "$parents"; } |
  sha256sum | cut -d' ' -f1)

if [ "$(docker image inspect --format '{{index .Config.Labels "ecluse.inputs"}}' "$name" 2>/dev/null)" = "$digest" ]; then
  exit 0
fi
network=none
[ ! -f "$folder/needs-network" ] || network=default
build() {
  docker build --quiet --force-rm --network="$network" --label "ecluse.image=$image" --label "ecluse.inputs=$digest" "$@" "$context"
}
# The first stage gets a name of its own: it stays as the cache of the next build, and `make clean` finds it.
! grep -q ' AS build$' "$folder/Dockerfile" || build --target build --tag "ecluse/$(flat_name "$image")-build:$IMAGE_VERSION"
build --tag "$name"
docker image ls --quiet --filter dangling=true --filter "label=ecluse.image=$image" | xargs -r docker image rm 2>/dev/null || true
