"""What left the house, as an outsider reads it: cells shown, rounded or hidden, and what ties them together.

Cells of all tables are numbered through: first the tables in their order, then the complements. Counts are in units,
sums in the smallest unit of the catalogue (such as cents), so that an exact value is a whole number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecluse_platform.core.disclosure.tabular.structure import Dimension, Flags, Integers, Layout

Reals = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class PublishedTable:
    """One measure of one table: what is displayed in each cell means a number between ``low`` and ``high``.

    ``codes`` are as in Layout; a place without a cell holds nothing. ``additive[d]`` says that the categories of
    dimension ``d`` exclude one another for what is counted; elsewhere a group holds the union of its categories.
    ``whole`` says that the outsider knows the numbers to be whole.
    """

    name: str
    dimensions: tuple[Dimension, ...]
    codes: Integers
    low: Reals
    high: Reals
    additive: tuple[bool, ...]
    whole: bool = True

    @property
    def size(self) -> int:
        """Return the number of cells."""
        return int(self.codes.shape[0])


def read_table(
    name: str,
    layout: Layout,
    values: Integers | Reals,
    shown: Flags,
    additive: Sequence[bool],
    *,
    least: float | Reals,
    whole: bool = True,
) -> PublishedTable:
    """Read a table with suppressed cells; the values of cells that are not shown are not looked at.

    ``least`` is the least value of a hidden cell that policy tells everybody: 1 where zeros are always shown. A cell
    of the layout that was not published may hold nothing, so it is at least 0, or ``least`` where that is below 0:
    sums of amounts that can be negative.
    """
    seen = shown & layout.published
    told = np.broadcast_to(np.asarray(least, float), seen.shape)
    floor = np.where(layout.published, told, np.minimum(told, 0.0))
    low = np.where(seen, values, floor).astype(float)
    high = np.where(seen, values, np.inf).astype(float)
    return PublishedTable(name, layout.dimensions, layout.codes, low, high, tuple(additive), whole)


def unknowns(name: str, size: int, *, least: float = 0.0, whole: bool = True) -> PublishedTable:
    """Make quantities that nobody published, for equations to speak about: such as atoms of earlier releases."""
    codes = np.zeros((size, 0), np.int64)
    return PublishedTable(name, (), codes, np.full(size, float(least)), np.full(size, np.inf), (), whole)


@dataclass(frozen=True)
class Equation:
    """Published or logical: ``low <= sum of weight times cell <= high``; cells by their number in the publication."""

    weights: Mapping[int, float]
    low: float
    high: float


def equal(cell: int, other: int) -> Equation:
    """Two cells that are the same set, in two tables."""
    return Equation({cell: 1.0, other: -1.0}, 0.0, 0.0)


def within(part: int, whole: int) -> Equation:
    """One cell's predicate implies the other's: its persons are among the other's. Rows and persons too."""
    return Equation({whole: 1.0, part: -1.0}, 0.0, np.inf)


def ratio(numerator: int, denominator: int, low: float, high: float) -> tuple[Equation, Equation]:
    """Read a mean, a percentage or a rate that is displayed with a precision: low <= numerator / denominator <= high.

    A mean says this of a sum and a count; where either is published, the other follows (mean times n).
    """
    return (
        Equation({numerator: 1.0, denominator: -low}, 0.0, np.inf),
        Equation({denominator: high, numerator: -1.0}, 0.0, np.inf),
    )


def squares(count: float, mean: float, deviation: float) -> float:
    """Return the sum of squares that a count, a mean and a standard deviation (over n - 1) give away; it adds up."""
    return deviation**2 * (count - 1) + count * mean**2


@dataclass(frozen=True, eq=False)
class Publication:
    """All that an outsider may lay side by side.

    ``complements`` are pairs (margin, part) of cells whose difference is a count of persons too: those who are in the
    margin, but not in the part. Each is attacked like a cell; complements(...) of this package lists them.
    """

    tables: tuple[PublishedTable, ...]
    equations: tuple[Equation, ...] = ()
    complements: tuple[tuple[int, int], ...] = ()

    @property
    def starts(self) -> tuple[int, ...]:
        """Return the number of each table's first cell, then that of the first complement."""
        return tuple(int(n) for n in np.cumsum([0, *(table.size for table in self.tables)]))

    @property
    def size(self) -> int:
        """Return the number of cells, complements included."""
        return self.starts[-1] + len(self.complements)
