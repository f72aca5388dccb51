"""Hostile text made safe to read: escaped, in its own direction, with nothing invisible left invisible."""

from __future__ import annotations

import unicodedata

from markupsafe import Markup, escape

# Letters and symbols that draw nothing: Unicode does not class them with the invisible characters.
_BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_MOST_MARKS = 3
_ODD = Markup('<span class="odd">U+{code}</span>')
_ISOLATED = Markup("<bdi>{content}</bdi>")


def visible(text: str, limit: int | None = None) -> Markup:
    """Return one line of text as HTML in which no character can hide, reorder or execute anything."""
    return _ISOLATED.format(content=shown(_shortened(text, limit), ""))


def visible_lines(text: str) -> Markup:
    """Return text of several lines as HTML, line breaks and tabs kept, everything else as in ``visible``."""
    return _ISOLATED.format(content=shown(text.replace("\r\n", "\n"), "\n\t"))


def shown(text: str, kept: str) -> Markup:
    """Escape a text and spell out the code point of each character that draws nothing, but for those in ``kept``."""
    if text.isascii() and text.isprintable():
        return escape(text)
    pieces: list[str] = []
    marks = 0
    for character in text:
        category = unicodedata.category(character)
        # A pile of combining marks would draw over the lines above and below.
        marks = marks + 1 if category in {"Mn", "Me"} else 0
        if character not in kept and (category in _INVISIBLE or character in _BLANKS or marks > _MOST_MARKS):
            pieces.append(_ODD.format(code=f"{ord(character):04X}"))
        else:
            pieces.append(escape(character))
    return Markup("").join(pieces)


def _shortened(text: str, limit: int | None) -> str:
    return text if limit is None or len(text) <= limit else text[: limit - 1].rstrip() + "…"
