"""Which cells are worth looking at as secondaries in a flat cross-product: those of the cheapest boxes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ecluse_platform.core.disclosure.suppression.boxes import IMPOSSIBLE, Boxes
from ecluse_platform.core.disclosure.suppression.moves import Need
from ecluse_platform.core.disclosure.suppression.system import Grid, System
from ecluse_platform.core.disclosure.tabular.structure import Flags, Integers

# What each missing unit of a cell's room adds to the cost of a box.
SCARCE = 60.0
# Where no box has room enough, several together may: so many more are looked at.
MORE = 5


def near_columns(system: System, grid: Grid, needs: Sequence[Need], hidden: Flags, boxes: int) -> Integers:
    """Return the cells of the ``boxes`` cheapest boxes of every need, and of a greedy pattern of boxes, in order."""
    chosen: Flags = hidden.copy()
    farthest = max(need.reach for need in needs)
    greedy = Boxes(system, grid, hidden, farthest)
    soft = Boxes(system, grid, hidden, farthest, scarce=SCARCE)
    for need in needs:
        cost = greedy.costs(need)
        best = int(cost.argmin())
        feasible = bool(cost[best] < IMPOSSIBLE)
        if feasible and cost[best] > 0:
            cells = greedy.move(need, best).cells
            chosen[cells] = True
            greedy.free(cells)
        cost = soft.costs(need)
        count = min(boxes if feasible else boxes + MORE, cost.size) - 1
        # Taken by value and then by position: the same on every processor.
        limit = np.partition(cost, count)[count]
        opposites = np.flatnonzero(cost <= min(limit, np.finfo(np.float64).max))[: count + 1]
        chosen[soft.corners(need.cell, opposites)[0].ravel()] = True
    return np.flatnonzero(chosen & ~system.fixed)
