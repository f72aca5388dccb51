#!/usr/bin/env bash
# Measure the running demonstration: pages and recomputed queries, then the project's views beside plain DuckDB on the same files.
source "$(dirname "$0")/lib.sh"

(: <"/dev/tcp/127.0.0.1/$ECLUSE_PORT") 2>/dev/null || die "the demonstration does not run" "start it: make demo"
"$ROOT/tools/setup.sh"
"$VENV/bin/python" "$ROOT/tests/benchmarks/pages_and_queries.py"
extract=$ECLUSE_STATE/extracts/diabete-idf
docker run --rm --interactive --network none --read-only --cap-drop ALL --security-opt no-new-privileges --tmpfs /tmp --tmpfs /home/jovyan:uid=1000 \
  --env ECLUSE_CPUS=2 --env ECLUSE_MEMORY_MIB=2048 --volume "$extract/$(cat "$extract/current"):/data:ro" \
  --entrypoint python "$(image_name workspace/python)" - <"$ROOT/tests/benchmarks/views_against_parquet.py"
extract=$ECLUSE_STATE/extracts/avc-parcours
docker run --rm --interactive --network none --read-only --cap-drop ALL --security-opt no-new-privileges --tmpfs /tmp --tmpfs /home/jovyan:uid=1000 \
  --env ECLUSE_CPUS=2 --env ECLUSE_MEMORY_MIB=3072 --volume "$extract/$(cat "$extract/current"):/data:ro" --volume "$ROOT/tests/golden/queries:/queries:ro" \
  --entrypoint python "$(image_name workspace/r)" - <"$ROOT/tests/benchmarks/benchmark_queries_through_views.py"
