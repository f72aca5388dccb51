#!/usr/bin/env bash
# Remove the home folders of this instance's workspaces. Nothing brings them back.
source "$(dirname "$0")/lib.sh"

docker volume ls --quiet --filter "label=ecluse.instance=$ECLUSE_INSTANCE" | xargs -r docker volume rm
