"""Tables of results as files: read them as texts, column by column, and write the protected ones."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import duckdb
from pydantic import BaseModel, ValidationError

from ecluse_platform.cli.base import fail
from ecluse_platform.core.disclosure.csv_text import field
from ecluse_platform.policyfiles import PolicyError
from ecluse_platform.policyfiles.explaining import explain
from ecluse_platform.policyfiles.parsing import parse

ModelT = TypeVar("ModelT", bound=BaseModel)
Columns = dict[str, list[str]]
LARGEST_DOCUMENT = 16 * 1024 * 1024
# Lines that are read before they become columns. Python looks through its lists again and again once there are 700 new
# ones: as many lines at once take four times as long.
_AT_ONCE = 300


def read_columns(path: Path) -> Columns:
    """Return the texts of a CSV or Parquet file by column, in the file's order; an absent value is an empty text."""
    try:
        columns = _parquet(path) if path.suffix == ".parquet" else _csv(path)
    except OSError as error:
        fail(f"{path}: cannot be read: {error.strerror or 'not a file'}. Name a .csv or .parquet file.")
    except (UnicodeDecodeError, csv.Error, duckdb.Error):
        fail(f"{path}: this is no table. Write a CSV file in UTF-8 with a header line, or a Parquet file.")
    return columns


def _csv(path: Path) -> Columns:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, strict=True)
        header = next(reader, [])
        if not header:
            fail(f"{path}: the file is empty. Write a header line, then one line for each cell.")
        if len(header) == 1 and ";" in header[0]:
            fail(f"{path}: columns seem to be separated by semicolons. Separate them by commas.")
        if len(set(header)) != len(header) or not all(header):
            fail(f"{path}: every column needs a name of its own in the first line.")
        columns: Columns = {name: [] for name in header}
        some: list[list[str]] = []
        for row in reader:
            if len(row) != len(header):
                fail(f"{path}: line {reader.line_num} has {len(row)} fields, the header has {len(header)}.")
            some.append(row)
            if len(some) == _AT_ONCE:
                _extend(columns, some)
                some = []
        _extend(columns, some)
    return columns


def _extend(columns: Columns, rows: list[list[str]]) -> None:
    for texts, more in zip(columns.values(), zip(*rows, strict=True), strict=bool(rows)):
        texts.extend(more)


def _parquet(path: Path) -> Columns:
    path.stat()
    with duckdb.connect(config={"threads": "1"}) as connection:
        found = connection.execute("SELECT * FROM read_parquet(?)", [str(path)])
        names = [column[0] for column in found.description or ()]
        rows = found.fetchall()
    return {name: ["" if row[place] is None else str(row[place]) for row in rows] for place, name in enumerate(names)}


def read_document(path: Path, model: type[ModelT]) -> ModelT:
    """Return a YAML document held against its model, or end the command with everything that is wrong with it."""
    try:
        content = path.read_bytes()
    except OSError as error:
        fail(f"{path}: cannot be read: {error.strerror}.")
    if len(content) > LARGEST_DOCUMENT:
        fail(f"{path}: this is too large to be a description.")
    document = parse(str(path), content)
    if document.problems:
        fail(str(PolicyError(document.problems)))
    try:
        return model.model_validate_json(json.dumps(document.data), strict=True)
    except ValidationError as error:
        fail(str(PolicyError(explain(document, model, error))))


PUBLISHED, ROUNDED, SUPPRESSED = "published", "rounded", "suppressed"


def status_of(measure: str) -> str:
    """Name the column that says whether a measure is published, rounded or suppressed."""
    return f"{measure}__status"


def write_protected(
    path: Path, columns: Columns, shown: Mapping[str, Sequence[str | None]], kept: Sequence[str], status: str
) -> None:
    """Write the same rows and columns, with nothing in what is hidden, and the status of every measure at the end.

    ``shown`` has for each measure what may be seen on each line, None for nothing; ``status`` is that of what is seen.
    Columns that are neither a measure nor in ``kept`` were not described, or hold contributions of single persons:
    they stay empty.
    """
    lines = len(next(iter(columns.values())))
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(",".join(field(name) for name in (*columns, *map(status_of, shown))) + "\r\n")
        for line in range(lines):
            texts = [
                values[line] if name in kept else (shown[name][line] or "") if name in shown else ""
                for name, values in columns.items()
            ]
            cells = [field(text) if text else "" for text in texts]
            cells += [SUPPRESSED if texts_of[line] is None else status for texts_of in shown.values()]
            file.write(",".join(cells) + "\r\n")
