"""One linear programme for many atoms: a table in which hundreds of them are at the end of their interval at once."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from fractions import Fraction

import highspy
import numpy as np
from scipy.sparse import csc_matrix, csr_matrix, hstack, identity, vstack

from ecluse_platform.core.disclosure.history.exchanges import Basis
from ecluse_platform.core.disclosure.suppression.certificates import LARGEST_COMMON, LARGEST_DENOMINATOR, NEAR
from ecluse_platform.core.disclosure.suppression.moves import DOWN, UP, Floats, Need
from ecluse_platform.core.disclosure.suppression.programme import HIGHEST, quiet_solver
from ecluse_platform.core.disclosure.tabular.structure import Integers

# Aims of one programme: with more, each gets a share of what there is and none gets enough.
AIMS = 300
# A sweep that meets less than this share of its aims is in vain: the next has half as many, and others. Some corners
# are of fractions that no small number makes whole; the last of so many sweeps in vain is the last one.
FAIR = 0.2
FEWEST = 30
IN_VAIN = 6
# Moving what is no aim costs a little, so that nothing moves for nothing.
_CHEAP = 1e-4


class Sweeper:
    """Looks for changes of atoms that meet many needs together."""

    def __init__(self, basis: Basis, room: Integers, hidden: csr_matrix) -> None:
        """Take a basis, how far each atom and then each hidden cell may fall, and the hidden cells' atoms."""
        self._basis = basis
        every = basis.moves(csc_matrix(identity(basis.others.size)))
        # What changing each other atom by one changes in the atoms of the basis and in hidden cells.
        self._rows = csc_matrix(vstack([every[basis.chosen], hidden @ every]))
        atoms = basis.chosen.size + basis.others.size
        bound = np.concatenate([basis.chosen, np.arange(atoms, room.size)])
        self._least = -room[bound].astype(np.float64)
        self._room = room[basis.others].astype(np.float64)
        # Columns are numbered from 0, rows downwards from -1.
        self._place = np.zeros(room.size, dtype=np.int64)
        self._place[basis.others] = np.arange(basis.others.size)
        self._place[bound] = -1 - np.arange(bound.size)

    def moves(self, needs: Sequence[tuple[int, Need]], met: Container[Need]) -> Iterator[csc_matrix]:
        """Yield changes of all atoms, one column each, until all needs are met or few are any more.

        Needs come with their place among atoms and hidden cells; ``met`` holds those that what was yielded meets.
        """
        for sign in (UP, DOWN):
            width, left, vain = (
                AIMS,
                [(place, need) for place, need in needs if need.sign == sign and need not in met],
                0,
            )
            while left and vain < IN_VAIN:
                # Spread over the whole list: neighbours compete for the same persons.
                step = max(1, len(left) // width)
                aims = left[vain % step :: step][:width]
                move = self._together(aims, sign)
                if move is not None:
                    yield move
                still = [(place, need) for place, need in left if need not in met]
                worthwhile = len(left) - len(still) >= FAIR * len(aims)
                vain = 0 if worthwhile else vain + 1
                width = min(AIMS, 2 * width) if worthwhile else max(FEWEST, width // 2)
                left = still

    def _together(self, aims: Sequence[tuple[int, Need]], sign: int) -> csc_matrix | None:
        """Maximise the share of each aim that is met, all at the same time; aims have one direction."""
        place = self._place[[at for at, _ in aims]]
        reach = np.array([need.reach for _, need in aims], dtype=np.float64)
        size, rows = self._room.size, self._least.size
        at, below = place[place >= 0], -1 - place[place < 0]
        lower, upper = self._least.copy(), np.full(rows, highspy.kHighsInf)
        # A row that is aimed at moves by what its aim has at least, and no farther than it may.
        if sign == UP:
            lower[below] = 0.0
        else:
            lower[below] += reach[place < 0]
            upper[below] = 0.0
        aimed = csc_matrix((np.full(below.size, -float(sign)), (below, np.arange(below.size))), (rows, below.size))
        matrix = csc_matrix(hstack([self._rows, -self._rows, sign * self._rows[:, at], aimed]))
        uppers = np.concatenate([np.full(size, HIGHEST), self._room, reach[place >= 0], reach[place < 0]])
        # A column that is aimed at moves in its own direction only, up to its end.
        uppers[at] = 0.0
        uppers[at + size] = 0.0
        costs = np.concatenate([np.full(2 * size, _CHEAP), -1.0 / uppers[2 * size :]])
        amounts = _solve(matrix, costs, uppers, (lower, upper))
        if amounts is None:
            return None
        change = amounts[:size] - amounts[size : 2 * size]
        np.add.at(change, at, sign * amounts[2 * size : 2 * size + at.size])
        return self._basis.moves(csc_matrix(_made_whole(change)[:, None]))


def _made_whole(change: Floats) -> Floats:
    """Return a multiple that is whole; where only a large one is, the nearest whole numbers, which may not fit."""
    common = 1
    while common <= LARGEST_COMMON:
        broken = np.flatnonzero(np.abs(np.rint(common * change) - common * change) > NEAR)
        if not broken.size:
            return np.rint(common * change)
        part = Fraction(float(common * change[broken[0]])).limit_denominator(LARGEST_DENOMINATOR)
        common *= max(part.denominator, 2)
    return np.rint(change)


def _solve(matrix: csc_matrix, costs: Floats, uppers: Floats, rows: tuple[Floats, Floats]) -> Floats | None:
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = costs.size, matrix.shape[0]
    model.col_cost_, model.col_lower_, model.col_upper_ = costs, np.zeros(costs.size), uppers
    model.row_lower_, model.row_upper_ = rows
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_, model.a_matrix_.index_ = matrix.indptr, matrix.indices
    model.a_matrix_.value_ = matrix.data
    solver = quiet_solver(presolve="choose")
    solver.passModel(model)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    return np.array(solver.getSolution().col_value)
