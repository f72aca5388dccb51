"""Box moves of flat cross-products: 2^d corners that change by the same amount leave every margin as it is.

A margin moves with its cells, so the sign does not change across a margin. Counted as z = amount * (-1)^(number of
totals), every box alternates in z, and "may not fall below its least value" applies to one sign of z for even cells and
to the other for odd ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

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
        self._at = np.stack(np.unravel_index(np.arange(system.size), shape))
        # A row for each corner of a box, the cell itself first: along which dimensions it leads away.
        self._leads = np.array(list(product((0, 1), repeat=len(shape))), dtype=np.int64) * np.array(self._strides)
        self._turns = np.where(np.count_nonzero(self._leads, axis=1) % 2, -1, 1)

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
        at = self._at[:, need.cell].tolist()
        rises = (self._sign[need.cell] > 0) == (need.sign == UP)
        tables = self._table[:, need.reach]
        result = _corner_sums(tables[0 if rises else 1], tables[1 if rises else 0], at)
        for axis, position in enumerate(at):
            # A corner in line with the cell makes no box.
            result[(slice(None),) * axis + (position,)] = np.inf
        return result.ravel()

    def corners(self, cell: int, opposites: Integers) -> tuple[Integers, Integers]:
        """Return the cells of each opposite corner's box (a row each, ``cell`` first) and their signs in z."""
        away = self._at[:, opposites] - self._at[:, cell][:, None]
        return cell + (self._leads @ away).T, self._turns

    def move(self, need: Need, opposite: int) -> Move:
        """Return the move of a box, the cell itself first."""
        corners, signs = self.corners(need.cell, np.array([opposite]))
        cells = corners[0]
        amounts = signs * self._sign[cells]
        return Move(cells, (amounts * (amounts[0] * need.sign * need.reach)).astype(np.float64))


def _corner_sums(own: Floats, other: Floats, at: Sequence[int]) -> Floats:
    """Add up, for every opposite corner, what the other corners cost: those that turn as the cell does, and the others.

    Along each dimension in turn a corner stays with the cell or leads away: what is common to many boxes is added once.
    """

    def total(here: Floats, turned: Floats, axis: int, *, led: bool) -> Floats:
        if axis == here.ndim:
            return here if led else np.zeros_like(here)
        stays = (slice(None),) * axis + (slice(at[axis], at[axis] + 1),)
        return total(here[stays], turned[stays], axis + 1, led=led) + total(turned, here, axis + 1, led=True)

    return total(own, other, 0, led=False)
