#!/usr/bin/env bash
# Wait until every service of this instance answers.
source "$(dirname "$0")/lib.sh"

exec "$VENV/bin/python" "$ROOT/tools/wait.py"
