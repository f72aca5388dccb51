"""What is known of every cell before protection: exact numbers that never leave the computing process.

Arrays have one entry per cell, in the order of the layout. A *quantity* is a named count, sum or quantile; measures
are made of quantities. The names of units (``persons``, ``rows``…) are quantities of their own: the protected units.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from ecluse_platform.core.disclosure.query import Unit
from ecluse_platform.core.disclosure.tabular.structure import Integers

_UNITS = frozenset(unit.value for unit in Unit)
# Whole numbers without a bound: sums of squares of cents pass 2**63.
Wholes = NDArray[np.object_]


@dataclass(frozen=True, eq=False)
class Count:
    """How many units of a kind a cell has, all of them or those with a property.

    ``part_of`` names the count that this one is a part of (those with a property among all), None for no other.
    ``owners`` are the distinct persons behind, where they are not the units themselves.
    """

    unit: Unit
    values: Integers
    part_of: str | None = None
    owners: Integers | None = None


@dataclass(frozen=True, eq=False)
class Sum:
    """The sum of a column in each cell, in its smallest unit: ``total / 10**scale`` is what people read.

    ``rows`` and ``persons`` have a value in the column. ``largest[unit]`` holds the largest contributions of single
    persons, professionals, establishments to the sum of absolute values, the largest first, shape (cells, n), 0 where
    there are fewer contributors. ``weight`` is that sum of absolute values (``total`` itself where nothing is
    negative). ``squares`` is the sum of the squares, in the square of the smallest unit.
    """

    scale: int
    total: Integers
    rows: Integers
    persons: Integers
    weight: Integers
    largest: Mapping[Unit, Integers]
    squares: Wholes | None = None
    # No value below 0 can occur in the column, and everyone knows it (a policy of the catalogue).
    nonnegative: bool = True


@dataclass(frozen=True, eq=False)
class Quantile:
    """A quantile of a column in each cell, in its smallest unit, and the distinct persons strictly on each side.

    ``of`` names the column among those of the table.
    """

    scale: int
    values: Integers
    below: Integers
    above: Integers
    of: str = ""


@dataclass(frozen=True, eq=False)
class Statistics:
    """The protected units of every cell, and the quantities that measures are made of."""

    persons: Integers
    rows: Integers
    professionals: Integers | None = None
    establishments: Integers | None = None
    counts: Mapping[str, Count] = field(default_factory=dict)
    sums: Mapping[str, Sum] = field(default_factory=dict)
    quantiles: Mapping[str, Quantile] = field(default_factory=dict)
    # What two sums differ by, by their names: whoever reads both reads it too (expense less what was reimbursed).
    differences: Mapping[tuple[str, str], Sum] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Return the number of cells."""
        return int(self.persons.shape[0])

    def of_unit(self, unit: Unit) -> Integers | None:
        """Return how many of a protected unit each cell has; None where the query does not name them."""
        return {
            Unit.PERSONS: self.persons,
            Unit.ROWS: self.rows,
            Unit.PROFESSIONALS: self.professionals,
            Unit.ESTABLISHMENTS: self.establishments,
        }[unit]

    def count(self, name: str) -> Count:
        """Return a count by its name, or that of a unit; raise KeyError for a name that is neither."""
        if name in self.counts:
            return self.counts[name]
        values = self.of_unit(Unit(name)) if name in _UNITS else None
        if values is None:
            raise KeyError(name)
        return Count(Unit(name), values)


def taken(statistics: Statistics, order: Integers) -> Statistics:
    """Return the statistics of some cells, in the order that their positions are given in."""
    counts = {
        name: replace(one, values=one.values[order], owners=None if one.owners is None else one.owners[order])
        for name, one in statistics.counts.items()
    }
    quantiles = {
        name: replace(one, values=one.values[order], below=one.below[order], above=one.above[order])
        for name, one in statistics.quantiles.items()
    }
    return Statistics(
        persons=statistics.persons[order],
        rows=statistics.rows[order],
        professionals=None if statistics.professionals is None else statistics.professionals[order],
        establishments=None if statistics.establishments is None else statistics.establishments[order],
        counts=counts,
        sums={name: _taken(one, order) for name, one in statistics.sums.items()},
        quantiles=quantiles,
        differences={pair: _taken(one, order) for pair, one in statistics.differences.items()},
    )


def _taken(one: Sum, order: Integers) -> Sum:
    return replace(
        one,
        total=one.total[order],
        rows=one.rows[order],
        persons=one.persons[order],
        weight=one.weight[order],
        largest={unit: largest[order] for unit, largest in one.largest.items()},
        squares=None if one.squares is None else one.squares[order],
    )
