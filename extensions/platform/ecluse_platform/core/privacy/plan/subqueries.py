"""Subqueries in expressions: over persons' rows, they see those of the person of the row around them, only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from ecluse_platform.core.privacy.plan import meanings
from ecluse_platform.core.privacy.plan import select as selecting
from ecluse_platform.core.privacy.plan.grouping import has_aggregates
from ecluse_platform.core.privacy.plan.relation import Equalities, inside, reference
from ecluse_platform.core.privacy.plan.scope import Scope, linked
from ecluse_platform.core.refusals import Refusal

if TYPE_CHECKING:
    from ecluse_platform.core.privacy.plan.calculus import Calculus


def apply(query: exp.Expr, scope: Scope | None, calculus: Calculus) -> None:
    """Type a subquery and rewrite it in place; ``scope`` is what it may be correlated with, None for nothing."""
    if scope is None or not isinstance(query, exp.Select):
        _alone(query, calculus)
        return
    if query.args.get("with_"):
        raise calculus.refuse("private_subquery_place", query, what="WITH")
    holder = _holder(query)
    compared = _left_of_in(holder)
    one_row = _gives_one_row(query)
    relation = selecting.apply(query, calculus, scope, compared)
    first = next(iter(relation.columns.values()), None)
    query.meta[meanings.FIRST_COLUMN] = first
    if relation.private and len(compared) > 1 and isinstance(holder, exp.In):
        _rows_by_exists(holder, query, compared, calculus)
    if not isinstance(holder, exp.In | exp.Exists):
        require_one_row(query, calculus, one_row=one_row)


def require_one_row(query: exp.Expr, calculus: Calculus, *, one_row: bool) -> None:
    """Refuse a value that may be several: DuckDB would stop, or pick one, by the data."""
    if not one_row:
        raise calculus.refuse("private_scalar_rows", query)


def hold_to_person(
    select: exp.Select, scope: Scope, outer: Scope, compared: tuple[exp.Expr, ...], calculus: Calculus
) -> None:
    """Restrict a subquery over persons' rows to the owner of the row around it; refuse where that changes its sense."""
    if outer.owner is None:
        raise calculus.refuse("private_public_filtered", select)
    equal = Equalities(scope.equal)
    for left, node in zip(compared, select.expressions, strict=False):
        one, other = reference(left), reference(node.unalias())
        if one and other:
            equal.equate(one, other)
    require_key(select, scope, outer, equal, calculus)
    if scope.owner is not None:
        tie(select, scope.owner, outer.owner)


def require_key(select: exp.Select, scope: Scope, outer: Scope, equal: Equalities, calculus: Calculus) -> None:
    """Refuse a subquery that no key of persons links to the row around it."""
    if not linked(outer.keys, scope.keys, equal):
        raise calculus.refuse("private_subquery_without_person", select)


def tie(select: exp.Select, inner: exp.Expr, outer: exp.Expr) -> None:
    """Let the subquery see rows of the same owner only."""
    select.where(exp.EQ(this=inner.copy(), expression=outer.copy()), copy=False)


def _alone(query: exp.Expr, calculus: Calculus) -> None:
    """Accept a subquery that stands alone, over public tables."""
    try:
        private = calculus.query(query).private
    except Refusal as refusal:
        if refusal.code != "private_lateral":
            raise
        private = True
    if private:
        raise calculus.refuse("private_subquery_place", query, what="SELECT")


def _holder(query: exp.Expr) -> exp.Expr | None:
    parent = query.parent
    return parent.parent if isinstance(parent, exp.Subquery) else parent


def _left_of_in(holder: exp.Expr | None) -> tuple[exp.Expr, ...]:
    if not isinstance(holder, exp.In):
        return ()
    left = holder.this.unnest()
    return tuple(left.expressions) if isinstance(left, exp.Tuple) else (left,)


def _gives_one_row(query: exp.Select) -> bool:
    """Say whether it is one aggregate over all its rows: exactly one row, whatever the data."""
    return not query.args.get("group") and bool(has_aggregates(query)) and not _repeats(query)


def _repeats(query: exp.Select) -> bool:
    return any(inside(node, exp.Unnest, exp.Explode) for node in query.expressions)


def _rows_by_exists(holder: exp.In, query: exp.Select, compared: tuple[exp.Expr, ...], calculus: Calculus) -> None:
    """Write ``(a, b) IN (SELECT …)`` as EXISTS, which DuckDB can correlate; possible where only TRUE is kept."""
    node = holder.parent
    while isinstance(node, exp.And | exp.Paren):
        node = node.parent
    if not isinstance(node, exp.Where) or query.args.get("group"):
        raise calculus.refuse("private_tuple_in", holder)
    for left, output in zip(compared, query.expressions, strict=False):
        query.where(exp.EQ(this=left.copy(), expression=output.unalias().copy()), copy=False)
    holder.replace(exp.Exists(this=query.copy()))
