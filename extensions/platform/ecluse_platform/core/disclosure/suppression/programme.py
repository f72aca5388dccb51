"""The linear programme behind every move: the cheapest change of hidden cells that takes one cell far enough.

The model is built once. Each run starts from the logical basis (every row basic, every column at 0): with costs >= 0 it
is dual feasible for whatever cell is asked, so that the dual simplex method only repairs the cell's surroundings. This
is ten times faster than starting from the answer to the last question.
"""

from __future__ import annotations

import highspy
import numpy as np
from scipy.sparse import csc_matrix, csr_matrix, hstack, vstack

from ecluse_platform.core.disclosure.suppression.moves import UP, Floats, Move, Need
from ecluse_platform.core.disclosure.suppression.system import System
from ecluse_platform.core.disclosure.tabular.structure import Flags, Integers

# A cell may rise by no more than this many units: hidden cells have no other upper bound.
HIGHEST = 1e5
# Amounts are counted in units that make the asked reach at most this: sums in cents stay within what floats resolve.
FINEST = 512
# Moving hidden cells costs this share of the cheapest other cell: at no cost at all, the simplex method loses itself
# among them.
CHEAP = 0.1
# Below this, an amount is the solver's noise.
NOISE = 1e-7


class Programme:
    """Asks HiGHS for moves over some candidate cells; ``cells`` never holds a fixed cell."""

    def __init__(self, system: System, cells: Integers, free: Flags) -> None:
        """Build the model; moving a cell of ``free`` costs next to nothing."""
        self.cells = cells
        self.runs = 0
        self._size = size = cells.size
        self._place = np.full(system.size, -1, dtype=np.int64)
        self._place[cells] = np.arange(size)
        self._prices = system.costs[cells]
        self._room = (system.values - system.least)[cells]
        rows, self._slack, self._bounded = _rows(system, cells)
        self._unit = 1
        self._banned: Flags = np.zeros(size, dtype=bool)
        self._solver = quiet_solver()
        self._cheap = CHEAP * float(self._prices.min(initial=1.0))
        costs = np.where(free[cells], self._cheap, self._prices)
        row_uppers = np.where(self._bounded, highspy.kHighsInf, 0.0)
        bounds = (self._lowers(rows.shape[0]), row_uppers)
        self._solver.passModel(_model(rows, np.tile(costs, 2), self._uppers(), bounds))
        self._start = _logical_basis(2 * size, rows.shape[0])
        self._upper = self._uppers()

    def price(self, cells: Integers, *, free: bool) -> None:
        """Set whether moving these candidate cells costs next to nothing, or what hiding them costs."""
        place = self._place[cells]
        costs = np.full(place.size, self._cheap) if free else self._prices[place]
        both = np.concatenate([place, place + self._size]).astype(np.int32)
        self._solver.changeColsCost(both.size, both, np.tile(costs, 2))

    def ban(self, cells: Integers, *, banned: bool) -> None:
        """Keep candidate cells from moving, or let them move again."""
        place = self._place[cells]
        place = place[place >= 0]
        self._banned[place] = banned
        self._upper = self._uppers()
        self._restore(place)

    def candidate(self, cell: int) -> bool:
        """Say whether the cell is one of the candidates."""
        return bool(self._place[cell] >= 0)

    def move(self, *needs: Need) -> Move | None:
        """Return the cheapest move that takes every one of these cells as far as needed, or None where there is none.

        No two needs may be about the same cell.
        """
        self._set_unit(max(need.reach for need in needs))
        places = [int(self._place[need.cell]) for need in needs]
        solver = self._solver
        for place, need in zip(places, needs, strict=True):
            asked, other = (place, place + self._size) if need.sign == UP else (place + self._size, place)
            reach = float(-(-need.reach // self._unit))
            solver.changeColBounds(asked, reach, max(reach, float(self._upper[asked])))
            solver.changeColBounds(other, 0.0, 0.0)
        solver.setBasis(self._start)
        solver.run()
        self.runs += 1
        found = None
        if solver.getModelStatus() == highspy.HighsModelStatus.kOptimal:
            solution = np.array(solver.getSolution().col_value)
            amounts = solution[: self._size] - solution[self._size :]
            moved = np.flatnonzero(np.abs(amounts) > NOISE)
            found = Move(self.cells[moved], amounts[moved])
        self._restore(np.array(places))
        return found

    def _restore(self, place: Integers) -> None:
        both = np.concatenate([place, place + self._size]).astype(np.int32)
        self._solver.changeColsBounds(both.size, both, np.zeros(both.size), self._upper[both])

    def _set_unit(self, reach: int) -> None:
        unit = 1
        while reach > FINEST * unit:
            unit *= 2
        if unit == self._unit:
            return
        self._unit = unit
        self._upper = self._uppers()
        self._restore(np.arange(self._size))
        if self._bounded.any():
            lowers = self._lowers(self._bounded.size)
            for row in np.flatnonzero(self._bounded).tolist():
                self._solver.changeRowBounds(row, lowers[row], highspy.kHighsInf)

    def _uppers(self) -> Floats:
        """Return the most that each cell may rise, then fall, in units; rounded to the safe side."""
        falls = np.minimum(self._room // self._unit, HIGHEST).astype(np.float64)
        uppers = np.concatenate([np.full(self._size, HIGHEST), np.maximum(falls, 0.0)])
        uppers[np.tile(self._banned, 2)] = 0.0
        return uppers

    def _lowers(self, rows: int) -> Floats:
        lowers = np.zeros(rows)
        lowers[self._bounded] = -(self._slack[self._bounded] // self._unit)
        return lowers


def quiet_solver(presolve: str = "off") -> highspy.Highs:
    """Return a solver that prints nothing and whose path does not depend on the machine."""
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    for option, value in (("output_flag", False), ("threads", 1), ("presolve", presolve)):
        solver.setOptionValue(option, value)
    return solver


def _rows(system: System, cells: Integers) -> tuple[csr_matrix, Integers, Flags]:
    """Return the rows that touch the cells, the slack of each, and which are inequalities."""
    rows = vstack([system.equalities, system.inequalities], format="csr")
    slack = np.concatenate(
        [np.zeros(system.equalities.shape[0], dtype=np.int64), system.inequalities @ system.values]
    ).astype(np.int64)
    bounded = np.arange(rows.shape[0]) >= system.equalities.shape[0]
    chosen = rows[:, cells]
    touched = np.diff(chosen.indptr) > 0
    return chosen[touched], slack[touched], bounded[touched]


def _model(rows: csr_matrix, costs: Floats, uppers: Floats, bounds: tuple[Floats, Floats]) -> highspy.HighsLp:
    """Two columns for each cell, its rise and its fall."""
    matrix = csc_matrix(hstack([rows, -rows]))
    model = highspy.HighsLp()
    model.num_col_ = costs.size
    model.num_row_ = rows.shape[0]
    model.col_cost_ = costs
    model.col_lower_ = np.zeros(costs.size)
    model.col_upper_ = uppers
    model.row_lower_, model.row_upper_ = bounds
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = matrix.indptr
    model.a_matrix_.index_ = matrix.indices
    model.a_matrix_.value_ = matrix.data.astype(np.float64)
    return model


def _logical_basis(columns: int, rows: int) -> highspy.HighsBasis:
    basis = highspy.HighsBasis()
    basis.valid = True
    basis.col_status = [highspy.HighsBasisStatus.kLower] * columns
    basis.row_status = [highspy.HighsBasisStatus.kBasic] * rows
    return basis
