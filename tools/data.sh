#!/usr/bin/env bash
# Make synthetic source tables and the projects' extracts, unless what is there was made from the same settings and policies.
source "$(dirname "$0")/lib.sh"

patients=${ECLUSE_PATIENTS:-20000}
years=${ECLUSE_YEARS:-2022-2023}
seed=${ECLUSE_SEED:-20260101}
read -ra projects <<<"${ECLUSE_PROJECTS:-diabete-idf antibio-national}"

run() { "$ROOT/tools/compose.sh" run --rm extractor ecluse "$@"; }

# The stamps lie beside the data, outside every container.
stamps=$ECLUSE_STATE/stamps
mkdir -p "$stamps"
synth="$patients $years $seed $(cd "$ROOT" && find extensions/platform/ecluse_platform/synth -name '*.py' -print0 | sort -z | xargs -0 cat | sha256sum)"
if [ "$(cat "$stamps/source" 2>/dev/null)" != "$synth" ]; then
  rm -rf "${stamps:?}"/* "${ECLUSE_STATE:?}"/source/*
  step "synthetic source tables, $patients patients" run synth --patients "$patients" --years "$years" --seed "$seed" --out /srv/state/source
  printf '%s\n' "$synth" >"$stamps/source"
fi
for project in "${projects[@]}"; do
  wanted=$(cat "$ECLUSE_POLICIES/projects/$project.yaml" "$ECLUSE_POLICIES"/catalogue/* "$stamps/source" | sha256sum)
  if [ "$(cat "$stamps/$project" 2>/dev/null)" != "$wanted" ] || [ ! -f "$ECLUSE_STATE/extracts/$project/current" ]; then
    step "extract of $project" run extract build "$project"
    printf '%s\n' "$wanted" >"$stamps/$project"
  fi
done
