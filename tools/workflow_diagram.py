"""Draw the workflow of an export request into docs/architecture.md, from the table that the egress service obeys.

With `--check` nothing is written: it ends with 2 when the page shows another workflow than the code has.
"""

# ruff: noqa: INP001 - a script run by its path, not part of a package
from __future__ import annotations

import sys
from pathlib import Path

from ecluse_platform.core.workflow import mermaid

PAGE = Path(__file__).resolve().parent.parent / "docs" / "architecture.md"
BEGIN, END = "<!-- workflow:begin -->\n", "<!-- workflow:end -->\n"


def drawn(page: str) -> str:
    """Return the page with the workflow as it is now between its two markers."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise SystemExit(f"{PAGE.name} has lost the marks between which the workflow is drawn: {BEGIN}{END}")
    return f"{before}{BEGIN}```mermaid\n{mermaid()}```\n{END}{after}"


def main() -> int:
    """Write the page, or only say whether it is up to date."""
    page = PAGE.read_text(encoding="utf-8")
    wanted = drawn(page)
    if "--check" in sys.argv[1:]:
        if page != wanted:
            sys.stderr.write(f"{PAGE.name} shows an old workflow: run tools/workflow_diagram.py\n")
            return 2
        return 0
    PAGE.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
