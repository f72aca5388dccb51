"""Small tables for notebooks: plain HTML, everything escaped, nothing fetched from anywhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

_CELL = 'style="text-align:left;vertical-align:top;padding:.25em .75em"'
_PRE = 'style="text-align:left;margin:0;white-space:pre-wrap"'


def html_table(caption: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table with a caption; every word in it is escaped."""
    head = "".join(f"<th {_CELL}>{escape(name)}</th>" for name in header)
    body = "".join("<tr>" + "".join(f"<td {_CELL}>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return (
        f"<p><strong>{escape(caption)}</strong></p><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def html_facts(caption: str, facts: Iterable[tuple[str, str]], link: tuple[str, str] | None = None) -> str:
    """Return a caption with name-value lines under it, and perhaps one link to the platform's own pages."""
    lines = "".join(
        f"<tr><th {_CELL}>{escape(name)}</th><td {_CELL}><pre {_PRE}>{escape(value)}</pre></td></tr>"
        for name, value in facts
        if value
    )
    anchor = ""
    if link is not None and link[1].startswith(("http://", "https://")):
        anchor = f'<p><a href="{escape(link[1])}" target="_blank" rel="noopener">{escape(link[0])}</a></p>'
    return f"<p><strong>{escape(caption)}</strong></p><table><tbody>{lines}</tbody></table>{anchor}"


def text_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return the table as aligned text, for a terminal or a log."""
    lines = [list(header), *(list(row) for row in rows)]
    widths = [max(len(line[index]) for line in lines) for index in range(len(header))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def text_facts(caption: str, facts: Iterable[tuple[str, str]]) -> str:
    """Return the caption and its name-value lines as text."""
    return "\n".join([caption, *(f"  {name}: {value}" for name, value in facts if value)])
