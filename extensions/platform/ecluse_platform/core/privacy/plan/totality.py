"""No error that depends on data: what may fail is wrapped in TRY, sums are exact, and nothing else is left to chance.

TRY cannot enclose aggregates, windows and subqueries. Arithmetic on them is taken to a SELECT around the one that
computes them (``arithmetic``); where that is not possible, it is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from sqlglot import exp

from ecluse_platform.core.privacy.plan import arithmetic, kinds, meanings
from ecluse_platform.core.privacy.plan.relation import conjuncts, inside
from ecluse_platform.core.privacy.plan.scope import Scope
from ecluse_platform.core.privacy.plan.wording import words

if TYPE_CHECKING:
    from ecluse_platform.core.privacy.plan.calculus import Calculus

OPAQUE: Final = (exp.AggFunc, exp.Window, exp.Query, exp.Unnest, exp.Explode)
_LEAVES: Final = (
    exp.Column,
    exp.Boolean,
    exp.Null,
    exp.Literal,
    exp.Star,
    exp.Interval,
    exp.DataType,
    exp.Var,
    exp.Identifier,
)
_LOGIC: Final = (exp.And, exp.Or, exp.Not, exp.Paren, exp.Tuple, exp.Is, exp.Alias, exp.Distinct, exp.Exists)
_COMPARISONS: Final = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NullSafeEQ, exp.NullSafeNEQ)
_CHOICES: Final = (exp.Coalesce, exp.Case, exp.Least, exp.Greatest)
_SUMS: Final = (exp.Sum, exp.Avg)
_CONDITIONS: Final = (exp.Where, exp.Having, exp.Qualify, exp.And, exp.Or, exp.Not, exp.If, exp.Is)


def apply(select: exp.Select, scope: Scope, calculus: Calculus) -> None:
    """Make a SELECT total, in place, after its owner has been threaded through it."""
    _read_truths(select, scope, calculus)
    for sum_ in [found for node in _clauses(select) for found in inside(node, *_SUMS)]:
        exactly(sum_, scope, calculus)
    for join in select.args.get("joins") or []:
        _condition(join, "on", scope, calculus)
    _condition(select, "where", scope, calculus)
    arithmetic.take_out(select, scope, calculus)


def is_total(node: exp.Expr, scope: Scope, calculus: Calculus) -> bool:
    """Say whether computing an expression cannot fail, whatever the data; opaque parts count as columns."""
    if isinstance(node, (*_LEAVES, *OPAQUE, exp.Filter, exp.Try, exp.Subquery)):
        return True
    if isinstance(node, exp.Cast):
        return isinstance(node.this, exp.Literal)
    if isinstance(node, exp.In) and node.args.get("query"):
        found: list[exp.Expr] = [node.this, exp.Subquery(this=_query_of(node))]
        return is_total(node.this, scope, calculus) and _alike(found, scope, calculus)
    if isinstance(node, (*_COMPARISONS, exp.Between, exp.In)):
        return _comparison_is_total(node, scope, calculus)
    if isinstance(node, (*_LOGIC, *_CHOICES, exp.If, exp.Like, exp.ILike)):
        whole = not isinstance(node, _CHOICES) or _one_type(node, scope, calculus)
        return whole and all(is_total(part, scope, calculus) for part in node.iter_expressions())
    return False


def _comparison_is_total(node: exp.Expr, scope: Scope, calculus: Calculus) -> bool:
    """Say whether two sides, or two rows of them, are compared without a cast."""
    parts: list[exp.Expr] = list(node.iter_expressions())
    if not all(is_total(part, scope, calculus) for part in parts):
        return False
    rows = [part.unnest() for part in parts]
    if isinstance(node, _COMPARISONS) and all(isinstance(row, exp.Tuple) for row in rows):
        return all(_alike(list(pair), scope, calculus) for pair in zip(*(r.expressions for r in rows), strict=False))
    return _alike(parts, scope, calculus)


def make(node: exp.Expr, scope: Scope, calculus: Calculus) -> None:
    """Wrap in TRY the largest parts of an expression that may fail and hold nothing opaque, in place."""
    if isinstance(node, exp.Query | exp.Subquery | exp.DataType | exp.Try):
        return
    if isinstance(node, exp.Alias):
        make(node.this, scope, calculus)
        return
    if isinstance(node, exp.Window):
        order = node.args.get("order")
        parts = [
            *node.this.iter_expressions(),
            *(node.args.get("partition_by") or []),
            *(order.expressions if order is not None else []),
        ]
        for part in parts:
            make(part, scope, calculus)
        return
    if is_total(node, scope, calculus) and not inside(node, *OPAQUE):
        return
    if inside(node, *OPAQUE, exp.Ordered) or isinstance(node, exp.Ordered | exp.Distinct | exp.Where):
        for part in list(node.iter_expressions()):
            make(part, scope, calculus)
        return
    guard(node)


def guard(node: exp.Expr) -> None:
    """Let an error of one row become NULL in that row."""
    node.replace(exp.Try(this=node.copy()))


def exactly(node: exp.Expr, scope: Scope, calculus: Calculus) -> None:
    """Let a sum be exact: of 64-bit whole numbers or 18 decimal digits; floating point depends on the rows' order."""
    distinct = node.this if isinstance(node.this, exp.Distinct) else None
    part = distinct.expressions[0] if distinct is not None else node.this
    kind = meanings.meaning_of(part, scope, calculus.world.project.data.years).type
    if kinds.exact(kind):
        return
    if kind == "DOUBLE":
        raise calculus.refuse("private_inexact_sum", node, what=words(node))
    digits = kinds.decimal(kind)
    wanted = "BIGINT" if kind in {"HUGEINT", "BOOLEAN"} else kinds.narrow(digits[1] if digits else None)
    part.replace(exp.TryCast(this=part.copy(), to=exp.DataType.build(wanted, dialect="duckdb")))


def _clauses(select: exp.Select) -> list[exp.Expr]:
    found = [select.args.get(clause) for clause in ("having", "qualify")]
    return [*select.expressions, *(node for node in found if node is not None)]


def _read_truths(select: exp.Select, scope: Scope, calculus: Calculus) -> None:
    """Read as a truth, or as NULL, what stands for one and is none: the engine fails where text says none."""
    years = calculus.world.project.data.years
    held = [select.args.get(clause) for clause in ("where", "having", "qualify")]
    on = [join.args["on"] for join in select.args.get("joins") or [] if join.args.get("on") is not None]
    places = [*select.expressions, *(node for node in held if node is not None), *on]
    truths = [truth for place in places for node in inside(place, *_CONDITIONS) for truth in _truths(node)]
    # What is inside others first: these are then taken whole.
    for truth in reversed([*on, *truths]):
        if not isinstance(truth, exp.Null) and meanings.meaning_of(truth, scope, years).type != "BOOLEAN":
            truth.replace(exp.TryCast(this=truth.copy(), to=exp.DataType(this=exp.DType.BOOLEAN)))


def _truths(node: exp.Expr) -> list[exp.Expr]:
    """Return the parts of a condition that are read as truths."""
    if isinstance(node, exp.If):
        compared = isinstance(node.parent, exp.Case) and node.parent.args.get("this") is not None
        return [] if compared else [node.this]
    if isinstance(node, exp.Is):
        return [node.this] if isinstance(node.expression, exp.Boolean) else []
    return list(node.iter_expressions())


def _condition(holder: exp.Expr, clause: str, scope: Scope, calculus: Calculus) -> None:
    found = holder.args.get(clause)
    if found is None:
        return
    for part in conjuncts(found.this if isinstance(found, exp.Where) else found):
        if is_total(part, scope, calculus):
            continue
        make(part, scope, calculus)
    # Read anew: what was wrapped has been replaced.
    found = holder.args[clause]
    for part in conjuncts(found.this if isinstance(found, exp.Where) else found):
        if not is_total(part, scope, calculus):
            raise calculus.refuse("private_subquery_arithmetic", part, what=words(part))


def _alike(parts: Sequence[exp.Expr], scope: Scope, calculus: Calculus) -> bool:
    years = calculus.world.project.data.years
    types = [meanings.meaning_of(part, scope, years).type for part in parts if not isinstance(part, exp.Null)]
    return all(kinds.comparable(types[0], other) for other in types[1:])


def _one_type(node: exp.Expr, scope: Scope, calculus: Calculus) -> bool:
    return meanings.meaning_of(node, scope, calculus.world.project.data.years).type is not None


def _query_of(node: exp.In) -> exp.Expr:
    query: exp.Expr = node.args["query"]
    return query.this if isinstance(query, exp.Subquery) else query
