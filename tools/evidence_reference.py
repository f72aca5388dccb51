"""Write the page that lists what may be declared of each kind of output, from the models that read it.

With `--check` nothing is written: it ends with 2 when the page is not what the models give.
"""

# ruff: noqa: INP001 - a script run by its path, not part of a package
from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from ecluse_platform.cli.reference import section  # noqa: E402 - after the path is set
from ecluse_platform.core.disclosure.outputs import KINDS  # noqa: E402 - after the path is set
from output_examples import output_examples, read  # noqa: E402 - the examples stand beside the tests

PAGE = ROOT / "docs" / "reference" / "outputs.md"
INTRODUCTION = """# Outputs: what is declared of each kind

Written by `tools/evidence_reference.py` from the models that read it; do not edit.

A file of outputs, YAML or JSON, has one key, `outputs`: a list. Each output has a `kind`, one of those below, and what
is behind it. Unknown keys are refused; numbers are plain and finite; counts of persons are of distinct persons. `[]`
stands for each item of a list. A key that may be null may be left out: a rule that needs it is then not applied, and
the verdict is REVIEW at best. `population` is `study` where nothing is said; outputs that share it are held beside one
another.
"""


def page() -> str:
    """Return the page; the examples are those of the chapters on disclosure control."""
    found = {output.kind: output for example in list(output_examples())[::-1] for output in read(example.evidence)}
    sections = [section(f"kind: {name}", kind.model, found[name]) for name, kind in KINDS.items()]
    return INTRODUCTION + "".join(sections)


def main() -> int:
    """Write the page, or only say whether it is up to date."""
    wanted = page()
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(wanted, encoding="utf-8")
    elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != wanted:
        sys.stderr.write(f"{PAGE.name} is not what the models give: run tools/evidence_reference.py\n")
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
