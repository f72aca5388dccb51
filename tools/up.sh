#!/usr/bin/env bash
# Start this instance on the images, state and data that are there, and wait until it answers.
source "$(dirname "$0")/lib.sh"

step "state folder and secrets" "$ROOT/tools/state.sh"
# After a start of the machine the kernel has no key of any project.
[ ! -f "$ECLUSE_STATE/extracts.img" ] || step "open encrypted extracts" "$ROOT/tools/compose.sh" run --rm extractor ecluse extract open
"$ROOT/tools/data.sh"
step "start services" "$ROOT/tools/compose.sh" up --detach --remove-orphans
step "wait until every service answers" "$ROOT/tools/ready.sh"
step "audit entries of extracts built" "$ROOT/tools/compose.sh" exec -T egress ecluse audit gather
