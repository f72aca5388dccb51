"""Moves of a flat table of rows and columns among its hidden cells alone: a flow between rows and columns.

Each cell stands in one row and one column, margins included, and what it gains must be lost in both. So a move is a
flow in the graph whose nodes are rows and columns and whose arcs are the hidden cells: shortest paths are filled one
after the other (Edmonds and Karp 1972), and all amounts are whole. Most needs of a large table are met in this way, in
a tenth of the time that a programme takes.
"""

from __future__ import annotations

import numpy as np

from ecluse_platform.core.disclosure.suppression.moves import UP, Move, Need
from ecluse_platform.core.disclosure.suppression.system import Grid, System
from ecluse_platform.core.disclosure.tabular.structure import Flags, Integers

_ENDLESS = 2**60


class Cycles:
    """The hidden cells of a table as arcs. Amounts are counted as in ``boxes``: with the sign turned for each total."""

    def __init__(self, system: System, grid: Grid, free: Flags) -> None:
        """Begin with the cells that moves may use."""
        self._columns = grid.shape[1]
        rows, columns = (axis.ravel() for axis in np.indices(grid.shape))
        turned = (rows == grid.totals[0]) ^ (columns == grid.totals[1])
        room = system.values - system.least
        self._sign: list[int] = np.where(turned, -1, 1).tolist()
        self._rise: list[int] = np.where(turned, room, _ENDLESS).tolist()
        self._fall: list[int] = np.where(turned, _ENDLESS, room).tolist()
        self._fixed = system.fixed
        # The nodes: every row, then every column. Arcs lead from each node to the nodes across, each by its cell.
        self._across: list[dict[int, int]] = [{} for _ in range(sum(grid.shape))]
        self._rows = grid.shape[0]
        self.open(np.flatnonzero(free))

    def open(self, cells: Integers) -> None:
        """Let moves use these cells."""
        for cell in cells[~self._fixed[cells]].tolist():
            row, column = self._nodes(cell)
            self._across[row][column] = cell
            self._across[column][row] = cell

    def close(self, cells: Integers) -> None:
        """Keep moves from using these cells."""
        for cell in cells.tolist():
            row, column = self._nodes(cell)
            self._across[row].pop(column, None)
            self._across[column].pop(row, None)

    def move(self, need: Need) -> Move | None:
        """Return a move that takes the cell as far as needed, or None where open cells leave no way or no room."""
        row, column = self._nodes(need.cell)
        if column not in self._across[row]:
            return None
        rises = (self._sign[need.cell] > 0) == (need.sign == UP)
        # What a rising cell brings to its column leaves it again, cell by cell, until it comes back into the row.
        start, end = (column, row) if rises else (row, column)
        changes: dict[int, int] = {}
        left = need.reach
        while left:
            path = self._path(start, end, need.cell, changes)
            if path is None:
                return None
            amount = min(left, *(self._room(cell, step, changes) for cell, step in path))
            for cell, step in path:
                changes[cell] = changes.get(cell, 0) + step * amount
            left -= amount
        changes[need.cell] = need.reach if rises else -need.reach
        used = sorted(cell for cell, change in changes.items() if change)
        return Move(np.array(used), np.array([float(self._sign[cell] * changes[cell]) for cell in used]))

    def _path(self, start: int, end: int, avoided: int, changes: dict[int, int]) -> list[tuple[int, int]] | None:
        """Return the shortest way with room from one node to the other: cells, and whether each rises or falls."""
        came: dict[int, tuple[int, int, int]] = {start: (start, avoided, 0)}
        nodes = [start]
        for node in nodes:
            # A column is left by cells that fall, a row by cells that rise.
            step = -1 if node >= self._rows else 1
            for other, cell in self._across[node].items():
                if other in came or cell == avoided or self._room(cell, step, changes) <= 0:
                    continue
                came[other] = (node, cell, step)
                if other == end:
                    return _steps(came, start, end)
                nodes.append(other)
        return None

    def _room(self, cell: int, step: int, changes: dict[int, int]) -> int:
        """Return how far the cell may still rise (1) or fall (-1)."""
        changed = changes.get(cell, 0)
        return self._rise[cell] - changed if step > 0 else self._fall[cell] + changed

    def _nodes(self, cell: int) -> tuple[int, int]:
        """Return the cell's row and column as nodes."""
        row, column = divmod(cell, self._columns)
        return row, self._rows + column


def _steps(came: dict[int, tuple[int, int, int]], start: int, end: int) -> list[tuple[int, int]]:
    """Return the cells and steps that led from one node to the other, the last one first."""
    steps: list[tuple[int, int]] = []
    node = end
    while node != start:
        node, cell, step = came[node]
        steps.append((cell, step))
    return steps
