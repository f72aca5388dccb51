"""Columns of numbers: counts of protected units, sums and quantiles of measures, and quotients of counts or sums."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from sqlglot import exp

from ecluse_platform.core.disclosure.queries.counts import Counted, Counts, words_of
from ecluse_platform.core.disclosure.queries.joins import Link
from ecluse_platform.core.disclosure.queries.magnitudes import check_magnitude, digits_of
from ecluse_platform.core.disclosure.queries.places import Places, listed
from ecluse_platform.core.disclosure.queries.scope import ColumnRef, Scope
from ecluse_platform.core.disclosure.query import Kind

_SIMPLE: dict[type[exp.Expr], Kind] = {
    exp.Sum: Kind.SUM,
    exp.Avg: Kind.MEAN,
    exp.Stddev: Kind.STANDARD_DEVIATION,
    exp.StddevSamp: Kind.STANDARD_DEVIATION,
    exp.Median: Kind.QUANTILE,
    exp.PercentileCont: Kind.QUANTILE,
}
_AROUND = (exp.Div, exp.Mul, exp.Round, exp.Filter, exp.WithinGroup, exp.IgnoreNulls, exp.RespectNulls)
_FRACTION = re.compile(r"^0?\.[0-9]{1,4}$")
_FACTORS = re.compile(r"^(1(?:0{0,6}))(?:\.0*)?$")
_MEDIAN = "0.5"
_WHOLE_PART = 100
_MOST_DECIMALS = 6
_DECIMALS = {Kind.RATIO: 4, Kind.PERCENTAGE: 2, Kind.RATE: 2}
# Digits of a mean beyond those of what it is the mean of.
_MORE_DIGITS = 2


@dataclass(frozen=True)
class Magnitude:
    """A column whose values are summed or ranked."""

    column: ColumnRef


@dataclass(frozen=True)
class Asked:
    """One column of numbers: how it is made, of which quantities, with how many decimals."""

    name: str
    kind: Kind
    of: Counted | Magnitude
    over: Counted | Magnitude | None = None
    per: int = 1
    decimals: int = 0
    fraction: str = _MEDIAN

    @property
    def content(self) -> tuple[object, ...]:
        """What it is, whatever its name and its decimals: the same content twice would say nothing more."""
        return self.kind, self.of, self.over, self.fraction if self.kind is Kind.QUANTILE else ""


def is_measure(node: exp.Expr) -> bool:
    """Say whether a column of the result is one of numbers computed over many rows."""
    if isinstance(node, exp.AggFunc) or _is_mean(node):
        return True
    return isinstance(node, _AROUND) and node.find(exp.AggFunc) is not None


class Reader:
    """Reads the columns of numbers of one query."""

    def __init__(self, scope: Scope, links: tuple[Link, ...], places: Places) -> None:
        self._scope = scope
        self._links = links
        self._places = places
        self._counts = Counts(scope, places)

    @property
    def part(self) -> tuple[exp.Expr, ...]:
        """Return the conditions of the property that some counts are restricted to; none when no count is."""
        return self._counts.part

    def read(self, node: exp.Expr, alias: str) -> Asked:
        """Read one column; its default name says what it is."""
        bare, decimals = self._rounded(node)
        if isinstance(bare, exp.Div | exp.Mul):
            return self._quotient(bare, alias, decimals)
        kind = Kind.MEAN if _is_mean(bare) else _SIMPLE.get(type(bare), Kind.COUNT)
        if kind is Kind.COUNT:
            if decimals is not None:
                raise self._places.refusal("sql_aggregate_place", node, what=words_of(node))
            counted = self._counts.read(bare)
            return Asked(alias or counted.unit.value, kind, counted)
        magnitude = self._magnitude(bare)
        digits = digits_of(magnitude.column.column.type)
        natural = digits if kind is Kind.SUM else min(digits + _MORE_DIGITS, _MOST_DECIMALS)
        name = alias or f"{kind.value} {magnitude.column.name}"[:64]
        shown = natural if decimals is None else min(decimals, natural)
        return Asked(name, kind, magnitude, decimals=shown, fraction=self._fraction(bare))

    def _rounded(self, node: exp.Expr) -> tuple[exp.Expr, int | None]:
        bare = node.unnest()
        if not isinstance(bare, exp.Round):
            return bare, None
        written = bare.args.get("decimals")
        extra = [key for key, value in bare.args.items() if value and key not in {"this", "decimals"}]
        digits = 0 if written is None else int(written.name) if _is_whole(written) else _MOST_DECIMALS + 1
        if extra or digits > _MOST_DECIMALS:
            raise self._places.refusal("sql_aggregate_place", node, what=words_of(node))
        return bare.this.unnest(), digits

    def _quotient(self, node: exp.Expr, alias: str, decimals: int | None) -> Asked:
        top, bottom, per = self._parts_of_quotient(node)
        of, over = self._quantity(top), self._quantity(bottom)
        share = isinstance(over, Counted) and not over.part and of == replace(over, part=True)
        if per != 1 and not share:
            raise self._places.refusal("sql_factor", node, what=words_of(node))
        kind = Kind.RATIO if not share else Kind.PERCENTAGE if per == _WHOLE_PART else Kind.RATE
        shown = _DECIMALS[kind] if decimals is None else decimals
        return Asked(alias or kind.value, kind, of, over, per if kind is Kind.RATE else 1, shown)

    def _parts_of_quotient(self, node: exp.Expr) -> tuple[exp.Expr, exp.Expr, int]:
        per = 1
        while isinstance(node, exp.Mul):
            node, factor = self._without_factor(node)
            per *= factor
        if not isinstance(node, exp.Div):
            raise self._places.refusal("sql_aggregate_place", node, what=words_of(node))
        top, bottom = node.this.unnest(), node.expression.unnest()
        while isinstance(top, exp.Mul):
            top, factor = self._without_factor(top)
            per *= factor
        if isinstance(bottom, exp.Nullif) and isinstance(bottom.expression, exp.Literal):
            bottom = bottom.this.unnest() if bottom.expression.name == "0" else bottom
        return top, bottom, per

    def _without_factor(self, node: exp.Mul) -> tuple[exp.Expr, int]:
        sides = (node.this.unnest(), node.expression.unnest())
        for number, rest in (sides, sides[::-1]):
            found = _FACTORS.match(number.name) if isinstance(number, exp.Literal) and not number.is_string else None
            if found:
                return rest, int(found[1])
        raise self._places.refusal("sql_factor", node, what=words_of(node))

    def _quantity(self, node: exp.Expr) -> Counted | Magnitude:
        if isinstance(node, exp.Sum):
            return self._magnitude(node)
        if isinstance(node, exp.Count | exp.Filter):
            return self._counts.read(node)
        raise self._places.refusal("sql_ratio", node, what=words_of(node))

    def _magnitude(self, node: exp.Expr) -> Magnitude:
        bare = (node.expressions[0] if isinstance(node, exp.Anonymous) else node.this).unnest()
        known = {"this", "expressions"} if isinstance(node, exp.Anonymous) else {"this", "expression"}
        if not isinstance(bare, exp.Column) or any(value for key, value in node.args.items() if key not in known):
            raise self._places.refusal("sql_sum_column", node, what=words_of(bare), known=listed(self._summable()))
        ref = self._scope.resolve(bare)
        squares = isinstance(node, exp.Stddev | exp.StddevSamp)
        check_magnitude(ref, node, self._links, self._places, self._summable(), squares=squares)
        return Magnitude(ref)

    def _summable(self) -> list[str]:
        return [
            f"{source.alias}.{name}"
            for source in self._scope.sources
            for name in sorted(source.granted)
            if source.private and source.table.columns[name].bounds is not None
        ]

    def _fraction(self, node: exp.Expr) -> str:
        if not isinstance(node, exp.PercentileCont):
            return _MEDIAN
        written = node.expression
        plain = isinstance(written, exp.Literal) and not written.is_string and _FRACTION.match(written.name)
        fraction = f"0{written.name.removeprefix('0')}".rstrip("0") if plain else ""
        if fraction in {"", "0."}:
            raise self._places.refusal("sql_quantile", node, what=words_of(node))
        return fraction


def _is_mean(node: exp.Expr) -> bool:
    """Recognise ``mean(…)``, which the parser does not know as the average that it is."""
    return isinstance(node, exp.Anonymous) and node.name.lower() == "mean" and len(node.expressions) == 1


def _is_whole(node: exp.Expr) -> bool:
    return isinstance(node, exp.Literal) and not node.is_string and node.name.isdecimal()
