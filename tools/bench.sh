#!/usr/bin/env bash
# Measure the running demonstration: how fast its pages answer, and how long a query takes to be recomputed for an export.
source "$(dirname "$0")/lib.sh"

"$ROOT/tools/setup.sh"
exec "$VENV/bin/python" "$ROOT/tools/bench.py"
