"""The released file: deterministic CSV, safe to open in a spreadsheet."""

from __future__ import annotations

import re

from ecluse_platform.core.disclosure.table import ProtectedTable

# A spreadsheet runs a text that starts like this; a plain negative number is not a formula.
_FORMULA = re.compile(r"^[\s\u00a0\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]")
_NUMBER = re.compile(r"^-?[0-9]+(?:\.[0-9]+)?$")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_QUOTED = re.compile(r"[\",;']|^\s|\s$|^$")


def to_csv(table: ProtectedTable, mark: str) -> str:
    """Write a table as RFC 4180 text; the mark stands for every hidden measure, an absent label is an empty field."""
    lines = [",".join(field(name) for name in table.columns)]
    for row in table.rows:
        values = (mark if value is None else str(value) for value in row.values)
        labels = zip(row.labels, row.totals, strict=True)
        written = (field(table.obeys.total_label if total else label) for label, total in labels)
        lines.append(",".join((*written, *values)))
    return "".join(f"{line}\r\n" for line in lines)


def field(text: str | None) -> str:
    """Return a label as a field of the file; a lone apostrophe in front keeps a spreadsheet from running it."""
    if text is None:
        return ""
    plain = _CONTROL.sub("\ufffd", text)
    if _FORMULA.match(plain) and not _NUMBER.match(plain):
        plain = f"'{plain}"
    if _QUOTED.search(plain):
        return '"' + plain.replace('"', '""') + '"'
    return plain
