"""Moves: changes of hidden cells that leave everything published as it is, and which cells each of them protects."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_matrix

from ecluse_platform.core.disclosure.suppression.system import System
from ecluse_platform.core.disclosure.tabular.structure import Integers

Floats = NDArray[np.float64]

UP = 1
DOWN = -1
# Mixes positions in the same way on every machine: an odd number whose multiples are far apart in 32 bits.
MIXER = 2654435761
# No move of a count or of a sum is scaled further than this.
FARTHEST = 1e15
# Floating point only steers the search: certificates are checked in whole numbers.
SLACK = 1e-9


@dataclass(frozen=True)
class Need:
    """A cell that must be able to move by ``reach`` (> 0) in a direction, UP or DOWN."""

    cell: int
    sign: int
    reach: int


@dataclass(frozen=True, eq=False)
class Move:
    """Amounts (never 0) by which cells change together."""

    cells: Integers
    amounts: Floats


class Moves:
    """All moves found so far, with the farthest that one of them takes each cell up and down."""

    def __init__(self, system: System) -> None:
        """Start with none."""
        self.found: list[Move] = []
        self._room = (system.values - system.least).astype(np.float64)
        self._rows: csc_matrix | None = None
        if system.inequalities.shape[0]:
            self._rows = system.inequalities.tocsc()
            self._slack: Floats = (system.inequalities @ system.values).astype(np.float64)
        self._farthest = {sign: np.zeros(system.size) for sign in (UP, DOWN)}
        self._by = {sign: np.full(system.size, -1, dtype=np.int64) for sign in (UP, DOWN)}

    def covers(self, need: Need) -> bool:
        """Say whether a known move protects this end already."""
        return bool(self._farthest[need.sign][need.cell] >= need.reach * (1 - SLACK))

    def best(self, need: Need) -> int:
        """Return the number of the move that takes the cell farthest, or -1."""
        return int(self._by[need.sign][need.cell])

    def add(self, move: Move) -> int:
        """Record a move and return its number; done as often as room allows, or undone, it protects many cells."""
        number = len(self.found)
        self.found.append(move)
        for sign, reach in self.reaches(move).items():
            better = reach > self._farthest[sign][move.cells]
            cells = move.cells[better]
            self._farthest[sign][cells] = reach[better]
            self._by[sign][cells] = number
        return number

    def reaches(self, move: Move) -> dict[int, Floats]:
        """Return how far a move, done or undone as often as there is room, takes each of its cells up and down."""
        size = np.abs(move.amounts)
        rises = move.amounts > 0
        ratio = self._room[move.cells] / size
        forth = min(float(ratio[~rises].min(initial=FARTHEST)), self._limit(move, UP))
        back = min(float(ratio[rises].min(initial=FARTHEST)), self._limit(move, DOWN))
        return {UP: size * np.where(rises, forth, back), DOWN: size * np.where(rises, back, forth)}

    def _limit(self, move: Move, sign: int) -> float:
        """Return how often the move fits before an inequality would be broken."""
        if self._rows is None:
            return FARTHEST
        change = sign * (self._rows[:, move.cells] @ move.amounts)
        falls = change < -SLACK
        return float((self._slack[falls] / -change[falls]).min(initial=FARTHEST))
