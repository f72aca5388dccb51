"""From what is asked to what must be computed: measures by the names of their quantities, and the facts they need."""

from __future__ import annotations

from dataclasses import dataclass

from ecluse_platform.core.disclosure.queries.counts import UNITS, Counted
from ecluse_platform.core.disclosure.queries.joins import Link
from ecluse_platform.core.disclosure.queries.magnitudes import digits_of
from ecluse_platform.core.disclosure.queries.measures import Asked, Magnitude
from ecluse_platform.core.disclosure.queries.outputs import Outputs, counts_of
from ecluse_platform.core.disclosure.queries.scope import ColumnRef
from ecluse_platform.core.disclosure.query import Facts, Kind, Measure, Summed, Unit, counted, part_of
from ecluse_platform.core.policy.disclosure import DisclosureProfile

_LEAST_LARGEST = 2


@dataclass(frozen=True)
class Quantities:
    """The columns that measures read, in the order in which the guarded SQL numbers them."""

    key: ColumnRef | None
    units: tuple[ColumnRef, ...]
    magnitudes: tuple[ColumnRef, ...]
    facts: Facts
    measures: tuple[Measure, ...]


def quantities_of(outputs: Outputs, links: tuple[Link, ...], profile: DisclosureProfile) -> Quantities:
    """Return what a query must compute: what it shows, and what the rules of its project look at."""
    asked = outputs.measures
    counts = counts_of(asked)
    columns = {count.column: count.unit for count in counts if count.column is not None}
    key = next((column for column, unit in columns.items() if unit is Unit.PERSONS), None)
    units = [column for column, unit in columns.items() if unit is not Unit.PERSONS]
    units += [column for column in _protected(links, profile) if column not in units]
    magnitudes = _magnitudes(asked)
    facts = Facts(
        key=key is not None,
        part=any(count.part for count in counts),
        units=tuple(UNITS[column.column.column_class] for column in units),
        sums=tuple(_summed(at, column, asked) for at, column in enumerate(magnitudes, 1)),
        largest=max(_LEAST_LARGEST, profile.dominance.contributors if profile.dominance else 0),
    )
    measures = tuple(_measure(one, magnitudes, facts) for one in asked)
    return Quantities(key, tuple(units), magnitudes, facts, measures)


def _protected(links: tuple[Link, ...], profile: DisclosureProfile) -> list[ColumnRef]:
    """List the columns that name professionals or establishments which the rules of the project protect."""
    thresholds = {
        Unit.PROFESSIONALS: profile.threshold_professionals,
        Unit.ESTABLISHMENTS: profile.threshold_establishments,
    }
    return [
        ColumnRef(link.source, name)
        for link in links
        if link.source.private
        for name in sorted(link.source.granted)
        if thresholds.get(UNITS.get(link.source.table.columns[name].column_class, Unit.PERSONS)) is not None
    ]


def _magnitudes(asked: tuple[Asked, ...]) -> tuple[ColumnRef, ...]:
    found = [q.column for measure in asked for q in (measure.of, measure.over) if isinstance(q, Magnitude)]
    return tuple(dict.fromkeys(found))


def _summed(at: int, column: ColumnRef, asked: tuple[Asked, ...]) -> Summed:
    mine = [measure for measure in asked if measure.of == Magnitude(column)]
    bounds = column.column.bounds
    return Summed(
        name=f"sum{at}",
        digits=digits_of(column.column.type),
        nonnegative=bounds is not None and bounds.low >= 0,
        squares=any(measure.kind is Kind.STANDARD_DEVIATION for measure in mine),
        quantiles=tuple(dict.fromkeys(measure.fraction for measure in mine if measure.kind is Kind.QUANTILE)),
    )


def _measure(asked: Asked, magnitudes: tuple[ColumnRef, ...], facts: Facts) -> Measure:
    # A count of all rows is that of its unit, which has no other name.
    plain = asked.kind is Kind.COUNT and asked.of == Counted(Unit.ROWS, None)
    of = "" if plain else _name(asked.of, magnitudes)
    if asked.kind is Kind.QUANTILE and isinstance(asked.of, Magnitude):
        of = facts.sums[magnitudes.index(asked.of.column)].quantile(asked.fraction)
    return Measure(
        name=asked.name,
        unit=asked.of.unit if isinstance(asked.of, Counted) else Unit.PERSONS,
        kind=asked.kind,
        of=of,
        over=None if asked.over is None else _name(asked.over, magnitudes),
        per=asked.per,
        decimals=asked.decimals,
    )


def _name(quantity: Counted | Magnitude, magnitudes: tuple[ColumnRef, ...]) -> str:
    if isinstance(quantity, Magnitude):
        return f"sum{magnitudes.index(quantity.column) + 1}"
    whole = quantity.unit.value if quantity.unit is Unit.ROWS else counted(quantity.unit)
    return part_of(whole) if quantity.part else whole
