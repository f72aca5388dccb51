"""The exact statistics of every cell: counts of units, sums in the smallest unit of a column, largest contributors.

They never leave this process: what may be seen of them is decided from them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from itertools import combinations

import duckdb
import numpy as np

from ecluse_platform.compute.cells import Cells, Row
from ecluse_platform.core.disclosure.queries import statements
from ecluse_platform.core.disclosure.query import Facts, Summed, Unit, VerifiedQuery, counted, part_of
from ecluse_platform.core.disclosure.tabular.statistics import Count, Quantile, Statistics, Sum
from ecluse_platform.core.disclosure.tabular.structure import Integers, Layout

# Twice the largest number still fits a 64-bit integer, so that adding two of them never wraps around.
_TOO_LARGE = 2**62
Column = Sequence[object]


class TooLarge(Exception):
    """A sum does not fit the whole numbers that protection computes with."""


@dataclass(frozen=True, eq=False)
class Measured:
    """The cells of a query: where they are, and all that is known of them."""

    layout: Layout
    statistics: Statistics


def measure(
    connection: duckdb.DuckDBPyConnection, query: VerifiedQuery, total_label: str, most_shown: int, most: int
) -> Measured:
    """Read the extract once and compute every cell of the grouping sets that are shown, and of those that tie them.

    Raises TooManyCells, TooLarge, or what DuckDB raises; none of them may be told in more words than its kind.
    """
    connection.execute(statements.facts_table(query.guarded_sql))
    cells = Cells(connection, query)
    base = _columns(
        cells.found(partial(statements.persons_and_sums, facts=query.facts), most_shown, most),
        statements.width(query.facts),
    )
    statistics = _Statistics(cells, query.facts, base).all()
    return Measured(cells.layout(total_label), statistics)


class _Statistics:
    """Turns columns of cells into statistics."""

    def __init__(self, cells: Cells, facts: Facts, base: list[Column]) -> None:
        self._cells = cells
        self._facts = facts
        self._base = iter(base)
        self._persons = _integers(next(self._base))
        self._rows = _integers(next(self._base))

    def all(self) -> Statistics:
        """Return everything, in the order in which the statements give it."""
        facts = self._facts
        counts: dict[str, Count] = {}
        owners: Integers | None = None
        if facts.part:
            rows, owners = _integers(next(self._base)), _integers(next(self._base))
            counts[part_of(Unit.ROWS)] = Count(Unit.ROWS, rows, Unit.ROWS.value, owners)
        if facts.key:
            counts |= self._keys(owners)
        units = [self._unit(at, unit) for at, unit in enumerate(facts.units, 1)]
        for found in reversed(units):
            # The first column of a unit is the one that is counted by the query, where it counts one.
            counts |= found.counts
        sums = {asked.name: self._sum(at, asked, units) for at, asked in enumerate(facts.sums)}
        quantiles = {
            asked.quantile(fraction): self._quantile(at, asked, fraction)
            for at, asked in enumerate(facts.sums, 1)
            for fraction in asked.quantiles
        }
        return Statistics(
            persons=self._persons,
            rows=self._rows,
            professionals=_fewest(units, Unit.PROFESSIONALS),
            establishments=_fewest(units, Unit.ESTABLISHMENTS),
            counts=counts,
            sums=sums,
            quantiles=quantiles,
            differences={pair: self._difference(*pair) for pair in self._pairs()},
        )

    def _pairs(self) -> list[tuple[str, str]]:
        """List the sums that can be subtracted from one another: those of the same smallest unit."""
        return [
            (one.name, other.name) for one, other in combinations(self._facts.sums, 2) if one.digits == other.digits
        ]

    def _difference(self, one: str, other: str) -> Sum:
        names = [asked.name for asked in self._facts.sums]
        pair, digits = (names.index(one) + 1, names.index(other) + 1), self._facts.sums[names.index(one)].digits
        found: dict[Unit, list[Column]] = {}
        for unit, by in [(Unit.PERSONS, "u"), *((unit, f"p{at}") for at, unit in enumerate(self._facts.units, 1))]:
            written = partial(statements.difference, pair=pair, by=by, largest=self._facts.largest)
            columns = _columns(self._cells.numbers(written, (0, 0, 0, None)), 4)
            found.setdefault(unit, []).append(columns[3])
            if unit is Unit.PERSONS:
                total, persons, weight = columns[:3]
        return Sum(
            scale=digits,
            total=_integers(total, digits),
            rows=_integers(persons),
            persons=_integers(persons),
            weight=_integers(weight, digits),
            largest={
                unit: np.maximum.reduce([_largest(column, digits, self._facts.largest) for column in columns])
                for unit, columns in found.items()
            },
            nonnegative=False,
        )

    def _keys(self, owners_of_part: Integers | None) -> dict[str, Count]:
        written = partial(statements.distinct_keys, facts=self._facts)
        columns = _columns(self._cells.numbers(written, (0, 0)), 2 if self._facts.part else 1)
        whole = counted(Unit.PERSONS)
        counts = {whole: Count(Unit.PERSONS, _integers(columns[0]), None, self._persons)}
        if self._facts.part:
            counts[part_of(whole)] = Count(Unit.PERSONS, _integers(columns[1]), whole, owners_of_part)
        return counts

    def _unit(self, at: int, unit: Unit) -> _Units:
        written = partial(statements.distinct_units, facts=self._facts, column=at)
        width = (2 if self._facts.part else 1) + len(self._facts.sums)
        columns = iter(_columns(self._cells.numbers(written, (0, 0, *[None] * len(self._facts.sums))), width))
        whole = counted(unit)
        values = _integers(next(columns))
        counts = {whole: Count(unit, values)}
        if self._facts.part:
            counts[part_of(whole)] = Count(unit, _integers(next(columns)), whole)
        largest = [
            _largest(column, asked.digits, self._facts.largest)
            for column, asked in zip(columns, self._facts.sums, strict=True)
        ]
        return _Units(unit, values, counts, largest)

    def _sum(self, at: int, asked: Summed, units: list[_Units]) -> Sum:
        total, rows, persons, weight = (next(self._base) for _ in range(4))
        largest = {Unit.PERSONS: _largest(next(self._base), asked.digits, self._facts.largest)}
        for found in units:
            before = largest.get(found.unit)
            mine = found.largest[at]
            largest[found.unit] = mine if before is None else np.maximum(before, mine)
        least = _integers(next(self._base), asked.digits)
        squares = None
        if asked.squares:
            squares = np.array([_whole(value, 2 * asked.digits) for value in next(self._base)], dtype=object)
        return Sum(
            scale=asked.digits,
            total=_integers(total, asked.digits),
            rows=_integers(rows),
            persons=_integers(persons),
            weight=_integers(weight, asked.digits),
            largest=largest,
            squares=squares,
            # Should the data break the bounds of the catalogue, nobody may reason as if they held.
            nonnegative=asked.nonnegative and bool((least >= 0).all()),
        )

    def _quantile(self, column: int, asked: Summed, fraction: str) -> Quantile:
        written = partial(statements.quantile, column=column, fraction=fraction)
        values, below, above = _columns(self._cells.numbers(written, (0, 0, 0), shown_only=True), 3)
        smallest = [round(Decimal(str(value)).scaleb(asked.digits)) for value in values]
        return Quantile(asked.digits, _integers(smallest), _integers(below), _integers(above), asked.name)


@dataclass(frozen=True, eq=False)
class _Units:
    """What one column of professionals or establishments gives."""

    unit: Unit
    values: Integers
    counts: dict[str, Count]
    largest: list[Integers]


def _fewest(units: list[_Units], unit: Unit) -> Integers | None:
    """Return, per cell, the smallest number of a unit over its columns; a column without any protects nobody."""
    found = [some.values for some in units if some.unit is unit]
    if not found:
        return None
    stacked = np.stack(found)
    least = np.where(stacked > 0, stacked, np.iinfo(np.int64).max).min(axis=0)
    return np.where((stacked > 0).any(axis=0), least, 0).astype(np.int64)


def _columns(rows: list[Row], width: int) -> list[Column]:
    return [[row[at] for row in rows] for at in range(width)]


def _largest(column: Column, digits: int, most: int) -> Integers:
    largest = np.zeros((len(column), most), dtype=np.int64)
    for at, values in enumerate(column):
        if isinstance(values, list):
            found = _integers(values, digits)
            largest[at, : len(found)] = found
    return largest


def _integers(column: Column, digits: int = 0) -> Integers:
    whole = [_whole(value, digits) for value in column]
    if any(abs(value) >= _TOO_LARGE for value in whole):
        raise TooLarge
    return np.array(whole, dtype=np.int64)


def _whole(value: object, digits: int) -> int:
    """Return a number as a whole one of its smallest unit; the sum of nothing is 0."""
    if isinstance(value, int):
        return value
    if value is None:
        return 0
    return int(Decimal(str(value)).scaleb(digits))
