"""What a recoded table would hold: its persons, how many of its cells are small, how much it still tells.

How much it tells is the entropy of the table: of the distribution over cells of the persons counted in them, added up
over the finest groupings that were asked for. Merging cells can only lower it, the more so the larger they are; the
share that is kept is 1 for the table as it was asked for and 0 for one cell.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecluse_platform.core.disclosure.recoding.steps import Groups, leaves_of, whole
from ecluse_platform.core.disclosure.tabular.structure import ROOT, Dimension, Integers, Layout

Reals = NDArray[np.float64]
Pattern = tuple[bool, ...]
State = tuple[Groups, ...]


@dataclass(frozen=True)
class Score:
    """How many cells under the threshold are left, and the share of the information that is kept."""

    small: int
    kept: float


class Counting:
    """A table that can be looked at with any groups of its categories.

    Along a dimension that does not add up a merged group holds at least the largest of its parts: what is counted
    there is a lower bound, so that a cell that is said to be large enough is. Groups and totals that the layout has are
    exact.
    """

    def __init__(self, layout: Layout, persons: Integers, additive: Sequence[bool], threshold: int) -> None:
        self.dimensions = layout.dimensions
        self.additive = tuple(additive)
        self.threshold = threshold
        self.cells: Integers = np.zeros(layout.shape, np.int64)
        self.cells[tuple(layout.codes.T)] = persons
        # Whether every group and total that persons do not add up to was in the layout, with its true count.
        self.exact = self._fill_in()
        self.patterns: tuple[Pattern, ...] = _patterns(layout)
        self.finest_patterns = tuple(
            one for one in self.patterns if not any(one != two and _within(one, two) for two in self.patterns)
        )
        self.start: State = tuple(
            _finest(d, set(layout.codes[layout.published, i].tolist())) for i, d in enumerate(layout.dimensions)
        )
        self._held = tuple(
            [_held(d, category, {g[0] for g in groups}) for category in range(len(d.categories))]
            for d, groups in zip(self.dimensions, self.start, strict=True)
        )
        self._all = sum(entropy(mass) for mass in self.masses(self.start))

    def _fill_in(self) -> bool:
        """Put groups and totals that the layout leaves out: sums, or the largest part where nothing more is known."""
        exact = True
        for axis, (dimension, adds) in enumerate(zip(self.dimensions, self.additive, strict=True)):
            along = np.moveaxis(self.cells, axis, 0)
            for category in _upwards(dimension):
                parts = along[list(dimension.children(category))]
                told = parts.sum(axis=0) if adds else parts.max(axis=0)
                exact &= adds or not ((along[category] == 0) & (told > 0)).any()
                along[category] = np.maximum(along[category], told)
        return exact

    def persons(self, state: State, pattern: Pattern) -> Integers:
        """Count each combination of groups; dimensions that the pattern does not show are at their total."""
        seen = [groups if shows else whole(d) for groups, shows, d in zip(state, pattern, self.dimensions, strict=True)]
        found = self.cells
        # The largest parts first, then sums of them: the best of the lower bounds.
        for axis in sorted(range(len(seen)), key=lambda axis: self.additive[axis]):
            found = reduce_axis(found, axis, seen[axis], np.add if self.additive[axis] else np.maximum)
        return found

    def masses(self, state: State) -> list[Reals]:
        """Return for each finest pattern the weight of each cell: that of the finest cells inside it."""
        return [self._mass(state, pattern) for pattern in self.finest_patterns]

    def _mass(self, state: State, pattern: Pattern) -> Reals:
        found: NDArray[np.int64] = self.cells
        for axis, (groups, shows) in enumerate(zip(state, pattern, strict=True)):
            held = self._held[axis]
            members = [tuple(f for c in g for f in held[c]) for g in groups] if shows else whole(self.dimensions[axis])
            found = reduce_axis(found, axis, tuple(members), np.add)
        return found.astype(float)

    def score(self, state: State) -> Score:
        """Score a recoding as it stands."""
        small = sum(self.small(self.persons(state, pattern)) for pattern in self.finest_patterns)
        return Score(small, self.kept(sum(entropy(mass) for mass in self.masses(state))))

    def small(self, persons: Integers) -> int:
        """Count the cells under the threshold; a cell without anybody is none."""
        return int(np.count_nonzero((persons > 0) & (persons < self.threshold)))

    def kept(self, left: float) -> float:
        """Return the share of the information that is left."""
        return min(1.0, max(0.0, left / self._all)) if self._all > 0 else 1.0


def entropy(mass: Reals) -> float:
    """Return Shannon's entropy of a distribution given as weights, in nats; 0 where there is no weight."""
    total = float(mass.sum())
    return float(np.log(total) - weighed(mass).sum() / total) if total > 0 else 0.0


def weighed(mass: Reals) -> Reals:
    """Return x log x of each weight; 0 for no weight."""
    return np.asarray(mass * np.log(np.where(mass > 0, mass, 1.0)), float)


def reduce_axis(
    cells: Integers, axis: int, groups: Sequence[tuple[int, ...]], by: Callable[..., Integers] | np.ufunc
) -> Integers:
    """Put groups of categories in the place of categories along one axis; an empty group holds nobody."""
    sizes = [len(group) for group in groups]
    members = np.array([category for group in groups for category in group], np.int64)
    taken = cells.take(members, axis=axis)
    if all(size == 1 for size in sizes):
        return np.asarray(taken, np.int64)
    starts = np.cumsum([0, *sizes[:-1]])
    return np.asarray(by.reduceat(taken, starts, axis=axis), np.int64)  # type: ignore[union-attr]


def _upwards(dimension: Dimension) -> list[int]:
    """Return the groups of a dimension and its total, each after all that it holds."""
    depths = {ROOT: -1}
    waiting = [dimension.total]
    for category in waiting:
        depths[category] = depths[dimension.parents[category]] + 1
        waiting.extend(dimension.children(category))
    return sorted(set(dimension.parents) - {ROOT}, key=lambda category: -depths[category])


def _patterns(layout: Layout) -> tuple[Pattern, ...]:
    """Return, for each grouping that was asked for, which dimensions it does not add up over, in ascending order."""
    size = len(layout.dimensions)
    spread = layout.codes[layout.published] != np.array([d.total for d in layout.dimensions], dtype=np.int64)
    # A number for each row: to sort the rows themselves takes seconds for a million cells.
    asked = np.unique(spread @ (1 << np.arange(size, dtype=np.int64))[::-1]).tolist()
    return tuple(tuple(bool(number >> place & 1) for place in reversed(range(size))) for number in asked)


def _within(one: Pattern, other: Pattern) -> bool:
    return all(b or not a for a, b in zip(one, other, strict=True))


def _finest(dimension: Dimension, used: set[int]) -> Groups:
    """Return the used categories that hold no used category; the total where nothing else is used."""
    holding = set()
    for category in used:
        above = dimension.parents[category]
        while above != ROOT:
            holding.add(above)
            above = dimension.parents[above]
    return tuple((category,) for category in sorted(used - holding))


def _held(dimension: Dimension, category: int, finest: set[int]) -> tuple[int, ...]:
    """Return the finest categories inside a category."""
    if category in finest or category in leaves_of(dimension):
        return (category,)
    return tuple(f for child in dimension.children(category) for f in _held(dimension, child, finest))
