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

IMPOSSIBLE = 1e12


class Boxes:
    """The cost of every box around a cell, kept up to date while cells become free."""

    def __init__(self, system: System, grid: Grid, free: Flags, farthest: int, *, scarce: float = 0.0) -> None:
        """Prepare boxes for moves up to ``farthest``.

        A cell too small for a move makes its boxes impossible, or dearer by ``scarce`` for each unit that it lacks.
        """
        self._grid = grid
        self._farthest = farthest
        shape = grid.shape
        self._strides = [int(np.prod(shape[axis + 1 :], dtype=np.int64)) for axis in range(len(shape))]
        margins = sum(
            (np.indices(shape)[axis] == total for axis, total in enumerate(grid.totals)),
            np.zeros(shape, dtype=np.int64),
        )
        self._sign = np.where(margins % 2, -1, 1).ravel()
        self._room = system.values - system.least
        cost = np.where(system.fixed, IMPOSSIBLE, np.where(free, 0.0, system.costs))
        reach = np.arange(farthest + 1)[:, None]
        lacking = np.maximum(reach - self._room[None, :], 0)
        falling = cost + np.where(lacking > 0, lacking * scarce if scarce else IMPOSSIBLE, 0.0)
        rising = np.broadcast_to(cost, falling.shape)
        # costs[z][w]: the cells move by w, with z rising (0) or falling (1).
        self._costs = np.stack([np.where(self._sign < 0, falling, rising), np.where(self._sign > 0, falling, rising)])
        self._table = self._costs.reshape(2, farthest + 1, *shape)
        axes = range(len(shape))
        sides = [side for size in range(1, len(shape) + 1) for side in combinations(axes, size)]
        # For each side of a box: whether its size is odd, and along which dimensions it leads away from the cell.
        self._sides = [(len(side) & 1, [axis in side for axis in axes]) for side in sides]

    def free(self, cells: Integers) -> None:
        """Make moving these cells cost nothing, as far as their room allows."""
        for cell in cells.tolist():
            within = int(min(self._room[cell], self._farthest)) + 1
            falls = 1 if self._sign[cell] > 0 else 0
            self._costs[falls, :within, cell] = 0.0
            self._costs[1 - falls, :, cell] = 0.0

    def cheapen(self, cells: Integers, by: Floats) -> None:
        """Lower what moving these cells costs, whatever the room."""
        self._costs[:, :, cells] -= by

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

    def inside(self, need: Need) -> Move | None:
        """Return a box that costs nothing, if there is one."""
        if need.reach > self._farthest:
            return None
        cost = self.costs(need)
        opposite = int(cost.argmin())
        return self.move(need, opposite) if cost[opposite] <= 0 else None
