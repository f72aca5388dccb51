"""Moves in the surroundings of a cell: a small linear programme over the corners of its cheapest boxes.

In a flat cross-product most of what a cheap move uses are corners of boxes around the cell, or of boxes around such
corners. A programme over a few hundred cells takes a tenth of the time of one over all of them, whatever the size of
the table. What is found is cheap, not the cheapest; the polish makes up for it.
"""

from __future__ import annotations

import highspy
import numpy as np

from ecluse_platform.core.disclosure.suppression.boxes import Boxes
from ecluse_platform.core.disclosure.suppression.cycles import Cycles
from ecluse_platform.core.disclosure.suppression.moves import DOWN, UP, Floats, Move, Need
from ecluse_platform.core.disclosure.suppression.programme import CHEAP, HIGHEST, NOISE, quiet_solver
from ecluse_platform.core.disclosure.suppression.system import Grid, System
from ecluse_platform.core.disclosure.tabular.structure import Flags, Integers

# Boxes are known for moves as short as these: their costs are kept for every length.
LONGEST_BOX = 64
# How many of the cheapest boxes are looked at around the cell, and around each cell that its move would newly hide.
BOXES = 8
BOXES_AROUND = 3
# How often the surroundings grow, as long as the move gets cheaper by it.
ROUNDS = 2
# Rows and columns.
PLANE = 2
_COLWISE = int(highspy.MatrixFormat.kColwise)
_MINIMISE = int(highspy.ObjSense.kMinimize)


class Near:
    """Asks for moves near a cell; prices follow the pattern. Answers None where it would take cells from farther away.

    Its questions are those of ``Programme``, so that either can be asked.
    """

    def __init__(self, system: System, grid: Grid, free: Flags, farthest: int) -> None:
        """Prepare for moves up to ``farthest``; moving a cell of ``free`` costs next to nothing."""
        self._system = system
        self._columns = system.equalities.tocsc()
        self._room = np.minimum(system.values - system.least, HIGHEST).astype(np.float64)
        self._cheap = CHEAP * float(system.costs.min(initial=1.0))
        self._prices = np.where(free, self._cheap, system.costs)
        self._free: Flags = free.copy()
        self._closed: Flags = system.fixed.copy()
        self._boxes = Boxes(system, grid, free, farthest)
        self._solver = quiet_solver()
        self._cycles = Cycles(system, grid, free) if len(grid.shape) == PLANE else None

    def price(self, cells: Integers, *, free: bool) -> None:
        """Set whether moving these cells costs next to nothing, or what hiding them costs."""
        self._free[cells] = free
        self._prices[cells] = self._cheap if free else self._system.costs[cells]
        self._boxes.price(cells, 0.0 if free else self._system.costs[cells])
        self._open(cells)

    def ban(self, cells: Integers, *, banned: bool) -> None:
        """Keep cells from moving, or let them move again."""
        self._closed[cells] = self._system.fixed[cells] | banned
        self._open(cells)

    def move(self, need: Need) -> Move | None:
        """Return a cheap move that takes the cell as far as needed, or None where there is none nearby."""
        costs = self._boxes.costs(need)
        among_free = self._among_free(need, costs)
        if among_free is not None:
            return among_free
        chosen: Flags = np.zeros(self._system.size, dtype=bool)
        self._choose(chosen, need.cell, costs, BOXES)
        if self._cycles is not None:
            # In two dimensions hidden cells far away may do for a part, and many of them are still a small programme.
            chosen |= self._free
        found = self._solve(need, chosen)
        least = self._cost(found)
        looked: set[tuple[int, bool]] = set()
        for _ in range(ROUNDS):
            if found is None or not self._widen(chosen, need, found, looked):
                break
            found = self._solve(need, chosen)
            cost = self._cost(found)
            if cost >= least:
                break
            least = cost
        return found

    def inside(self, need: Need) -> Move | None:
        """Return a move of cells that cost next to nothing: a box or, in two dimensions, cycles, if there are any."""
        return self._among_free(need, self._boxes.costs(need))

    def _among_free(self, need: Need, costs: Floats) -> Move | None:
        best = int(costs.argmin())
        if costs[best] <= 0:
            box = self._boxes.move(need, best)
            if not self._closed[box.cells].any():
                return box
        return None if self._cycles is None else self._cycles.move(need)

    def _open(self, cells: Integers) -> None:
        if self._cycles is not None:
            usable = self._free[cells] & ~self._closed[cells]
            self._cycles.open(cells[usable])
            self._cycles.close(cells[~usable])

    def _widen(self, chosen: Flags, need: Need, move: Move, looked: set[tuple[int, bool]]) -> bool:
        """Add the cheapest boxes around what a move would newly hide; say whether there was anything to add."""
        new = ~self._free[move.cells] & (move.cells != need.cell)
        more = False
        for cell, amount in zip(move.cells[new].tolist(), move.amounts[new].tolist(), strict=True):
            if (cell, amount > 0) in looked:
                continue
            looked.add((cell, amount > 0))
            more = True
            back = Need(cell, DOWN if amount > 0 else UP, min(max(1, round(abs(amount))), need.reach))
            self._choose(chosen, cell, self._boxes.costs(back), BOXES_AROUND)
        return more

    def _choose(self, chosen: Flags, cell: int, costs: Floats, boxes: int) -> None:
        # Taken by value and then by position: the same on every processor.
        count = min(boxes, costs.size) - 1
        limit = min(np.partition(costs, count)[count], np.finfo(np.float64).max)
        opposites = np.flatnonzero(costs <= limit)[: count + 1]
        chosen[self._boxes.corners(cell, opposites)[0].ravel()] = True

    def _cost(self, move: Move | None) -> float:
        return np.inf if move is None else float((self._prices[move.cells] * np.abs(move.amounts)).sum())

    def _solve(self, need: Need, chosen: Flags) -> Move | None:
        """Return the cheapest move of the chosen cells; every other cell stays as it is."""
        cells = np.flatnonzero(chosen & ~self._closed)
        size = cells.size
        place = int(np.searchsorted(cells, need.cell))
        if place == size or cells[place] != need.cell:
            return None
        asked, other = (place, place + size) if need.sign == UP else (place + size, place)
        uppers = np.concatenate([np.full(size, HIGHEST), self._room[cells]])
        lowers = np.zeros(2 * size)
        lowers[asked], uppers[other] = need.reach, 0.0
        uppers[asked] = max(uppers[asked], need.reach)
        starts = self._columns.indptr[cells].astype(np.int64)
        counts = self._columns.indptr[cells + 1] - starts
        entries = np.arange(counts.sum()) + np.repeat(starts - np.cumsum(counts) + counts, counts)
        places = self._columns.indices[entries]
        touched = np.zeros(self._columns.shape[0], dtype=bool)
        touched[places] = True
        rows = (np.cumsum(touched) - 1)[places].astype(np.int32)
        amounts = self._columns.data[entries].astype(np.float64)
        ends = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
        zeros = np.zeros(int(np.count_nonzero(touched)))
        prices = self._prices[cells]
        # Arrays as they are: a model object would take each number by itself, which takes as long as solving.
        self._solver.passModel(
            2 * size,
            zeros.size,
            2 * rows.size,
            _COLWISE,
            _MINIMISE,
            0.0,
            np.concatenate([prices, prices]),
            lowers,
            uppers,
            zeros,
            zeros,
            np.concatenate([ends, ends[1:] + ends[-1]]),
            np.concatenate([rows, rows]),
            np.concatenate([amounts, -amounts]),
            np.zeros(2 * size, dtype=np.int32),
        )
        self._solver.run()
        if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        solution = np.array(self._solver.getSolution().col_value)
        moved = solution[:size] - solution[size:]
        used = np.flatnonzero(np.abs(moved) > NOISE)
        return Move(cells[used], moved[used])
