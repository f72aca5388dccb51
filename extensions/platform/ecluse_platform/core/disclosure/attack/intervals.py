"""The attack: what anyone can compute about each hidden or rounded cell, as an interval; and which are too narrow.

Source of the method: Fischetti and Salazar, "Models and algorithms for optimizing cell suppression in tabular data
with linear constraints" (2000), the attacker's problem; the shortcuts are ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from ecluse_platform.core.disclosure.attack.knowledge import know
from ecluse_platform.core.disclosure.attack.programs import Program
from ecluse_platform.core.disclosure.attack.propagation import activity, propagate
from ecluse_platform.core.disclosure.attack.publication import Publication, Reals
from ecluse_platform.core.disclosure.attack.whole import whole_ends
from ecluse_platform.core.disclosure.tabular.structure import Flags, Integers

# Relative; an interval that misses its end by less is taken as covering it.
CLOSE = 1e-6
# While one shared question settles this share of what is left, another one is asked before asking cell by cell.
WORTH = 0.1


class Numbers(StrEnum):
    """What the attacker makes of knowing that counts are whole numbers."""

    REAL = "real"
    # Bounds are rounded inwards wherever a single row allows it, then real.
    ROUNDED = "rounded"
    # To the end, by integer programs: only for tables of some hundred hidden cells.
    WHOLE = "whole"


@dataclass(frozen=True)
class Required:
    """The interval that must remain possible for a cell, whatever anyone computes."""

    cell: int
    low: float
    high: float


@dataclass(frozen=True)
class Narrow:
    """A cell whose interval does not hold what is required: the attacker knows that it is in ``low`` to ``high``."""

    cell: int
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Intervals:
    """For each cell of the publication, complements included, the interval that an outsider can compute.

    Ends of cells that were not asked for are those that single rows give: the true interval is inside.
    """

    low: Reals
    high: Reals


def intervals(
    publication: Publication, cells: Iterable[int] | None = None, numbers: Numbers = Numbers.REAL
) -> Intervals:
    """Compute the interval of each cell, or of those that are asked for.

    Raises:
        InconsistentPublication: No table agrees with what was published.
    """
    low, high, parts = _prepare(publication, numbers)
    asked = np.zeros(low.size, bool)
    asked[list(cells) if cells is not None else slice(publication.size)] = True
    for part in parts:
        wanted = np.flatnonzero(asked[part.cells])
        part.find_ends(wanted)
        place = part.cells[wanted]
        low[place], high[place] = part.program.seen_low[wanted], part.program.seen_high[wanted]
        if numbers is Numbers.WHOLE:
            low[place], high[place] = whole_ends(part.program, part.whole, wanted)
    return Intervals(low[: publication.size], high[: publication.size])


def verdict(found: Intervals, required: Iterable[Required]) -> tuple[Narrow, ...]:
    """Name the cells whose interval does not hold what is required."""
    return tuple(
        Narrow(one.cell, float(found.low[one.cell]), float(found.high[one.cell]))
        for one in required
        if _short(found.low[one.cell], np.float64(one.low), up=False)
        or _short(found.high[one.cell], np.float64(one.high), up=True)
    )


def too_narrow(
    publication: Publication, required: Iterable[Required], numbers: Numbers = Numbers.REAL
) -> tuple[Narrow, ...]:
    """Answer as verdict(intervals(...), required) does, at a fraction of the cost where most intervals are wide enough.

    Raises:
        InconsistentPublication: No table agrees with what was published.
    """
    required = tuple(required)
    if numbers is Numbers.WHOLE:
        return verdict(intervals(publication, {one.cell for one in required}, numbers), required)
    low, high, parts = _prepare(publication, numbers)
    demanded_low, demanded_high = np.full(low.size, np.inf), np.full(low.size, -np.inf)
    for one in required:
        demanded_low[one.cell] = min(demanded_low[one.cell], one.low)
        demanded_high[one.cell] = max(demanded_high[one.cell], one.high)
    for part in parts:
        wanted = np.flatnonzero(demanded_low[part.cells] <= demanded_high[part.cells])
        part.cover(wanted, demanded_low[part.cells[wanted]], demanded_high[part.cells[wanted]])
        place = part.cells[wanted]
        low[place], high[place] = part.program.seen_low[wanted], part.program.seen_high[wanted]
    return verdict(Intervals(low, high), required)


class _Part:
    """Cells that hang together and are not known yet."""

    def __init__(self, cells: Integers, whole: Flags, program: Program) -> None:
        self.cells = cells
        self.whole = whole
        self.program = program

    def find_ends(self, wanted: Integers) -> None:
        for up in (False, True):
            ends = (self.program.high if up else self.program.low) * self.program.scale
            endless = wanted[~np.isfinite(ends[wanted])]
            if endless.size > 1:
                self.program.endless(endless, up=up)
            left = self._shared(wanted, ends[wanted], up=up)
            for cell in left:
                if self._misses(cell, ends[cell], up=up):
                    self.program.extreme(int(cell), up=up)

    def cover(self, wanted: Integers, low: Reals, high: Reals) -> None:
        """See for each cell both ends of what is required, or the true end where that is not possible."""
        for up, ends in ((False, low), (True, high)):
            limit = ((self.program.high if up else self.program.low) * self.program.scale)[wanted]
            possible = ~_short(limit, ends, up=up)
            self._shared(wanted[possible], ends[possible], up=up)
            for cell, end in zip(wanted, ends, strict=True):
                if self._misses(cell, end, up=up) and not self.program.detour(int(cell), float(end)):
                    self.program.extreme(int(cell), up=up)

    def _shared(self, cells: Integers, ends: Reals, *, up: bool) -> Integers:
        """Ask for all cells at once while that pays; return those that are still short of their end."""
        left = self._misses(cells, ends, up=up)
        while left.sum() > 1:
            before = int(left.sum())
            finite = left & np.isfinite(ends)
            self.program.reach(cells[finite], up=up, ends=ends[finite])
            left = self._misses(cells, ends, up=up)
            if before - left.sum() < WORTH * before:
                break
        return cells[left]

    def _misses(self, cells: Any, ends: Any, *, up: bool) -> Flags:
        return _short((self.program.seen_high if up else self.program.seen_low)[cells], ends, up=up)


def _short(found: Any, ends: Any, *, up: bool) -> Flags:
    """Say where an interval's end that was found falls short of the end that is asked."""
    # An end that is found to be infinite does not fall short of itself.
    with np.errstate(invalid="ignore"):
        missing = ends - found if up else found - ends
    return np.asarray(missing > CLOSE * np.maximum(1.0, np.where(np.isfinite(ends), np.abs(ends), 1.0)))


def _prepare(publication: Publication, numbers: Numbers) -> tuple[Reals, Reals, list[_Part]]:
    """Propagate bounds; set up a program for each group of unknown cells that more than one row ties together."""
    known = know(publication)
    low, high = propagate(known, whole=numbers is not Numbers.REAL)
    # A cell without any bound below is as unknown as one can be, however large its other end.
    free = high - low > CLOSE * np.maximum(1.0, np.where(np.isfinite(low), np.abs(low), 0.0))
    settled = np.where(free, 0.0, low)
    least, most = activity(known, low, high)
    entries = known.rows[:, free]
    telling = (np.diff(entries.indptr) > 0) & ~((least >= known.row_low) & (most <= known.row_high))
    entries = csr_matrix(entries[telling])
    rest = (known.rows @ settled)[telling]
    row_low, row_high = known.row_low[telling] - rest, known.row_high[telling] - rest
    cells = np.flatnonzero(free)
    parts = [
        _Part(cells[columns], known.whole[cells[columns]], program)
        for rows, columns in _components(entries)
        for program in [
            Program(
                csr_matrix(entries[rows][:, columns]),
                row_low[rows],
                row_high[rows],
                low[cells[columns]],
                high[cells[columns]],
            )
        ]
    ]
    return low, high, parts


def _components(entries: csr_matrix) -> Iterator[tuple[Integers, Integers]]:
    """Split rows and columns into groups that share nothing; a group of one row needs no program.

    The bounds that propagation gives are the interval where only one row ties cells together.
    """
    count = entries.shape[0]
    if count == 0:
        return
    row = np.repeat(np.arange(count), np.diff(entries.indptr))
    size = count + entries.shape[1]
    graph = csr_matrix((np.ones(row.size, np.int8), (row, entries.indices + count)), shape=(size, size))
    _, label = connected_components(graph, directed=False)
    order = np.argsort(label, kind="stable")
    for group in np.split(order, np.flatnonzero(np.diff(label[order])) + 1):
        rows = group[group < count]
        if rows.size > 1:
            yield rows, group[group >= count] - count
