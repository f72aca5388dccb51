#!/usr/bin/env bash
# Run Docker Compose on this instance, whichever version of it is installed: `tools/compose.sh ps`.
source "$(dirname "$0")/lib.sh"

if docker compose version >/dev/null 2>&1; then
  exec docker compose --file "$ROOT/docker-compose.yml" --project-name "$ECLUSE_INSTANCE" "$@"
fi
exec docker-compose --file "$ROOT/docker-compose.yml" --project-name "$ECLUSE_INSTANCE" "$@"
