"""Private queries of every shape on one small table, made by hand, and what one person changes of their numbers."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import duckdb

from ecluse_platform.compute.private_numbers import Numbers, bounded
from ecluse_platform.core.privacy.bounding import Bounding
from ecluse_platform.core.privacy.calibrate import Draw, draws
from ecluse_platform.core.privacy.loss import Accounting
from ecluse_platform.core.privacy.query import (
    Combine,
    Dimension,
    Measurement,
    Output,
    OutputKind,
    PrivateQuery,
    Vector,
)

SALT = "5a" * 32
TABLE = "CREATE OR REPLACE TABLE t (d1 VARCHAR, m1 INTEGER, m2 INTEGER, __u BIGINT)"
Rows = list[tuple[str | None, int | None, int | None, int | None]]

ONE = Vector(name="n1", sql="1", combine=Combine.ANY, least=0, most=1)
HAVING = Vector(name="n2", sql="m1", combine=Combine.ANY, least=0, most=1)
WITHOUT = Vector(name="n3", sql="m1", combine=Combine.NONE, least=0, most=1)
ROWS = Vector(name="n4", sql="1", combine=Combine.ADD, least=0, most=1)
SOME = Vector(name="n5", sql="m1", combine=Combine.ADD, least=0, most=1)
SUM = Vector(name="n6", sql="m2", combine=Combine.ADD, least=-3, most=5)
SQUARE = Vector(name="n7", sql="m2 * m2", combine=Combine.ADD, least=0, most=25)
VALUES = Vector(name="n8", sql="CASE WHEN m2 IS NULL THEN 0 ELSE 1 END", combine=Combine.ADD, least=0, most=1)
LOW = Vector(name="n9", sql="CASE WHEN m2 < 1 THEN 1 ELSE 0 END", combine=Combine.ADD, least=0, most=1)
HIGH = Vector(name="n10", sql="CASE WHEN m2 >= 1 THEN 1 ELSE 0 END", combine=Combine.ADD, least=0, most=1)
KINDS = Vector(name="n11", sql="m2", combine=Combine.DISTINCT, least=0, most=1)

EDGES = (Decimal(-3), Decimal(1), Decimal(5))
BOUNDS = {"low": Decimal(-3), "high": Decimal(5)}
OUTPUTS = {
    "persons": (Output(name="persons", kind=OutputKind.PERSONS, of=("n1",)), [ONE]),
    "having": (Output(name="having", kind=OutputKind.PERSONS, of=("n2",)), [HAVING]),
    "share": (Output(name="share", kind=OutputKind.PROPORTION, of=("n2", "n3"), decimals=4), [HAVING, WITHOUT]),
    "rows": (Output(name="rows", kind=OutputKind.ROWS, of=("n4",)), [ROWS]),
    "some": (Output(name="some", kind=OutputKind.ROWS, of=("n5",)), [SOME]),
    "sum": (Output(name="sum", kind=OutputKind.SUM, of=("n6",)), [SUM]),
    "mean": (
        Output(name="mean", kind=OutputKind.MEAN, of=("n6", "n8"), decimals=2, middle=Decimal(0), **BOUNDS),
        [SUM, VALUES],
    ),
    "spread": (
        Output(name="spread", kind=OutputKind.DEVIATION, of=("n6", "n8", "n7"), decimals=2, **BOUNDS),
        [SUM, VALUES, SQUARE],
    ),
    "bins": (Output(name="bins", kind=OutputKind.HISTOGRAM, of=("n9", "n10"), edges=EDGES), [LOW, HIGH]),
    "half": (
        Output(name="half", kind=OutputKind.QUANTILE, of=("n9", "n10"), edges=EDGES, fraction=Decimal("0.5"), **BOUNDS),
        [LOW, HIGH],
    ),
    "kinds": (Output(name="kinds", kind=OutputKind.DISTINCT, of=("n11",)), [KINDS]),
}
_TOGETHER = ({"n2", "n3"}, {"n9", "n10"})


def asked(*names: str, clipped: bool = True, **more: Any) -> PrivateQuery:
    """Return a query of some outputs by one dimension with keys a, b and none; ``more`` replaces any part of it."""
    outputs = [OUTPUTS[name][0] for name in names]
    vectors = {vector.name: vector for name in names for vector in OUTPUTS[name][1]}
    measured = [tuple(o.of) if set(o.of) in _TOGETHER else (one,) for o in outputs for one in o.of]
    vectors.setdefault("n1", ONE)
    content = {
        "accounting": Accounting.PURE,
        "epsilon": Decimal(1),
        "delta": Decimal(0),
        "tables": ("t",),
        "canonical_sql": "",
        "inner_sql": "SELECT d1, m1, m2, __u FROM t",
        "dimensions": (Dimension(name="d", column="d1", type="VARCHAR", keys=("a", "b", None)),),
        "columns": {"m1": "INTEGER", "m2": "INTEGER"},
        "cells": 1,
        "rows": 1,
        "vectors": tuple(vectors.values()),
        "measurements": tuple(
            Measurement(vectors=names, disjoint=len(names) > 1) for names in dict.fromkeys([("n1",), *measured])
        ),
        "outputs": tuple(outputs),
        "counted": "n1",
        "clipped_percent": 10 if clipped else 0,
    }
    return PrivateQuery(**{**content, **more})


def database(rows: Iterable[tuple[Any, ...]]) -> duckdb.DuckDBPyConnection:
    """Return a database of one table."""
    connection = duckdb.connect(config={"threads": "1"})
    connection.execute(TABLE)
    fill(connection, rows)
    return connection


def fill(connection: duckdb.DuckDBPyConnection, rows: Iterable[tuple[Any, ...]]) -> None:
    """Put rows into the table in place of those that are there."""
    values = [value for row in rows for value in row]
    connection.execute("DELETE FROM t")
    if values:
        connection.execute(f"INSERT INTO t VALUES {', '.join(['(?, ?, ?, ?)'] * (len(values) // 4))}", values)


def numbers(
    connection: duckdb.DuckDBPyConnection, query: PrivateQuery, statements: Bounding, without: int | None = None
) -> tuple[Numbers, int]:
    """Return the bounded sums of a query, of everybody or of all but one person."""
    for name, kind in (("__kept", "VIEW"), ("__cells", "TABLE"), ("__beyond", "TABLE")):
        connection.execute(f"DROP {kind} IF EXISTS {name}")
    if without is None:
        return bounded(connection, query, statements)
    connection.execute("ALTER TABLE t RENAME TO everybody")
    try:
        connection.execute(f"CREATE VIEW t AS SELECT * FROM everybody WHERE __u IS DISTINCT FROM {without}")
        return bounded(connection, query, statements)
    finally:
        connection.execute("DROP VIEW t")
        connection.execute("DROP VIEW IF EXISTS __kept")
        connection.execute("ALTER TABLE everybody RENAME TO t")


def breaches(query: PrivateQuery, all_of_them: tuple[Numbers, int], but_one: tuple[Numbers, int]) -> list[str]:
    """Name the draws of which one person changes more than the noise was made for."""
    found = []
    for draw in draws(query):
        changes = _changes(draw, all_of_them, but_one)
        per_cell = [sum(abs(change) for change in cell) for cell in changes]
        touched = [change for change in per_cell if change]
        if len(touched) > draw.cells or max(touched, default=0) > draw.largest:
            found.append(f"{draw.vectors}: {touched} where {draw.cells} times {draw.largest} is most")
    return found


def _changes(draw: Draw, one: tuple[Numbers, int], other: tuple[Numbers, int]) -> list[list[int]]:
    if not draw.vectors:
        return [[one[1] - other[1]]]
    cells = {*one[0], *other[0]}
    return [
        [one[0].get(cell, {}).get(name, 0) - other[0].get(cell, {}).get(name, 0) for name in draw.vectors]
        for cell in cells
    ]
