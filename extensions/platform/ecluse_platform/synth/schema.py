"""The tables' columns and storage types, as the catalogue has them, and rows completed to that shape."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import pyarrow as pa

_SIMPLE = MappingProxyType(
    {
        "SMALLINT": pa.int16(),
        "INTEGER": pa.int32(),
        "BIGINT": pa.int64(),
        "DOUBLE": pa.float64(),
        "DATE": pa.date32(),
        "TIMESTAMP": pa.timestamp("us"),
        "VARCHAR": pa.string(),
    }
)


@cache
def schema_of(table: str) -> Any:
    """Return the Arrow schema of a table, in the catalogue's order of columns."""
    return pa.schema(list(_schemas()[table].items()))


def tables() -> tuple[str, ...]:
    """Name every table that a source has."""
    return tuple(_schemas())


@cache
def _schemas() -> dict[str, dict[str, Any]]:
    text = files("ecluse_platform.synth").joinpath("facts", "schema.csv").read_text(encoding="utf-8")
    found: dict[str, dict[str, Any]] = {}
    for row in csv.DictReader(text.splitlines(), delimiter=";"):
        found.setdefault(row["table"], {})[row["column"]] = _arrow(row["type"])
    return found


def _arrow(kind: str) -> Any:
    scaled = re.fullmatch(r"DECIMAL\((\d+),(\d+)\)", kind)
    return pa.decimal128(int(scaled[1]), int(scaled[2])) if scaled else _SIMPLE[kind]


def complete(table: str, columns: Mapping[str, Any], rows: int) -> Any:
    """Make a table of the catalogue's columns, in its order; a column that is not given is NULL on every row.

    A column may be dictionary-encoded: it is stored as its values either way. Raises ValueError for a column that the
    table does not have or one of another type, which is a fault of ours.
    """
    schema = schema_of(table)
    unknown = set(columns) - set(schema.names)
    if unknown:
        raise ValueError(f"{table} has no column {sorted(unknown)}")
    arrays = []
    for field in schema:
        column = columns.get(field.name)
        if column is None:
            column = pa.nulls(rows, field.type)
        stored = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
        if stored != field.type:
            raise ValueError(f"{table}.{field.name} is {stored}, the catalogue says {field.type}")
        arrays.append(column)
    return pa.table(arrays, names=schema.names)
