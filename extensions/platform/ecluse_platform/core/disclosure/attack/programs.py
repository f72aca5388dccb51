"""One linear program per group of cells that hang together, asked many questions without being built again."""

from __future__ import annotations

import highspy
import numpy as np
from scipy.sparse import bmat, csc_matrix, csr_matrix, hstack, identity

from ecluse_platform.core.disclosure.attack.propagation import TOLERANCE, InconsistentPublication
from ecluse_platform.core.disclosure.attack.publication import Reals
from ecluse_platform.core.disclosure.tabular.structure import Integers

# Numbers are scaled down to about this, so that the solver's absolute tolerances mean something for sums of cents.
LARGEST = 1e7
# How far a table that is possible may be stretched away from another one.
STRETCH = 1e6
# A direction that nothing stops changes no sum by more than this, when the cells that count move by one step.
NOISE = 1e-9
MOVED = 0.5
# Some table is possible whenever this is asked, so that the second means the first.
UNBOUNDED = {highspy.HighsModelStatus.kUnbounded, highspy.HighsModelStatus.kUnboundedOrInfeasible}


class Program:
    """The tables that are possible within one component, and what was seen of them so far.

    ``seen_low`` and ``seen_high`` are ends that some possible table reaches: the attacker's interval holds them.
    """

    def __init__(self, rows: csr_matrix, row_low: Reals, row_high: Reals, low: Reals, high: Reals) -> None:
        numbers = np.concatenate([np.abs(end[np.isfinite(end)]) for end in (low, high, row_low, row_high)])
        self.scale = float(2.0 ** max(0.0, np.ceil(np.log2(max(numbers.max(initial=0.0), 1.0) / LARGEST))))
        self.rows = rows
        self.low, self.high = low / self.scale, high / self.scale
        self.row_low, self.row_high = row_low / self.scale, row_high / self.scale
        self._direct = new_model(rows, self.row_low, self.row_high, self.low, self.high, np.zeros(low.size))
        self._detours: highspy.Highs | None = None
        start = self._solve(self._direct)
        if start is None:
            raise InconsistentPublication
        self._start: Reals = start
        self._seen_low: Reals = start.copy()
        self._seen_high: Reals = start.copy()

    @property
    def seen_low(self) -> Reals:
        """Return the least value that each cell has in a possible table seen so far."""
        return self._seen_low * self.scale

    @property
    def seen_high(self) -> Reals:
        """Return the largest value that each cell has in a possible table seen so far."""
        return self._seen_high * self.scale

    def extreme(self, cell: int, *, up: bool) -> None:
        """Find the end of a cell's interval: afterwards it is the end seen. An end without bound is infinite.

        A solver that does not finish leaves the end as seen: the interval is then told too narrow, never too wide.
        """
        self._direct.changeColCost(cell, -1.0 if up else 1.0)
        table = self._solve(self._direct, cell=cell, up=up)
        self._direct.changeColCost(cell, 0.0)
        if table is not None:
            self._see(table)

    def endless(self, cells: Integers, *, up: bool) -> None:
        """Find which of some cells have no end in a direction; afterwards theirs is the infinite end seen.

        Possible tables without end lie along the directions in which nothing stops them. These add up, so that one
        question finds a direction in which every cell moves that moves in any. Cells that are not found may have no
        end all the same: each is then asked for by itself.
        """
        sign = 1.0 if up else -1.0
        size, count = self.low.size, cells.size
        stops = np.where(np.isfinite(self.low), 0.0, -np.inf), np.where(np.isfinite(self.high), 0.0, np.inf)
        row_stops = np.where(np.isfinite(self.row_low), 0.0, -np.inf), np.where(np.isfinite(self.row_high), 0.0, np.inf)
        # Beside each cell that is asked for stands what counts of its movement: one step at most.
        steps = csr_matrix((np.full(count, sign), (np.arange(count), cells)), shape=(count, size))
        rows = csr_matrix(bmat([[self.rows, None], [steps, -identity(count)]]))
        model = new_model(
            rows,
            np.concatenate([row_stops[0], np.zeros(count)]),
            np.concatenate([row_stops[1], np.full(count, np.inf)]),
            np.concatenate([stops[0], np.zeros(count)]),
            np.concatenate([stops[1], np.ones(count)]),
            np.concatenate([np.zeros(size), np.full(count, -1.0)]),
        )
        found = self._solve(model)
        if found is None:
            return
        direction = found[:size]
        direction[np.abs(direction) < TOLERANCE] = 0.0
        across = self.rows @ direction
        kept = (across >= row_stops[0] - NOISE) & (across <= row_stops[1] + NOISE)
        if kept.all() and ((direction >= stops[0]) & (direction <= stops[1])).all():
            moved = cells[sign * direction[cells] >= MOVED]
            (self._seen_high if up else self._seen_low)[moved] = np.inf if up else -np.inf

    def reach(self, cells: Integers, *, up: bool, ends: Reals) -> None:
        """Look for one table in which the cells together come as near as can be to their ends."""
        # Beyond its end a cell gains nothing: its bound is moved there while the question is asked.
        ends = ends / self.scale
        bound_low, bound_high = self.low[cells].copy(), self.high[cells].copy()
        if up:
            limits = bound_low, np.minimum(bound_high, np.maximum(ends, self._start[cells]))
        else:
            limits = np.maximum(bound_low, np.minimum(ends, self._start[cells])), bound_high
        index = cells.astype(np.int32)
        cost = np.full(cells.size, -1.0 if up else 1.0)
        self._direct.changeColsBounds(index.size, index, *limits)
        self._direct.changeColsCost(index.size, index, cost)
        table = self._solve(self._direct)
        self._direct.changeColsBounds(index.size, index, bound_low, bound_high)
        self._direct.changeColsCost(index.size, index, np.zeros(index.size))
        if table is not None:
            self._see(table)

    def detour(self, cell: int, end: float) -> bool:
        """Look for a possible table that puts a cell at an end and differs little from one that is known.

        Much cheaper than an extreme: the solver starts from no change at all and repairs the neighbourhood.
        """
        model = self._detours or self._changes()
        self._detours = model
        move = end / self.scale - self._start[cell]
        column, opposite = (cell, cell + self.low.size) if move > 0 else (cell + self.low.size, cell)
        room = (self.high[cell] - self._start[cell], self._start[cell] - self.low[cell])
        here, there = room if move > 0 else room[::-1]
        if abs(move) > here + TOLERANCE:
            return False
        model.changeColBounds(column, abs(move), max(abs(move), here))
        model.changeColBounds(opposite, 0.0, 0.0)
        model.setBasis(self._still)
        change = self._solve(model)
        model.changeColBounds(column, 0.0, max(0.0, here))
        model.changeColBounds(opposite, 0.0, max(0.0, there))
        if change is None:
            return False
        size = self.low.size
        self._see(self._start + change[:size] - change[size:])
        return True

    def _changes(self) -> highspy.Highs:
        """Build the program of changes of the known table, as what is added and what is taken away."""
        size = self.low.size
        at = self.rows @ self._start
        doubled = csr_matrix(hstack([self.rows, -self.rows]))
        room = np.maximum(np.concatenate([self.high - self._start, self._start - self.low]), 0.0)
        row_low, row_high = np.minimum(self.row_low - at, 0.0), np.maximum(self.row_high - at, 0.0)
        model = new_model(doubled, row_low, row_high, np.zeros(2 * size), room, np.ones(2 * size))
        model.setOptionValue("presolve", "off")
        self._still = highspy.HighsBasis()
        self._still.valid = True
        self._still.col_status = [highspy.HighsBasisStatus.kLower] * (2 * size)
        self._still.row_status = [highspy.HighsBasisStatus.kBasic] * self.rows.shape[0]
        return model

    def _solve(self, model: highspy.Highs, cell: int = -1, *, up: bool = False) -> Reals | None:
        model.run()
        status = model.getModelStatus()
        if status == highspy.HighsModelStatus.kUnknown:
            # From the answer to the last question the solver may lose its way; from nothing it finds this one.
            model.clearSolver()
            model.run()
            status = model.getModelStatus()
        if status == highspy.HighsModelStatus.kOptimal:
            return np.asarray(model.getSolution().col_value, float)
        if status in UNBOUNDED and cell >= 0:
            (self._seen_high if up else self._seen_low)[cell] = np.inf if up else -np.inf
        return None

    def _see(self, table: Reals) -> None:
        """Remember what a possible table shows, and the tables beyond it and opposite to it that are possible too."""
        direction = table - self._start
        for sign in (1.0, -1.0):
            further = self._start + self._stretch(sign * direction) * sign * direction
            np.minimum(self._seen_low, further, out=self._seen_low)
            np.maximum(self._seen_high, further, out=self._seen_high)
        np.minimum(self._seen_low, table, out=self._seen_low)
        np.maximum(self._seen_high, table, out=self._seen_high)

    def _stretch(self, direction: Reals) -> float:
        """Return how far one can go from the known table; at a bound that cannot move, not at all."""
        steps = np.concatenate([direction, self.rows @ direction])
        here = np.concatenate([self._start, self.rows @ self._start])
        low, high = np.concatenate([self.low, self.row_low]), np.concatenate([self.high, self.row_high])
        with np.errstate(invalid="ignore"):
            space = np.maximum(np.where(steps > 0, high - here, here - low), 0.0)
        # What the solver left of an equation that does not move is noise, and must stay noise when it is stretched.
        noise = (space < TOLERANCE) & (np.abs(steps) < TOLERANCE)
        room = min(STRETCH, TOLERANCE / max(float(np.abs(steps[noise]).max(initial=0.0)), TOLERANCE / STRETCH))
        moves = (steps != 0) & ~noise
        return min(room, float((space[moves] / np.abs(steps[moves])).min(initial=STRETCH)))


def new_model(rows: csr_matrix, row_low: Reals, row_high: Reals, low: Reals, high: Reals, cost: Reals) -> highspy.Highs:
    """Make a linear program of HiGHS: one thread, no output."""
    columns = csc_matrix(rows)
    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = columns.shape[1], columns.shape[0]
    program.col_cost_, program.col_lower_, program.col_upper_ = cost, low, high
    program.row_lower_, program.row_upper_ = row_low, row_high
    program.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    program.a_matrix_.start_, program.a_matrix_.index_ = columns.indptr, columns.indices
    program.a_matrix_.value_ = columns.data
    model = highspy.Highs()  # type: ignore[no-untyped-call]  # highspy types its classes, not their making
    model.setOptionValue("output_flag", False)  # noqa: FBT003  HiGHS takes its options by position
    model.setOptionValue("threads", 1)
    model.passModel(program)
    return model
