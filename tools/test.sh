#!/usr/bin/env bash
# Test everything: the repository's rules, then every test, those of the whole stack in real containers and a real browser.
# Words given after it go to pytest: `tools/test.sh tests/unit -k names`.
source "$(dirname "$0")/lib.sh"

# The test stack lives beside a running demonstration: its own instance, state and ports (tests/stack says the same).
export ECLUSE_INSTANCE=ecluse-test ECLUSE_STATE=$BUILD/test-state ECLUSE_PORT=18000 ECLUSE_IDP_PORT=18100

cd "$ROOT" || exit
"$ROOT/tools/setup.sh"
"$ROOT/tools/check.sh"

banner() {
  printf '\n%s\n' "****************************************************************************"
  printf '*  %s\n' "$@"
  printf '%s\n\n' "****************************************************************************"
}

selection=()
if "$ROOT/tools/preflight.sh" test && "$ROOT/tools/setup.sh" chromium=chromium pg_ctlcluster=postgresql && "$ROOT/tools/engine.sh"; then
  "$ROOT/tools/images.sh"
  export ECLUSE_IMAGES_READY=1
elif [ "${CI:-}" = true ]; then
  die "Docker cannot run here, and on CI that is a failure: half of the promises would go untested"
else
  banner "NOT TESTED: Docker cannot run here (the reason is above)." \
    "No container, no network and no browser is tested: the ways out of a workspace," \
    "the whole story by role, recovery after a crash. Only the rest is."
  selection=(-m "not stack")
fi
exec "$VENV/bin/python" -m pytest "${selection[@]}" "$@"
