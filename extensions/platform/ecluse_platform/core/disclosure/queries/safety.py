"""No error may depend on the data: whatever could fail on some value is made to give NULL there."""

from __future__ import annotations

import re

from sqlglot import exp

from ecluse_platform.core.disclosure.queries.scope import Scope

_COMPARISONS = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.In, exp.Between)
# What is true, false or NULL by itself. Text is not: the engine reads it as a truth, and fails where it reads none.
_TRUTHS = (*_COMPARISONS, exp.Like, exp.Is, exp.Not, exp.And, exp.Or, exp.Boolean)
_PARTS = (exp.Year, exp.Quarter, exp.Month, exp.TimestampTrunc)
# Days and months that every year has, in years that every type of date has.
_CERTAIN_DATE = re.compile(r"^[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])$|^[0-9]{4}-(?:03|05|07|08|10|12)-31$")
_CERTAIN_NUMBER = re.compile(r"^[0-9]{1,9}$")


def guarded_expression(built: exp.Expr, scope: Scope) -> exp.Expr:
    """Wrap an expression in TRY unless it cannot fail; a bare comparison still lets the reader skip files."""
    copy = built.copy()
    return copy if _cannot_fail(built, scope) else exp.Anonymous(this="TRY", expressions=[copy])


def guarded_condition(built: exp.Expr, scope: Scope) -> exp.Expr:
    """Wrap a condition likewise; what is no truth by itself is read as one inside, and is NULL where it cannot be."""
    if _is_truth(built):
        return guarded_expression(built, scope)
    read = exp.Cast(this=built.copy(), to=exp.DataType(this=exp.DType.BOOLEAN))
    return exp.Anonymous(this="TRY", expressions=[read])


def _is_truth(node: exp.Expr) -> bool:
    return isinstance(node.unnest(), _TRUTHS)


def _cannot_fail(node: exp.Expr, scope: Scope) -> bool:
    if isinstance(node, exp.Paren):
        return _cannot_fail(node.this, scope)
    if isinstance(node, exp.Not | exp.And | exp.Or):
        return all(_is_truth(part) and _cannot_fail(part, scope) for part in node.iter_expressions())
    return isinstance(node, exp.Column) or _reads_one_column(node, scope)


def _reads_one_column(node: exp.Expr, scope: Scope) -> bool:
    if isinstance(node, exp.Cast) and isinstance(node.this, exp.TimestampTrunc):
        return node.to.this == exp.DType.DATE and _reads_one_column(node.this, scope)
    if isinstance(node, _PARTS):
        return _is_column_of(node.this, "DATE", scope)
    if isinstance(node, exp.Like):
        return _is_column_of(node.this, "VARCHAR", scope) and node.expression.is_string
    if isinstance(node, _COMPARISONS):
        return _compares_alike(node, scope)
    return isinstance(node, exp.Is) and isinstance(node.this, exp.Column) and isinstance(node.expression, exp.Null)


def _compares_alike(node: exp.Expr, scope: Scope) -> bool:
    """Say whether a column is compared with constants that need no conversion that could fail."""
    if not isinstance(node.this, exp.Column):
        return False
    constants = [child for child in node.iter_expressions() if child is not node.this]
    kind = scope.read_back(node.this).column.type
    if kind == "VARCHAR":
        return all(isinstance(c, exp.Literal) and c.is_string for c in constants)
    if kind == "DATE":
        return all(_is_certain_date(c) for c in constants)
    return all(isinstance(c, exp.Literal) and not c.is_string and _CERTAIN_NUMBER.match(c.name) for c in constants)


def _is_certain_date(node: exp.Expr) -> bool:
    if not isinstance(node, exp.Cast) or not isinstance(node.this, exp.Literal):
        return False
    return node.to.this == exp.DType.DATE and _CERTAIN_DATE.match(node.this.name) is not None


def _is_column_of(node: exp.Expr, kind: str, scope: Scope) -> bool:
    return isinstance(node, exp.Column) and scope.read_back(node).column.type == kind
