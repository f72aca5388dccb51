"""Hostile text, as a steward sees it."""

from __future__ import annotations

import re
import time
from html import unescape

import pytest

from ecluse_platform.egress.web.sqlview import coloured
from ecluse_platform.egress.web.visible import visible, visible_lines

TAG = re.compile(r"<[^>]*>")


def text_of(html: str) -> str:
    """Return what a reader reads."""
    return unescape(TAG.sub("", html))


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", "\"><img src=x onerror='x'>", "</bdi></td>&lt;"])
def test_markup_is_text(hostile: str) -> None:
    """What looks like markup is shown letter by letter and never becomes an element."""
    assert text_of(visible(hostile)) == hostile
    assert set(TAG.findall(visible(hostile))) == {"<bdi>", "</bdi>"}
    assert text_of(coloured(hostile)) == hostile


@pytest.mark.parametrize(
    "code", ["202E", "2066", "200B", "FEFF", "0000", "001B", "2028", "E000", "3164", "2800", "00AD"]
)
def test_nothing_invisible_stays_invisible(code: str) -> None:
    """A character that draws nothing or turns the reading direction is replaced by its code point."""
    character = chr(int(code, 16))
    for html in (visible(f"a{character}b"), visible_lines(f"a{character}b"), coloured(f"a{character}b")):
        assert character not in html
        assert f"U+{code}" in html


def test_french_text_is_left_alone() -> None:
    """Accents, ligatures and apostrophes are ordinary letters, and three marks on one letter are still one."""
    assert text_of(visible("Cœur d'Île-de-France, déjà : e\u0301")) == "Cœur d'Île-de-France, déjà : e\u0301"


def test_a_pile_of_marks_cannot_cover_its_neighbours() -> None:
    """From the fourth combining mark on, each is spelled out."""
    assert visible("a" + "\u0301" * 6).count("U+0301") == 3


def test_titles_are_cut_and_say_so() -> None:
    """A long title ends with an ellipsis at its limit."""
    assert text_of(visible("x" * 300, 120)) == "x" * 119 + "…"


def test_lines_are_kept_where_lines_are_meant() -> None:
    """A comment keeps its line breaks; a title shows them as what they are."""
    assert "\n" in visible_lines("a\r\nb")
    assert "U+000A" in visible("a\nb")


def test_sql_keeps_every_character_and_colours_words() -> None:
    """Colouring adds nothing and removes nothing, even from SQL that is not SQL."""
    sql = "SELECT 'l''été' AS \"é\", 12.5 -- fin\nFROM t /* jamais fermé"
    assert text_of(coloured(sql)) == sql
    assert '<span class="sql-word">SELECT</span>' in coloured(sql)
    assert '<span class="sql-note">/* jamais fermé</span>' in coloured(sql)


def seconds(text: str) -> float:
    """Return the least processor time that colouring took, which other processes do not lengthen."""
    taken = []
    for _ in range(3):
        began = time.process_time()
        coloured(text)
        taken.append(time.process_time() - began)
    return min(taken)


@pytest.mark.parametrize("hostile", ["/*" * 20_000, "'" * 40_001, "-" * 40_000, "a1" * 20_000, '"' * 40_001])
def test_colouring_takes_one_pass(hostile: str) -> None:
    """No text makes the colouring slow: four times the text is far from the sixteen times that a square would take."""
    assert text_of(coloured(hostile)) == hostile
    assert seconds(hostile * 4) < 10 * seconds(hostile)
