#!/usr/bin/env bash
# Make the folders that services keep their state in, owned by the one user that writes there, and the missing secrets.
source "$(dirname "$0")/lib.sh"

# folder OWNER[:GROUP] MODE PATH
folder() { install --directory --owner="${1%%:*}" --group="${1##*:}" --mode="$2" "$ECLUSE_STATE/$3"; }

install --directory --mode=0755 "$ECLUSE_STATE"
folder 0 0711 secrets
folder 0 0755 run
folder 10005 0700 source
[ ! -f "$ECLUSE_STATE/extracts.img" ] || "$ROOT/tools/volume.sh"
folder 10005 0755 extracts
folder 10005 0700 cohorts
folder 10005 0700 keys
folder 10005 0755 journal
folder 10001 0700 hub
folder 10002 0700 gateway
folder 10003 0700 egress
folder 10003 0700 audit
folder 10004 0700 history
folder 10006 0700 idp
# The set-group-id bit gives a socket the group of the service that may connect to it: no capability is needed for that.
folder 0:10001 2770 run/guard
folder 10004:10003 2770 run/compute

"$VENV/bin/python" "$ROOT/tools/make_secrets.py" "$ECLUSE_STATE/secrets"
