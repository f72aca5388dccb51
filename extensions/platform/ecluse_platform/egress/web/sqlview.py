"""SQL coloured for the eye: each character of the text is shown, whatever the text is."""

from __future__ import annotations

import re
from collections.abc import Iterator

from markupsafe import Markup

from ecluse_platform.egress.web.visible import shown

# Every alternative runs to a definite end or to the end of the text, so a hostile text costs one pass.
_TOKEN = re.compile(
    r"(?P<note>--[^\n]*|/\*.*?(?:\*/|\Z))|(?P<text>'[^']*(?:'|\Z))|(?P<name>\"[^\"]*(?:\"|\Z))"
    r"|(?P<number>\b\d+(?:\.\d+)?\b)|(?P<word>[^\W\d]\w*)|(?P<other>\s+|.)",
    re.DOTALL,
)
_WORDS = re.compile(
    "all|and|any|as|asc|between|by|case|cast|count|cross|date|desc|distinct|else|end|except|exists|extract|false|filter"
    "|from|full|group|having|in|inner|intersect|interval|is|join|lateral|left|like|limit|not|null|on|or|order|outer"
    "|over|partition|right|select|sum|then|true|union|using|values|when|where|with",
    re.IGNORECASE,
)
_SPAN = Markup('<span class="sql-{kind}">{content}</span>')


def coloured(sql: str) -> Markup:
    """Return SQL as HTML with keywords, texts, numbers and comments told apart."""
    return Markup("").join(_pieces(sql.replace("\r\n", "\n")))


def _pieces(sql: str) -> Iterator[Markup]:
    for match in _TOKEN.finditer(sql):
        kind = match.lastgroup
        content = shown(match.group(), "\n\t")
        if kind in {"note", "text", "number"} or (kind == "word" and _WORDS.fullmatch(match.group())):
            yield _SPAN.format(kind=kind, content=content)
        else:
            yield content
