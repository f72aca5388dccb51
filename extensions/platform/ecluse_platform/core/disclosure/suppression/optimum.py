"""The cheapest pattern of a small table, proven: an integer programme chooses cells and learns from its failures.

For a choice of hidden cells, a linear programme tells how far each primary cell can move. Where that is not far enough,
its dual says which other cells would have helped: "hide one of these" becomes a row of the integer programme, which
chooses again. When every cell moves far enough, the choice is the cheapest there is (Benders; Fischetti and Salazar).
Moves of other cells are taken to be at most ``FARTHEST`` times as long as the one asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import highspy
import numpy as np
from scipy.sparse import csc_matrix, hstack, vstack

from ecluse_platform.core.disclosure.suppression.moves import UP, Floats, Move, Need
from ecluse_platform.core.disclosure.suppression.programme import NOISE, quiet_solver
from ecluse_platform.core.disclosure.suppression.system import System
from ecluse_platform.core.disclosure.tabular.structure import Flags, Integers

FARTHEST = 20
# A move may miss its reach by the solver's error, not by more.
ENOUGH = 1e-6
# Nodes of one integer programme; the rows are few, so that most need one.
NODES = 200


@dataclass(frozen=True, eq=False)
class Choice:
    """A choice of hidden cells, the move of each need, and what the secondary cells cost.

    ``proven`` says that no pattern costs less; else rounds ran out, ``moves`` is empty and ``cost`` is a lower bound.
    """

    hidden: Flags
    moves: dict[Need, Move]
    cost: float
    proven: bool


def cheapest(system: System, needs: Sequence[Need], base: Flags, rounds: int) -> Choice | None:
    """Search for the cheapest pattern in at most ``rounds`` choices; None where there is none or it is hard to find."""
    free: Flags = (base | system.unpublished) & ~system.fixed
    reaches = _Reaches(system, free)
    choices = _Choices(system, reaches.cells, free)
    hidden = free.copy()
    bound = 0.0
    for _ in range(rounds):
        moves, rows = reaches.judge(needs, hidden)
        if not rows:
            return Choice(hidden & ~system.unpublished, moves, bound, proven=True)
        if any(not row.any() for row, _ in rows):
            return None
        chosen = choices.again(rows)
        if chosen is None:
            return None
        hidden, bound = chosen
    return Choice(hidden & ~system.unpublished, {}, bound, proven=False)


class _Reaches:
    """How far cells can move when some cells are hidden, and which others would help."""

    def __init__(self, system: System, free: Flags) -> None:
        self.cells: Integers = np.flatnonzero(~system.fixed)
        self._size = self.cells.size
        self._free = free
        rows = vstack([system.equalities, system.inequalities], format="csr")[:, self.cells]
        slack = np.concatenate([np.zeros(system.equalities.shape[0]), system.inequalities @ system.values])
        bounded = np.arange(rows.shape[0]) >= system.equalities.shape[0]
        self._slack = np.where(bounded, slack, 0.0)
        self._room = (system.values - system.least)[self.cells].astype(np.float64)
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = 2 * self._size, rows.shape[0]
        model.col_cost_, model.col_lower_ = np.zeros(2 * self._size), np.zeros(2 * self._size)
        model.col_upper_ = np.zeros(2 * self._size)
        model.row_lower_, model.row_upper_ = -self._slack, np.where(bounded, highspy.kHighsInf, 0.0)
        matrix = csc_matrix(hstack([rows, -rows]))
        model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        model.a_matrix_.start_, model.a_matrix_.index_ = matrix.indptr, matrix.indices
        model.a_matrix_.value_ = matrix.data.astype(np.float64)
        self._solver = quiet_solver()
        self._solver.passModel(model)

    def judge(self, needs: Sequence[Need], hidden: Flags) -> tuple[dict[Need, Move], list[tuple[Floats, float]]]:
        """Return the moves of needs that are met, and a row for each other: weights of cells, and their least sum."""
        moves: dict[Need, Move] = {}
        rows: list[tuple[Floats, float]] = []
        inside = hidden[self.cells]
        both = np.arange(2 * self._size, dtype=np.int32)
        for need in needs:
            far = np.concatenate([np.full(self._size, float(FARTHEST * need.reach)), self._room])
            far = np.minimum(far, FARTHEST * need.reach)
            place = int(np.searchsorted(self.cells, need.cell))
            asked, other = (place, place + self._size) if need.sign == UP else (place + self._size, place)
            far[asked], far[other] = float(need.reach), 0.0
            self._solver.changeColsBounds(both.size, both, np.zeros(both.size), np.where(np.tile(inside, 2), far, 0.0))
            self._solver.changeColCost(asked, -1.0)
            self._solver.run()
            solution = self._solver.getSolution()
            amounts, duals = np.array(solution.col_value), np.array(solution.col_dual)
            slack = float(self._slack @ np.abs(np.array(solution.row_dual)))
            self._solver.changeColCost(asked, 0.0)
            if amounts[asked] >= need.reach - ENOUGH:
                moved = amounts[: self._size] - amounts[self._size :]
                at = np.flatnonzero(np.abs(moved) > NOISE)
                moves[need] = Move(self.cells[at], moved[at])
                continue
            helps = np.maximum(-duals, 0.0) * far
            weights = helps[: self._size] + helps[self._size :]
            weights[weights < ENOUGH] = 0.0
            always = self._free[self.cells]
            least = need.reach - slack - float(weights[always].sum())
            weights = np.where(always, 0.0, np.minimum(weights, max(least, 0.0)))
            rows.append((weights / max(least, ENOUGH), 1.0 - ENOUGH))
        return moves, rows


class _Choices:
    """The integer programme: which cells to hide at least cost, with the rows learnt so far."""

    def __init__(self, system: System, cells: Integers, free: Flags) -> None:
        self._cells = cells
        self._free = free
        self._open = np.flatnonzero(~free[cells])
        self._solver = quiet_solver(presolve="on")
        for option, value in (("mip_max_nodes", NODES), ("mip_rel_gap", ENOUGH)):
            self._solver.setOptionValue(option, value)
        costs = system.costs[cells[self._open]]
        for number, cost in enumerate(costs.tolist()):
            self._solver.addCol(cost, 0.0, 1.0, 0, np.empty(0, dtype=np.int32), np.empty(0))
            self._solver.changeColIntegrality(number, highspy.HighsVarType.kInteger)

    def again(self, rows: Sequence[tuple[Floats, float]]) -> tuple[Flags, float] | None:
        """Add rows and choose again; return the hidden cells and a bound on the cost, None if no choice is left."""
        for weights, least in rows:
            values = weights[self._open]
            used = np.flatnonzero(values).astype(np.int32)
            self._solver.addRow(least, highspy.kHighsInf, used.size, used, values[used])
        self._solver.run()
        if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        chosen = np.array(self._solver.getSolution().col_value) > 1 / 2
        hidden = self._free.copy()
        hidden[self._cells[self._open[chosen]]] = True
        return hidden, float(self._solver.getInfo().mip_dual_bound)
