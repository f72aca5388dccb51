"""Box moves of flat cross-products: 2^d corners that change by the same amount leave every margin as it is.

A margin moves with its cells, so the sign does not change across a margin. Counted as z = amount * (-1)^(number of
totals), every box alternates in z, and "may not fall below its least value" applies to one sign of z for even cells and
to the other for odd ones.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np

from ecluse_platform.core.disclosure.suppression.moves import UP, Floats, Move, Need
from ecluse_platform.core.disclosure.suppression.system import Grid, System
from ecluse_platform.core.disclosure.tabular.structure import Flags, Integers

# What a cell costs that is out already.
IMPOSSIBLE = 1e12
# What each unit adds that a cell is too small for: where no box has room enough, several together may.
SCARCE = 60.0


class Boxes:
    """The cost of every box around a cell, kept up to date while cells become free."""

    def __init__(self, system: System, grid: Grid, free: Flags, farthest: int) -> None:
        """Prepare boxes for moves up to ``farthest``; moving a cell of ``free`` costs nothing."""
        self._grid = grid
        shape = grid.shape
        self._strides = [int(np.prod(shape[axis + 1 :], dtype=np.int64)) for axis in range(len(shape))]
        margins = sum(
            (np.indices(shape)[axis] == total for axis, total in enumerate(grid.totals)),
            np.zeros(shape, dtype=np.int64),
        )
        self._sign = np.where(margins % 2, -1, 1).ravel()
        reach = np.arange(farthest + 1)[:, None]
        self._lacking = SCARCE * np.maximum(reach - (system.values - system.least)[None, :], 0)
        self._fixed = system.fixed
        # costs[z][w]: the cells move by w, with z rising (0) or falling (1).
        self._costs = np.zeros((2, farthest + 1, system.size))
        self.price(np.arange(system.size), np.where(free, 0.0, system.costs))
        self._table = self._costs.reshape(2, farthest + 1, *shape)
        axes = range(len(shape))
        sides = [side for size in range(1, len(shape) + 1) for side in combinations(axes, size)]
        # For each side of a box: whether its size is odd, and along which dimensions it leads away from the cell.
        self._sides = [(len(side) & 1, [axis in side for axis in axes]) for side in sides]

    def price(self, cells: Integers, prices: Floats | float) -> None:
        """Set what moving these cells costs, as far as their room allows."""
        cost = np.where(self._fixed[cells], IMPOSSIBLE, prices)
        falling = cost + self._lacking[:, cells]
        rising = np.broadcast_to(cost, falling.shape)
        negative = self._sign[cells] < 0
        self._costs[0][:, cells] = np.where(negative, falling, rising)
        self._costs[1][:, cells] = np.where(negative, rising, falling)

    def costs(self, need: Need) -> Floats:
        """Return what the box costs for each opposite corner (flat)."""
        shape = self._grid.shape
        at = np.unravel_index(need.cell, shape)
        rises = (self._sign[need.cell] > 0) == (need.sign == UP)
        total: Floats | None = None
        tables = self._table[:, need.reach]
        along = slice(None)
        here = [slice(int(position), int(position) + 1) for position in at]
        for odd, leads in self._sides:
            part = tables[(0 if rises else 1) ^ odd][
                tuple([along if away else stays for away, stays in zip(leads, here, strict=True)])
            ]
            total = part if total is None else total + part
        result: Floats = np.array(total)
        for axis, position in enumerate(at):
            # A corner in line with the cell makes no box.
            result[(slice(None),) * axis + (position,)] = np.inf
        return result.ravel()

    def corners(self, cell: int, opposites: Integers) -> tuple[Integers, Integers]:
        """Return the cells of each opposite corner's box (a row each, ``cell`` first) and their signs in z."""
        shape = self._grid.shape
        here, there = np.unravel_index(cell, shape), np.unravel_index(opposites, shape)
        cells, signs = np.full((opposites.size, 1), cell), np.array([1])
        for axis, stride in enumerate(self._strides):
            away = (there[axis] - here[axis]) * stride
            cells = np.concatenate([cells, cells + away[:, None]], axis=1)
            signs = np.concatenate([signs, -signs])
        return cells, signs

    def move(self, need: Need, opposite: int) -> Move:
        """Return the move of a box, the cell itself first."""
        corners, signs = self.corners(need.cell, np.array([opposite]))
        cells = corners[0]
        amounts = signs * self._sign[cells]
        return Move(cells, (amounts * (amounts[0] * need.sign * need.reach)).astype(np.float64))
