#!/usr/bin/env bash
# Stop this instance: workspaces first, then services. Homes, requests, releases, audit log and keys stay.
source "$(dirname "$0")/lib.sh"

mine=(--filter "label=ecluse.instance=$ECLUSE_INSTANCE")

remove_workspaces() {
  docker ps --all --quiet "${mine[@]}" --filter label=ecluse.role=workspace | xargs -r docker stop --time 10
  docker ps --all --quiet "${mine[@]}" --filter label=ecluse.role=workspace | xargs -r docker rm --force
}
remove_session_networks() {
  docker network ls --quiet "${mine[@]}" --filter label=ecluse.role=session | xargs -r docker network rm
}

docker version >/dev/null 2>&1 || die "no Docker engine answers, so nothing of Écluse runs"
step "stop workspaces" remove_workspaces
step "stop services" "$ROOT/tools/compose.sh" --profile tools down --remove-orphans
step "remove session networks" remove_session_networks
