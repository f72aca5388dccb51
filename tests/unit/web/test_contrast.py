"""Colours of the stylesheet: readable by WCAG 2.2, level AA, in both schemes."""

from __future__ import annotations

import re
from importlib import resources

import pytest

SHEET = resources.files("ecluse_platform.design").joinpath("ecluse.css").read_text()
TEXT, GRAPHIC = 4.5, 3.0
PAIRS = [
    *((ink, ground, TEXT) for ink in ("ink", "ink-soft", "water", "water-deep") for ground in ("ground", "surface")),
    *((tone, f"{tone}-wash", TEXT) for tone in ("good", "wait", "stop", "calm", "hide")),
    *(("ink", f"{tone}-wash", TEXT) for tone in ("good", "wait", "stop", "water", "hide")),
    *((f"sql-{kind}", "sunken", TEXT) for kind in ("word", "text", "number", "note")),
    ("water-deep", "water-wash", TEXT),
    ("on-water", "water", TEXT),
    ("ink-soft", "sunken", TEXT),
    ("stop", "surface", TEXT),
    ("line-strong", "surface", GRAPHIC),
    ("focus", "ground", GRAPHIC),
    ("focus", "surface", GRAPHIC),
]


def tokens(scheme: str) -> dict[str, str]:
    """Read the colours of one scheme; the dark one overrides the light one."""
    light, dark = (dict(re.findall(r"--([a-z-]+):\s*(#[0-9a-f]{6})", block)) for block in _blocks())
    return light if scheme == "light" else {**light, **dark}


def _blocks() -> tuple[str, str]:
    found = re.findall(r":root \{(.*?)\}", SHEET, re.DOTALL)
    return found[0], found[1]


def luminance(colour: str) -> float:
    """Return the relative luminance that WCAG defines."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
def test_contrast(scheme: str, front: str, back: str, least: float) -> None:
    """Text stands out from its ground by 4.5 to 1, borders and focus by 3 to 1."""
    known = tokens(scheme)
    bright, dim = sorted((luminance(known[front]), luminance(known[back])), reverse=True)
    assert (bright + 0.05) / (dim + 0.05) >= least


def test_the_sheet_fetches_nothing() -> None:
    """No font, image or other sheet is loaded from anywhere."""
    assert not re.search(r"@import|@font-face|url\(|expression\(", SHEET)
