"""Bound propagation: what follows about single cells from single rows, again and again; it needs no solver."""

from __future__ import annotations

import numpy as np

from ecluse_platform.core.disclosure.attack.knowledge import Knowledge
from ecluse_platform.core.disclosure.attack.publication import Reals
from ecluse_platform.core.disclosure.tabular.structure import Flags, Integers

ROUNDS = 200
# Counts and cents are exact up to 2**53; what divisions leave is far under this.
TOLERANCE = 1e-7


class InconsistentPublication(Exception):
    """No table at all agrees with what was published: some published number is false, or read wrongly."""


def propagate(known: Knowledge, *, whole: bool) -> tuple[Reals, Reals]:
    """Tighten the bounds of every cell by every row until nothing moves; return them.

    ``whole`` rounds the bounds of whole numbers inwards, which is more than a linear program does.

    Raises:
        InconsistentPublication: Some cell has no possible value left, or some row of known cells does not hold.
    """
    low, high = known.low.copy(), known.high.copy()
    rounded = known.whole if whole else np.zeros(low.size, bool)
    column, weight = known.rows.indices, known.rows.data
    row = np.repeat(np.arange(known.rows.shape[0]), np.diff(known.rows.indptr))
    for _ in range(ROUNDS):
        _check_cells(low, high)
        end, other = np.where(weight > 0, low[column], high[column]), np.where(weight > 0, high[column], low[column])
        with np.errstate(invalid="ignore"):
            ceiling = (known.row_high[row] - _others(row, weight * end, known.row_high.size)) / weight
            floor = (known.row_low[row] - _others(row, weight * other, known.row_high.size)) / weight
        new_low, new_high = low.copy(), high.copy()
        np.minimum.at(new_high, column, np.where(weight > 0, ceiling, floor))
        np.maximum.at(new_low, column, np.where(weight > 0, floor, ceiling))
        new_low = np.where(rounded, np.ceil(new_low - TOLERANCE), new_low)
        new_high = np.where(rounded, np.floor(new_high + TOLERANCE), new_high)
        step = TOLERANCE * np.maximum(1.0, _nearer_end(new_low, new_high))
        moved = (new_low > low + step) | (new_high < high - step)
        low, high = np.where(moved, new_low, low), np.where(moved, new_high, high)
        if not moved.any():
            break
    _check_cells(low, high)
    least, most = activity(known, low, high)
    size = np.bincount(row, np.abs(weight) * np.abs(np.where(np.isfinite(high[column]), high[column], 0.0)), least.size)
    slack = 10 * TOLERANCE * np.maximum(1.0, size)
    if ((least > known.row_high + slack) | (most < known.row_low - slack)).any():
        raise InconsistentPublication
    return low, high


def activity(known: Knowledge, low: Reals, high: Reals) -> tuple[Reals, Reals]:
    """Return the least and the largest value that each row can have."""
    column, weight = known.rows.indices, known.rows.data
    row = np.repeat(np.arange(known.rows.shape[0]), np.diff(known.rows.indptr))
    ends = np.where(weight > 0, low[column], high[column]), np.where(weight > 0, high[column], low[column])
    least, most = (_sums(row, weight * end, known.row_low.size) for end in ends)
    return least, most


def _sums(row: Integers, part: Reals, count: int) -> Reals:
    """Sum each row; the infinite parts of one call all have one sign."""
    endless = np.isinf(part)
    total: Reals = np.bincount(row, np.where(endless, 0.0, part), count).astype(float)
    total[row[endless]] = part[endless]
    return total


def _others(row: Integers, part: Reals, count: int) -> Reals:
    """Sum, for each entry, the other entries of its row; the infinite parts of one call all have one sign."""
    endless: Flags = np.isinf(part)
    finite = np.where(endless, 0.0, part)
    others = np.bincount(row, finite, count)[row] - finite
    limit = np.zeros(count)
    limit[row[endless]] = part[endless]
    unbounded = np.bincount(row, endless, count)[row] - endless
    return np.where(unbounded > 0, limit[row], others)


def _check_cells(low: Reals, high: Reals) -> None:
    if (low - high > 10 * TOLERANCE * np.maximum(1.0, _nearer_end(low, high))).any():
        raise InconsistentPublication


def _nearer_end(low: Reals, high: Reals) -> Reals:
    """Return how far from 0 the nearer end of each interval is; 0 where it has no end on either side."""
    near = np.minimum(np.abs(low), np.abs(high))
    return np.where(np.isfinite(near), near, 0.0)
