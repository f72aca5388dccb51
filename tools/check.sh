#!/usr/bin/env bash
# Hold the repository against its own rules: style, types, imports, policies, generated documentation, shell scripts.
source "$(dirname "$0")/lib.sh"

cd "$ROOT" || exit
export PATH=$VENV/bin:$PATH
"$ROOT/tools/setup.sh" shellcheck=shellcheck
step "every test can be collected" python -m pytest --collect-only -q
step "ruff: rules" ruff check .
step "ruff: format" ruff format --check .
step "mypy: types" mypy
step "import-linter: who may import whom" lint-imports
step "policies" ecluse policy check policies
step "documentation generated from the policies" ecluse policy reference --check
step "figures of the pages on differential privacy" ecluse privacy figures --check
step "dictionary generated from the catalogue" ecluse policy dictionary --check
step "documentation generated from the workflow" python tools/workflow_diagram.py --check
step "documentation generated from the examples of disclosure control" python tools/disclosure_chapters.py --check
step "documentation generated from the evidence of outputs" python tools/evidence_reference.py --check
step "shellcheck" shellcheck tools/*.sh images/*/*.sh .ci/run
