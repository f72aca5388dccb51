#!/usr/bin/env bash
# Make synthetic source tables and the projects' extracts, unless what is there was made from the same settings and policies.
source "$(dirname "$0")/lib.sh"

patients=${ECLUSE_PATIENTS:-20000}
years=${ECLUSE_YEARS:-2019-2023}
seed=${ECLUSE_SEED:-20260101}

# Every project whose permit is in force, unless told otherwise.
read -ra projects <<<"${ECLUSE_PROJECTS:-$("$VENV/bin/ecluse" policy projects --policies "$ECLUSE_POLICIES" | tr '\n' ' ')}"

run() { "$ROOT/tools/compose.sh" run --rm extractor ecluse "$@"; }

# The stamps lie beside the data, outside every container.
stamps=$ECLUSE_STATE/stamps
mkdir -p "$stamps"
content_of() { (cd "$ROOT" && find "$@" -type f -not -name '*.pyc' -print0 | sort -z | xargs -0 cat | sha256sum); }

synth="$patients $years $seed $(content_of extensions/platform/ecluse_platform/synth)"
if [ ! -f "$stamps/source" ] && [ -n "$(ls -A "$ECLUSE_STATE/source")" ]; then
  # Tables that we did not make are somebody's data: they are used as they are, and never written over.
  synth="not synthetic: $(cd "$ECLUSE_STATE/source" && find . -type f -printf '%p %s %T@\n' | sort | sha256sum)"
  say "▸ source tables: those in $ECLUSE_STATE/source, which Écluse did not make and does not touch"
elif [ "$(cat "$stamps/source" 2>/dev/null)" != "$synth" ]; then
  rm -rf "${stamps:?}"/* "${ECLUSE_STATE:?}"/source/*
  step "synthetic source tables, $patients patients" run synth --patients "$patients" --years "$years" --seed "$seed" --out /srv/state/source
  printf '%s\n' "$synth" >"$stamps/source"
fi
# Synthetic tables of other years or fewer persons have fewer partitions: nothing was lost.
accept=()
[[ $synth == "not synthetic"* ]] || accept=(--accept-lost)
builder=$(content_of extensions/platform/ecluse_platform/extract)
for project in "${projects[@]}"; do
  wanted=$(cat "$ECLUSE_POLICIES/projects/$project.yaml" <(content_of "$ECLUSE_POLICIES/catalogue" "$ECLUSE_POLICIES/codelists") <(printf '%s\n' "$synth" "$builder") | sha256sum)
  if [ "$(cat "$stamps/$project" 2>/dev/null)" != "$wanted" ] || [ ! -f "$ECLUSE_STATE/extracts/$project/current" ]; then
    step "extract of $project" run extract build "$project" "${accept[@]}"
    printf '%s\n' "$wanted" >"$stamps/$project"
  fi
done
