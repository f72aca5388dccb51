"""How a part of a query is shown to the person who wrote it: without the names that the planner gave to sources."""

from __future__ import annotations

from sqlglot import exp

from ecluse_platform.core.privacy.plan.relation import OWNER

RESERVED = "__"


def words(node: exp.Expr) -> str:
    """Write a part of a query as its author would, as near as possible."""
    copy = node.copy()
    for found in list(copy.find_all(exp.Column)):
        if found.name == OWNER:
            continue
        if found.table.startswith(RESERVED):
            found.set("table", None)
    for name in copy.find_all(exp.Identifier):
        name.set("quoted", not name.name.isidentifier())
    return copy.sql(dialect="duckdb", comments=False, normalize_functions="lower")
