"""What it costs to hide a cell: which parts of a table a policy would rather keep."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecluse_platform.core.disclosure.tabular.structure import Integers, Layout


@dataclass(frozen=True)
class CostPolicy:
    """What to keep first; each number is a factor of at least 1, and 1 says "no preference".

    ``keep_totals`` multiplies the cost of a cell once for each dimension in which it is a group or the total.
    ``keep_recent`` is how much more the last category of the dimension ``recent`` costs than its first.
    ``keep_large`` makes the cost of a cell follow its value, so that the suppressed mass is small; else each cell costs
    about the same, so that few cells are hidden.
    """

    keep_totals: float
    keep_large: bool
    keep_recent: float = 1.0
    recent: str | None = None


# A cell of value 0 tells by its mark that something is hidden: it costs as much as a cell of this value.
EMPTY = 20.0
# Larger values are scaled down to this: a solver resolves so much, and cents or persons should not matter.
USUAL = 100.0
# What any cell costs beside its value.
EACH = 10.0
# Nothing hides the grand total while another pattern exists.
GRAND_TOTAL = 1e6


def costs(layout: Layout, values: Integers, policy: CostPolicy) -> NDArray[np.float64]:
    """Return the cost of hiding each cell (float64, > 0), to be minimised over the hidden cells."""
    size = np.abs(values).astype(np.float64)
    scale = max(float(np.median(size[size > 0])) / USUAL, 1.0) if (size > 0).any() else 1.0
    size = np.where(size == 0, EMPTY, size / scale)
    cost: NDArray[np.float64] = EACH + (size if policy.keep_large else np.log1p(size))
    above = np.zeros(layout.size, dtype=np.int64)
    for axis, dimension in enumerate(layout.dimensions):
        codes = layout.codes[:, axis]
        inner = np.unique([p for p in dimension.parents if p >= 0])
        above += np.isin(codes, inner)
        if dimension.name == policy.recent:
            rank = codes / max(len(dimension.categories) - 1, 1)
            cost = cost * (1.0 + (policy.keep_recent - 1.0) * rank)
    cost = cost * policy.keep_totals**above
    cost[(layout.codes == [d.total for d in layout.dimensions]).all(axis=1)] *= GRAND_TOTAL
    return cost
