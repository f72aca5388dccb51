"""One linear programme for many atoms: a table in which hundreds of them are at the end of their interval at once."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence

import highspy
import numpy as np
from scipy.sparse import csc_matrix, csr_matrix, hstack, identity, vstack

from ecluse_platform.core.disclosure.history.exchanges import Basis
from ecluse_platform.core.disclosure.suppression.moves import UP, Floats, Need
from ecluse_platform.core.disclosure.suppression.programme import HIGHEST, NOISE, quiet_solver
from ecluse_platform.core.disclosure.tabular.structure import Integers

# Aims of one programme: with more, each gets a share of what there is and none gets enough.
AIMS = 300
# A sweep that meets less than this share of its aims is the last one of its size; then fewer aims are taken.
FAIR = 0.2
FEWEST = 30
# Moving what is no aim costs a little, so that nothing moves for nothing.
_CHEAP = 1e-4
# Common denominators that are tried to make a corner of the programme whole.
_DENOMINATORS = (1, 2, 3, 4, 6, 12, 60)


class Sweeper:
    """Looks for changes of atoms that meet many needs together."""

    def __init__(self, basis: Basis, room: Integers, hidden: csr_matrix) -> None:
        """Take a basis, how far each atom and then each hidden cell may fall, and the hidden cells' atoms."""
        self._basis = basis
        unit = csc_matrix(identity(basis.others.size))
        every = basis.moves(unit)
        # What changing each other atom by one changes in the atoms of the basis and in hidden cells.
        self._rows = csc_matrix(vstack([every[basis.chosen], hidden @ every]))
        atoms = basis.chosen.size + basis.others.size
        self._least = -np.concatenate([room[basis.chosen], room[atoms:]]).astype(np.float64)
        self._room = room[basis.others].astype(np.float64)
        self._place = np.full(atoms, -1, dtype=np.int64)
        self._place[basis.others] = np.arange(basis.others.size)

    def moves(self, needs: Sequence[Need], met: Container[Need]) -> Iterator[csc_matrix]:
        """Yield changes of all atoms, one column each, until all needs of other atoms are met or few are any more.

        ``met`` holds the needs that what was yielded before meets.
        """
        waiting = [need for need in needs if need.cell < self._place.size and self._place[need.cell] >= 0]
        for sign in (UP, -UP):
            width, left = AIMS, [need for need in waiting if need.sign == sign]
            while left and width >= FEWEST:
                # Spread over the whole list: neighbours compete for the same persons.
                aims = left[:: max(1, len(left) // width)][:width]
                move = self._together(aims)
                if move is not None:
                    yield move
                still = [need for need in left if need not in met]
                if len(left) - len(still) < FAIR * len(aims):
                    width //= 2
                left = still

    def _together(self, aims: Sequence[Need]) -> csc_matrix | None:
        """Maximise the share of each aim that is met, all at the same time; aims have one direction."""
        at = self._place[[need.cell for need in aims]]
        reach = np.array([need.reach for need in aims], dtype=np.float64)
        sign = 1.0 if aims[0].sign == UP else -1.0
        size = self._room.size
        uppers = np.concatenate([np.full(size, HIGHEST), self._room, reach])
        # An aim moves in its own direction only, up to its end.
        uppers[at] = 0.0
        uppers[at + size] = 0.0
        costs = np.concatenate([np.full(2 * size, _CHEAP), -1.0 / reach])
        matrix = csc_matrix(hstack([self._rows, -self._rows, sign * self._rows[:, at]]))
        amounts = _solve(matrix, costs, uppers, self._least)
        if amounts is None:
            return None
        change = amounts[:size] - amounts[size : 2 * size]
        np.add.at(change, at, sign * amounts[2 * size :])
        return self._basis.moves(csc_matrix(_made_whole(change)[:, None]))


def _made_whole(change: Floats) -> Floats:
    """Return a multiple that is whole, or, where no small one is, the nearest whole numbers."""
    for times in _DENOMINATORS:
        whole: Floats = np.rint(times * change)
        if (np.abs(whole - times * change) < times * 10 * NOISE).all():
            return whole
    return np.rint(change)


def _solve(matrix: csc_matrix, costs: Floats, uppers: Floats, least: Floats) -> Floats | None:
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = costs.size, matrix.shape[0]
    model.col_cost_, model.col_lower_, model.col_upper_ = costs, np.zeros(costs.size), uppers
    model.row_lower_, model.row_upper_ = least, np.full(least.size, highspy.kHighsInf)
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_, model.a_matrix_.index_ = matrix.indptr, matrix.indices
    model.a_matrix_.value_ = matrix.data
    solver = quiet_solver(presolve="choose")
    solver.passModel(model)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    return np.array(solver.getSolution().col_value)
