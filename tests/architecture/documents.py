"""What the tests of the documentation look at: pages, links, code, commands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from repository import ROOT

# Worked out from the folder, not from git: a page is held to the truth before it is committed, too.
PAGES = tuple(
    path.relative_to(ROOT)
    for path in (ROOT / "README.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").rglob("*.md")))
)
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


def text(page: Path) -> str:
    """Return the text of a page."""
    return (ROOT / page).read_text(encoding="utf-8")


def links(page: Path) -> list[str]:
    """Return where the links and images of a page lead."""
    return _LINK.findall(_FENCE.sub("", text(page)))


def spans(page: Path) -> list[str]:
    """Return what a page writes as code within a sentence."""
    return _SPAN.findall(_FENCE.sub("", text(page)))


def commands(page: Path) -> Iterator[str]:
    """Yield each line of code of a page that could be typed in a shell."""
    yield from spans(page)
    for language, block in _FENCE.findall(text(page)):
        if language in {"", "sh", "bash"}:
            yield from block.splitlines()


def anchor_of(heading: str) -> str:
    """Return the anchor that a heading gets."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page."""
    return {anchor_of(words) for words in re.findall(r"^#+ (.+)$", _FENCE.sub("", text(page)), re.MULTILINE)}
