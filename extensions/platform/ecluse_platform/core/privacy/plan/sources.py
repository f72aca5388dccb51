"""What stands in FROM: granted tables, relations of WITH, subqueries, and public lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from ecluse_platform.core.privacy.plan import expressions
from ecluse_platform.core.privacy.plan.relation import Meaning, Relation
from ecluse_platform.core.privacy.plan.wording import words

if TYPE_CHECKING:
    from ecluse_platform.core.privacy.plan.calculus import Calculus

# Beyond these, a series is as good as any list of numbers: what it holds is not looked at.
_LONGEST_SERIES = 1000
_MOST_DIGITS = 9
_TABLE_PARTS = frozenset({"this", "alias"})


def apply(node: exp.Expr, calculus: Calculus) -> Relation:
    """Return the type of one operand of FROM or JOIN; a subquery is rewritten in place."""
    if isinstance(node, exp.Table):
        return _table(node, calculus)
    if isinstance(node, exp.Subquery):
        relation = calculus.query(node)
        return _renamed(node, relation, calculus)
    if isinstance(node, exp.Unnest):
        expressions.check(node, None, calculus, aggregates=False)
        return _listed(node)
    if isinstance(node, exp.Values):
        for row in node.expressions:
            expressions.check(row, None, calculus, aggregates=False)
        return _listed(node)
    raise calculus.refuse("private_join_kind", node, what=node.key.upper())


def _table(node: exp.Table, calculus: Calculus) -> Relation:
    if isinstance(node.this, exp.GenerateSeries):
        expressions.check_range(node.this, calculus)
        expressions.check(node.this, None, calculus, aggregates=False)
        return _listed(node)
    if not isinstance(node.this, exp.Identifier):
        known = ", ".join(name for name, _ in calculus.world.tables.values())
        raise calculus.refuse("sql_source", node, what=words(node), known=known)
    if node.args.get("sample") or node.args.get("pivots"):
        raise calculus.refuse("private_chooses_persons", node, what="PIVOT, SAMPLE")
    if any(value for key, value in node.args.items() if key not in _TABLE_PARTS):
        raise calculus.world.no_table(node, node.sql(dialect="duckdb"))
    if node.name in calculus.named:
        return _renamed(node, calculus.named[node.name], calculus)
    if node.name not in calculus.world.tables:
        raise calculus.world.no_table(node, node.name)
    calculus.tables.add(calculus.world.tables[node.name][0])
    return _renamed(node, calculus.world.relation(node.name), calculus)


def _renamed(node: exp.Expr, relation: Relation, calculus: Calculus) -> Relation:
    """Refuse new names for columns: what a column is follows from where it comes from, under the name it has."""
    alias = node.args.get("alias")
    if alias is not None and alias.args.get("columns"):
        if relation.private or relation.columns:
            raise calculus.refuse("private_function", node, what="AS … (…)")
        return _listed(node)
    return relation


def _listed(node: exp.Expr) -> Relation:
    alias = node.args.get("alias")
    names = [column.name for column in (alias.args.get("columns") or [])] if alias is not None else []
    series = node.this if isinstance(node.this, exp.GenerateSeries) else None
    return Relation(private=False, columns={name: _series(series) for name in names})


def _series(series: exp.GenerateSeries | None) -> Meaning:
    """Return what the column of a series of whole numbers means; nothing is known of other lists."""
    ends = [] if series is None else [series.args.get("start"), series.args.get("end")]
    if series is None or series.args.get("step") or not all(_whole(end) for end in ends):
        return Meaning()
    first, last = (int(end.name) for end in ends if end is not None)
    values = range(first, last + (not series.args.get("is_end_exclusive")))
    return Meaning("BIGINT", values=tuple(values) if len(values) <= _LONGEST_SERIES else None)


def _whole(end: exp.Expr | None) -> bool:
    return isinstance(end, exp.Literal) and end.name.isdecimal() and len(end.name) <= _MOST_DIGITS
