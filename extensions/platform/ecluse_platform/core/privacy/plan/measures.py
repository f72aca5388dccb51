"""The aggregates of the outer SELECT: what each counts or adds, per person and cell."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Final

from sqlglot import exp

from ecluse_platform.core.privacy.plan.relation import inside
from ecluse_platform.core.privacy.plan.wording import words
from ecluse_platform.core.privacy.plan.world import World
from ecluse_platform.core.privacy.query import OutputKind
from ecluse_platform.core.refusals import Refusal

_KINDS: Final[dict[type[exp.Expr], OutputKind]] = {
    exp.Sum: OutputKind.SUM,
    exp.Avg: OutputKind.MEAN,
    exp.Stddev: OutputKind.DEVIATION,
    exp.StddevSamp: OutputKind.DEVIATION,
    exp.Median: OutputKind.QUANTILE,
    exp.PercentileCont: OutputKind.QUANTILE,
    exp.PercentileDisc: OutputKind.QUANTILE,
    exp.Quantile: OutputKind.QUANTILE,
}
_HALF: Final = Decimal("0.5")


@dataclass(frozen=True)
class Measure:
    """One aggregate: what of each row it takes (``of``, None for the row itself), and of which rows."""

    kind: OutputKind
    node: exp.Expr
    of: exp.Expr | None = None
    where: exp.Expr | None = None
    fraction: Decimal | None = None


def is_aggregate(node: exp.Expr) -> bool:
    """Say whether an output of the outer SELECT is computed from rows of several persons."""
    return bool(inside(node, exp.AggFunc, exp.Window)) or any(_named(found) for found in inside(node, exp.Anonymous))


def measure_of(node: exp.Expr, world: World) -> Measure:
    """Return the aggregate that an output is; refuse what is none of those that can be answered."""
    bare = _stripped(node.unalias())
    if isinstance(bare, exp.Div):
        return _proportion(bare, world)
    where = None
    if isinstance(bare, exp.Filter):
        where, bare = bare.expression.this, bare.this
    if isinstance(bare, exp.Count | exp.CountIf):
        return _count(bare, where, world)
    if type(bare) in _KINDS:
        fraction = _fraction(bare, world) if _KINDS[type(bare)] is OutputKind.QUANTILE else None
        return Measure(_KINDS[type(bare)], bare, bare.this, where, fraction)
    if isinstance(bare, exp.Anonymous) and _named(bare) and len(bare.expressions) == 1:
        return Measure(OutputKind.HISTOGRAM, bare, bare.expressions[0], where)
    raise _refused(bare, world)


def flag(measure: Measure) -> exp.Expr:
    """Write 1 for each row that counts, 0 for any other."""
    parts = [part.copy() for part in (measure.where,) if part is not None]
    if measure.of is not None:
        parts.append(exp.Not(this=exp.Is(this=exp.Paren(this=measure.of.copy()), expression=exp.Null())))
    condition = exp.and_(*parts) if parts else exp.true()
    return exp.Case(ifs=[exp.If(this=condition, true=exp.Literal.number(1))], default=exp.Literal.number(0))


def value(measure: Measure) -> exp.Expr:
    """Write the value of each row that counts, NULL for any other."""
    of = measure.of.copy() if measure.of is not None else exp.Null()
    if measure.where is None:
        return of
    return exp.Case(ifs=[exp.If(this=measure.where.copy(), true=of)])


def _stripped(node: exp.Expr) -> exp.Expr:
    """Take off what only changes how a number is written."""
    bare = node.unnest()
    written = isinstance(bare, exp.Cast | exp.TryCast | exp.Round) and is_aggregate(bare.this)
    if written or (isinstance(bare, exp.Coalesce) and all(isinstance(e, exp.Literal) for e in bare.expressions)):
        return _stripped(bare.this)
    if isinstance(bare, exp.Mul) and isinstance(bare.this, exp.Literal) and _one(bare.this):
        return _stripped(bare.expression)
    return bare


def _one(literal: exp.Literal) -> bool:
    return literal.name.rstrip("0").rstrip(".") == "1"


def _count(bare: exp.Expr, where: exp.Expr | None, world: World) -> Measure:
    of = bare.this
    if isinstance(of, exp.Distinct):
        if len(of.expressions) != 1:
            raise world.places.refusal("private_not_person", bare, what=words(bare))
        only = of.expressions[0].unnest()
        if isinstance(only, exp.Case) and len(only.args["ifs"]) == 1 and only.args.get("default") is None:
            branch = only.args["ifs"][0]
            where = branch.this if where is None else exp.and_(where.copy(), branch.this.copy())
            only = branch.args["true"].unnest()
        # Whether it counts persons is known by where the column comes from.
        return Measure(OutputKind.DISTINCT, bare, only, where)
    if isinstance(bare, exp.CountIf):
        where = of if where is None else exp.and_(where.copy(), of.copy())
        return Measure(OutputKind.ROWS, bare, None, where)
    return Measure(OutputKind.ROWS, bare, None if of is None or isinstance(of, exp.Star | exp.Literal) else of, where)


def _proportion(bare: exp.Div, world: World) -> Measure:
    """Read persons with a property over all persons: one question of two disjoint counts."""
    above, below = _stripped(bare.this), _stripped(bare.expression)
    if isinstance(below, exp.Nullif):
        below = below.this
    try:
        one, all_ = measure_of(above, world), measure_of(below, world)
    except Refusal as refusal:
        if refusal.code == "private_outer_aggregate":
            raise
        raise world.places.refusal("private_outer_arithmetic", bare, what=words(bare)) from None
    counted = one.kind is all_.kind is OutputKind.DISTINCT and one.of == all_.of
    if not counted or one.where is None or all_.where is not None:
        raise world.places.refusal("private_outer_arithmetic", bare, what=words(bare))
    return replace(one, kind=OutputKind.PROPORTION, node=bare)


def _fraction(bare: exp.Expr, world: World) -> Decimal:
    if isinstance(bare, exp.Median):
        return _HALF
    given = bare.args.get("quantile") or bare.args.get("expression")
    try:
        fraction = Decimal(given.name) if isinstance(given, exp.Literal) else Decimal(-1)
    except InvalidOperation:
        fraction = Decimal(-1)
    if not 0 <= fraction <= 1:
        raise world.places.refusal("sql_quantile", bare, what=words(bare))
    return fraction


def _refused(bare: exp.Expr, world: World) -> Refusal:
    found = next(iter(inside(bare, exp.AggFunc, exp.Window)), bare)
    code = "private_outer_aggregate" if found is bare else "private_outer_arithmetic"
    return world.places.refusal(code, bare, what=words(bare))


def _named(node: exp.Expr) -> bool:
    return node.name.lower() == OutputKind.HISTOGRAM.value
