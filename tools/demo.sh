#!/usr/bin/env bash
# From a clone to a working workbench: everything that is missing is made, everything that is there is kept.
source "$(dirname "$0")/lib.sh"

began=$(date +%s)
"$ROOT/tools/preflight.sh" demo
"$ROOT/tools/setup.sh"
"$ROOT/tools/engine.sh"
"$ROOT/tools/images.sh"
"$ROOT/tools/up.sh"
cat <<END

Écluse is running ($(($(date +%s) - began)) s).

  Address    http://hub.localhost:$ECLUSE_PORT
  Password   $(cat "$ECLUSE_STATE/secrets/idp/demo_password")      (the same for every account)

  researcher1     works on one project: diabete-idf
  researcher2     works on all three: diabete-idf, antibio-national and avc-parcours (R too)
  steward1        reviews export requests
  steward2        reviews export requests; antibio-national needs two stewards
  projectadmin1   sees the members and settings of the three projects
  operator1       sees the running workspaces, and can stop them

Next: log in as researcher1, start diabete-idf, and open the tutorial in the home folder.
From another machine, forward both ports: ssh -L $ECLUSE_PORT:127.0.0.1:$ECLUSE_PORT -L $ECLUSE_IDP_PORT:127.0.0.1:$ECLUSE_IDP_PORT <this machine>
Stop with: make down     Remove everything with: make clean
END
