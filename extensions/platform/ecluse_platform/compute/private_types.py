"""DuckDB's own reading of a private query, on empty tables: nothing in it may fail by the data, or add inexactly.

The planner writes TRY around what may fail, by the types that it knows. Here the plan that DuckDB binds is looked
through: implicit casts stand in it as casts, and every function has its types. What is not known to be total is
refused, before any data is read.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import duckdb

from ecluse_platform.compute.database import LONGEST_MESSAGE, TypesDoNotFit, empty_twin
from ecluse_platform.compute.job import View
from ecluse_platform.core.privacy.bounding import Bounding
from ecluse_platform.core.privacy.query import PrivateQuery

_DIGITS: Final = {"BOOLEAN": 1, "TINYINT": 3, "SMALLINT": 5, "INTEGER": 10, "BIGINT": 19}
_WIDER: Final = ("BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "DOUBLE")
# A decimal of so many digits is kept in 64 bits: sums of it fit 128.
_EXACT_DIGITS: Final = 18
_TOTAL_FUNCTIONS: Final = frozenset({"~~", "!~~", "~~*", "!~~*", "prefix", "suffix", "contains", "row", "list_value"})
_TOTAL_CHOICES: Final = frozenset({"least", "greatest"})
_PLAIN: Final = frozenset(
    {"BOUND_REF", "BOUND_COLUMN_REF", "BOUND_CONSTANT", "BOUND_CONJUNCTION", "BOUND_CASE", "BOUND_BETWEEN"}
    | {"BOUND_UNNEST"}
)
_OPERATORS: Final = frozenset(
    {"OPERATOR_NOT", "OPERATOR_IS_NULL", "OPERATOR_IS_NOT_NULL", "OPERATOR_COALESCE", "OPERATOR_TRY"}
    | {"COMPARE_IN", "COMPARE_NOT_IN"}
)
_COMPARISON: Final = "COMPARE_"
_EXTREMES: Final = frozenset({"min", "max"})
_SUMS: Final = frozenset({"sum", "avg"})
# Aggregates whose result does not depend on the order of rows; first() is DuckDB's own, of one row.
_FREE_OF_ORDER: Final = frozenset(
    {"count", "count_star", "min", "max", "bool_or", "bool_and", "count_if", "countif", "median"}
    | {"quantile_cont", "quantile_disc", "first"}
)
_TRY: Final = "OPERATOR_TRY"
_CAST: Final = "OPERATOR_CAST"
_READ_PLAN: Final = "SELECT json_serialize_plan(?, optimize := false)"


def check_binds(views: Mapping[str, View], query: PrivateQuery, statements: Bounding) -> None:
    """Raise TypesDoNotFit where the rows of a question could fail, or its bounding does not run on empty tables."""
    with empty_twin(views) as twin:
        _check_total(twin, query)
        for statement in statements.all:
            twin.execute(statement)


def check_total(views: Mapping[str, View], query: PrivateQuery) -> None:
    """Raise TypesDoNotFit where the rows of a question could fail, or are not of the types that it promises."""
    with empty_twin(views) as twin:
        _check_total(twin, query)


def _check_total(twin: duckdb.DuckDBPyConnection, query: PrivateQuery) -> None:
    plan = json.loads(_one(twin, _READ_PLAN, query.inner_sql))
    if plan.get("error"):
        said = str(plan.get("error_message") or "DuckDB cannot bind what was planned")
        raise TypesDoNotFit(said.splitlines()[0][:LONGEST_MESSAGE])
    for node in _nodes(plan, tried=False):
        _check(node)
    found = {str(row[0]): str(row[1]) for row in twin.execute(f"DESCRIBE {query.inner_sql}").fetchall()}
    promised = {dimension.column: dimension.type for dimension in query.dimensions} | query.columns
    if any(found.get(column) != kind for column, kind in promised.items()):
        raise TypesDoNotFit("the columns are not of the types that were planned")


@dataclass(frozen=True)
class _Node:
    """One expression of the bound plan; ``tried`` when an error in it becomes NULL."""

    kind: str
    type: str
    held: Mapping[str, Any]
    tried: bool

    @property
    def name(self) -> str:
        """The function's name, empty for none."""
        path = (self.held.get("qname") or {}).get("path") or [""]
        return str(path[-1])

    @property
    def arguments(self) -> list[Mapping[str, Any]]:
        """The types of what it is given."""
        return list(self.held.get("arguments") or [])


def _one(connection: duckdb.DuckDBPyConnection, sql: str, *values: str) -> str:
    row = connection.execute(sql, list(values)).fetchone()
    return "{}" if row is None else str(row[0])


def _nodes(part: object, *, tried: bool) -> Iterator[_Node]:
    if isinstance(part, dict):
        if "expression_class" in part:
            node = _Node(str(part["expression_class"]), str(part.get("type")), part, tried)
            yield node
            tried = tried or node.type == _TRY
        for value in part.values():
            yield from _nodes(value, tried=tried)
    elif isinstance(part, list):
        for value in part:
            yield from _nodes(value, tried=tried)


def _check(node: _Node) -> None:
    if node.kind in {"BOUND_AGGREGATE", "BOUND_WINDOW"}:
        _check_aggregate(node)
    elif node.tried or node.kind in _PLAIN:
        return
    elif node.type == _CAST:
        if not _cast_is_total(node):
            source, target = node.arguments[0], node.held["return_type"]
            raise TypesDoNotFit(f"a value of type {source.get('id')} would be cast to {target.get('id')}")
    elif node.kind == "BOUND_OPERATOR":
        if node.type not in _OPERATORS:
            raise TypesDoNotFit(f"{node.type} may fail")
    elif not _function_is_total(node):
        raise TypesDoNotFit(f"{node.name or node.kind} may fail")


def _check_aggregate(node: _Node) -> None:
    """Hold sums to exact types; a function of a window that is no aggregate has no name."""
    if node.name in _SUMS and not all(_adds_exactly(kind) for kind in node.arguments):
        raise TypesDoNotFit(f"{node.name} of {node.arguments[0].get('id')} is not exact")
    if node.name in _EXTREMES and len(node.arguments) > 1:
        raise TypesDoNotFit(f"{node.name} of several rows may fail")
    if node.name and node.name not in _SUMS | _FREE_OF_ORDER:
        raise TypesDoNotFit(f"{node.name} may depend on the order of rows")


def _function_is_total(node: _Node) -> bool:
    return node.type.startswith(_COMPARISON) or node.name in _TOTAL_FUNCTIONS | _TOTAL_CHOICES


def _cast_is_total(node: _Node) -> bool:
    if (node.held.get("function_data") or {}).get("try_cast"):
        return True
    children = node.held.get("children") or []
    if children and children[0].get("expression_class") == "BOUND_CONSTANT":
        # Written in the query: if it fails, it fails on empty tables too.
        return True
    source, target = node.arguments[0], node.held["return_type"]
    return _widens(source, target)


def _widens(source: Mapping[str, Any], target: Mapping[str, Any]) -> bool:
    from_, to = str(source.get("id")), str(target.get("id"))
    if to == "VARCHAR" or from_ in {"SQLNULL", "NULL"}:
        return True
    if to == "DECIMAL":
        whole, decimals = _digits(target)
        own, own_decimals = _digits(source) if from_ == "DECIMAL" else (_DIGITS.get(from_, whole + 1), 0)
        return own <= whole and own_decimals <= decimals
    if from_ == "DECIMAL":
        return to == "DOUBLE"
    if from_ in _WIDER and to in _WIDER:
        return _WIDER.index(from_) <= _WIDER.index(to)
    return from_ == to


def _digits(kind: Mapping[str, Any]) -> tuple[int, int]:
    """Return the digits before and after the point."""
    info = kind.get("type_info") or {}
    return int(info["width"]) - int(info["scale"]), int(info["scale"])


def _adds_exactly(kind: Mapping[str, Any]) -> bool:
    if kind.get("id") == "DECIMAL":
        return sum(_digits(kind)) <= _EXACT_DIGITS
    return kind.get("id") in _DIGITS
