"""SQL text made of names and literals that are quoted here, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable
from string import Template
from typing import Any

import duckdb


def name(identifier: str) -> str:
    """Quote a table or column name."""
    return '"' + identifier.replace('"', '""') + '"'


def names(identifiers: Iterable[str], alias: str = "") -> str:
    """Quote several names, each behind an alias if one is given."""
    prefix = f"{alias}." if alias else ""
    return ", ".join(prefix + name(i) for i in identifiers)


def literal(value: str | int) -> str:
    """Quote a constant."""
    return str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"


def literals(values: Iterable[str | int]) -> str:
    """Quote several constants for an IN list."""
    return ", ".join(literal(v) for v in values)


def parquet(folder: str) -> str:
    """Read all Parquet files below a folder; folder names are never columns."""
    return statement("read_parquet($pattern, hive_partitioning=false)", pattern=literal(f"{folder}/**/*.parquet"))


def union(relations: Iterable[str]) -> str:
    """Read several relations of the same columns as one."""
    return "(" + " UNION ALL ".join(f"FROM {relation}" for relation in relations) + ")"


def statement(text: str, **parts: str) -> str:
    """Fill a template with parts that are already quoted; a missing part is an error."""
    return Template(text).substitute(parts)


def one_row(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[Any, ...]:
    """Return the one row that a query gives, and leave nothing of it open on the connection."""
    return tuple(connection.execute(query).fetchall()[0])
