"""Lines of a catalogue turned into the data that its models read."""

from __future__ import annotations

import re
from collections.abc import Callable

from ecluse_platform.policyfiles.lines import Line, Lines

COLUMNS = (
    "table", "column", "type", "class", "space", "identifier", "coarser", "sensitive", "low", "high", "code_list",
    "refers", "since", "until", "formerly", "fr", "en",
)  # fmt: skip
DESCRIBED_TABLES = ("table", "product", "fr", "en")
DESCRIBED_COLUMNS = ("table", "column", "type")
VALUES = ("code_list", "code", "fr", "en")
LINKS = ("table", "columns", "target", "target_columns")

# How a key of the model is named in the header where the two differ.
CELL_OF_KEY = {"pseudonym": "space", "nomenclature": "code_list", "bounds": "low", "label": "fr"}
_FORMER = re.compile(r"(?:(?P<table>[A-Z0-9_]+)\.)?(?P<column>[A-Z0-9_]+)<=(?P<until>[0-9]{4})(?P<recoded>\*?)")
_PLAIN = {"type": "type", "class": "class", "space": "pseudonym", "identifier": "identifier", "coarser": "coarser",
          "code_list": "nomenclature", "refers": "refers"}  # fmt: skip


def column_data(lines: Lines, line: Line) -> dict[str, object]:
    """Return one column as the model reads it; what a cell cannot mean is added to the problems of the lines."""
    cells = dict(zip(lines.header, line.cells, strict=True))
    data: dict[str, object] = {key: cells[cell] for cell, key in _PLAIN.items() if cells[cell]}
    data["label"] = {"fr": cells["fr"], "en": cells["en"]}

    def told(name: str, reader: Callable[[str], object]) -> object:
        try:
            return reader(cells[name])
        except ValueError as error:
            path = f"tables.{cells['table']}.columns.{cells['column']}.{name}"
            lines.problems.append(lines.problem(line, name, path, str(error)))
            return None

    if cells["sensitive"]:
        data["sensitive"] = told("sensitive", _yes)
    if cells["low"] or cells["high"]:
        data["bounds"] = {"low": told("low", _number), "high": told("high", _number)}
    for name in ("since", "until"):
        if cells[name]:
            data[name] = told(name, _year)
    if cells["formerly"]:
        data["formerly"] = told("formerly", _formers)
    return data


def _yes(text: str) -> bool:
    if text != "yes":
        raise ValueError("must be yes, or empty")
    return True


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ValueError("must be a number; a range has both its ends") from None


def _year(text: str) -> int:
    if re.fullmatch(r"[0-9]{4}", text) is None:
        raise ValueError("must be a year")
    return int(text)


def _formers(text: str) -> list[dict[str, object]]:
    found = []
    for word in text.split(" "):
        match = _FORMER.fullmatch(word)
        if match is None:
            raise ValueError("must be written COLUMN<=YEAR or TABLE.COLUMN<=YEAR, with * when the values differ")
        former = match.groupdict()
        found.append({**former, "until": int(former["until"]), "recoded": former["recoded"] == "*"})
    return found
