"""The lines of a table: which cell is directly inside which, dimension by dimension."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ecluse_platform.core.disclosure.tabular.structure import ROOT, Flags, Integers, Layout

# A category and one other.
_TWO = 2


@dataclass(frozen=True, eq=False)
class Lines:
    """Pairs of positions: ``parts[i]`` is directly inside ``margins[i]`` along one dimension."""

    parts: Integers
    margins: Integers


def lines_of(layout: Layout, axis: int) -> Lines:
    """Pair each cell with the one that has, in this dimension, the group that it is in; cells without one are left out.

    The cells of a table are found by their codes, whatever their order; time O(n log n), nothing is assumed complete.
    """
    parents = np.array(layout.dimensions[axis].parents, dtype=np.int64)
    above = parents[layout.codes[:, axis]]
    inside = np.flatnonzero(above != ROOT)
    wanted = layout.codes[inside].copy()
    wanted[:, axis] = above[inside]
    found = positions(layout, wanted)
    known = found >= 0
    return Lines(inside[known], found[known])


def positions(layout: Layout, codes: Integers) -> Integers:
    """Return the position of the cell with each row of codes, -1 where the table has none."""
    keys, wanted = _keys(layout, layout.codes), _keys(layout, codes)
    order = np.argsort(keys, kind="stable")
    places = np.searchsorted(keys[order], wanted)
    places[places == len(keys)] = 0
    candidates = order[places] if len(keys) else np.full(len(wanted), -1)
    return np.where(keys[candidates] == wanted, candidates, -1).astype(np.int64)


def repeats(layout: Layout, values: Integers) -> Flags:
    """Flag each cell that everybody knows to be the same number as another: a margin of one single cell.

    ``values`` are those of a count: what is 0 is no part. An interval of the inner cell is one of the margin too.
    """
    flags = np.zeros(layout.size, dtype=bool)
    for axis in range(len(layout.dimensions)):
        lines = lines_of(layout, axis)
        parts = np.bincount(lines.margins, weights=values[lines.parts] > 0, minlength=layout.size)
        same = (parts[lines.margins] == 1) & (values[lines.parts] == values[lines.margins])
        flags[lines.margins[same]] = True
    return flags


def sum_of_others(layout: Layout, values: Integers, axis: int) -> int | None:
    """Return a category directly under the total that is everywhere the sum of all others there, None where none is.

    One beside fewer than two others is their like by chance, and so are zeros.
    """
    dimension = layout.dimensions[axis]
    inside = np.flatnonzero(np.array(dimension.parents, dtype=np.int64)[layout.codes[:, axis]] == dimension.total)
    here = layout.codes[inside, axis]
    rest = layout.codes[inside].copy()
    rest[:, axis] = 0
    _, line = np.unique(_keys(layout, rest), return_inverse=True)
    sums = np.zeros(int(line.max(initial=-1)) + 1, dtype=np.int64)
    np.add.at(sums, line, values[inside])
    doubled = 2 * values[inside] == sums[line]
    lines_with = np.bincount(here, minlength=len(dimension.categories))
    lines_as_sum = np.bincount(here[doubled], minlength=len(dimension.categories))
    filled = np.bincount(here, weights=values[inside], minlength=len(dimension.categories)) > 0
    alike = np.flatnonzero((lines_as_sum == lines_with) & (lines_with == sums.size) & filled)
    return int(alike[0]) if alike.size and np.unique(here).size > _TWO else None


def totals_over(layout: Layout, cells: Integers, axes: tuple[int, ...]) -> Integers:
    """Return, for each cell, the position of the cell that is the total of these dimensions, -1 where there is none."""
    wanted = layout.codes[cells].copy()
    for axis in axes:
        wanted[:, axis] = layout.dimensions[axis].total
    return positions(layout, wanted)


def _keys(layout: Layout, codes: Integers) -> Integers:
    """Number each combination of categories; the checks refuse tables with more than 2**62 of them."""
    keys = np.zeros(len(codes), dtype=np.int64)
    for axis, size in enumerate(layout.shape):
        keys = keys * size + codes[:, axis]
    return keys
