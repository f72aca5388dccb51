# SQL is the subject of these tests.
"""Conditions of text and of numbers: none fails on some value, for an error would say that somebody has it."""

from __future__ import annotations

import pytest
import test_filters_keep_persons_apart as queries

import private_world

CONDITIONS = (
    "DGN_PAL",
    "(DGN_PAL)",
    "NOT DGN_PAL",
    "NOT (NOT DGN_PAL)",
    "DGN_PAL AND SOR_MOD",
    "DGN_PAL OR DGN_PAL = 'x'",
    "left(DGN_PAL, 1)",
    "coalesce(DGN_PAL, 'a')",
    "CASE WHEN SOR_MOD <> 'x' THEN 'x' END",
    "CASE WHEN DGN_PAL THEN 1 END",
    "DGN_PAL IS TRUE",
    "CASE WHEN DGN_PAL THEN DGN_PAL END",
    "'x'",
)


@pytest.mark.parametrize("condition", CONDITIONS)
def test_no_value_makes_a_condition_fail(condition: str) -> None:
    """As a condition, as that of a part, as a dimension: what is no truth is NULL."""
    database = queries.small(0, broken=False)
    database.without(None)
    asked = [
        f"SELECT count(*) AS n FROM T_MCO_B WHERE {condition}",
        f"SELECT count(*) AS n, count(*) FILTER (WHERE {condition}) AS f FROM T_MCO_B",
    ]
    if "DGN_PAL" in condition and "AND" not in condition:
        asked.append(f"SELECT NOT {condition} AS d, count(*) AS n FROM T_MCO_B GROUP BY ALL")
    for sql in asked:
        database.connection.execute(queries.planned(sql).guarded_sql).fetchall()


@pytest.mark.parametrize("condition", CONDITIONS)
def test_nor_does_any_in_a_private_query(condition: str) -> None:
    """An answer that fails is an answer, and no noise is in it."""
    database = queries.small(0, broken=False)
    database.without(None)
    asked = [
        f"SELECT count(*) AS n FROM T_MCO_B WHERE {condition}",
        f"SELECT count(*) FILTER (WHERE {condition}) AS n FROM T_MCO_B",
        f"SELECT sum(CASE WHEN {condition} THEN 1 ELSE 0 END) AS n FROM T_MCO_B",
    ]
    for sql in asked:
        given = {"bounds": private_world.bounds(n=(0, 1))} if "sum" in sql else {}
        database.connection.execute(private_world.planned(sql, **given).inner_sql).fetchall()
