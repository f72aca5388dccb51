"""From moves in floating point to certificates in whole numbers."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from scipy.sparse import csc_matrix

from ecluse_platform.core.disclosure.suppression.moves import UP, Move, Need
from ecluse_platform.core.disclosure.suppression.system import Certificate, Direction, System
from ecluse_platform.core.disclosure.tabular.structure import Integers

# Moves are corners of polyhedra of small whole numbers: their amounts have small denominators.
LARGEST_DENOMINATOR = 1000
LARGEST_COMMON = 10**6
# How far from a whole number an amount may be to be taken for it; the equations then tell whether that was right.
NEAR = 1e-5
# Products below this are exact in 64 bits.
EXACT = 2**62


@dataclass(frozen=True, eq=False)
class WholeMove:
    """A move in whole numbers without common factor, what it changes in each inequality, and the way back."""

    cells: Integers
    amounts: Integers
    change: Integers
    undone: Integers


class Rounding:
    """Makes certificates of moves over one system."""

    def __init__(self, system: System) -> None:
        """Prepare the rows of the system for look-ups by cell."""
        self._system = system
        self._room = system.values - system.least
        self._equal = system.equalities.tocsc()
        self._bounded = system.inequalities.tocsc()
        self._slack: Integers = (system.inequalities @ system.values).astype(np.int64)
        self._known: dict[Move, WholeMove | None] = {}

    def prove(self, need: Need, move: Move) -> Certificate | None:
        """Return the proof that a move gives, or None where it has to be found otherwise."""
        if move not in self._known:
            self._known[move] = self.whole(move)
        whole = self._known[move]
        return None if whole is None else self.certificate(need, whole)

    def whole(self, move: Move) -> WholeMove | None:
        """Return the move in whole numbers, or None where no common denominator makes it satisfy every equation."""
        common = 1
        while common <= LARGEST_COMMON:
            scaled = move.amounts * common
            amounts = np.rint(scaled)
            broken = np.flatnonzero(np.abs(amounts - scaled) >= NEAR)
            if not broken.size:
                break
            part = Fraction(float(scaled[broken[0]])).limit_denominator(LARGEST_DENOMINATOR)
            common *= max(part.denominator, 2)
        else:
            return None
        whole = amounts.astype(np.int64)
        if not whole.all() or _change(self._equal, move.cells, whole).any():
            return None
        whole //= np.gcd.reduce(whole)
        return WholeMove(move.cells, whole, _change(self._bounded, move.cells, whole), -whole)

    def certificate(self, need: Need, move: WholeMove) -> Certificate | None:
        """Return the proof of one end, or None where the move does not take the cell so far."""
        at = np.flatnonzero(move.cells == need.cell)
        if not at.size:
            return None
        own = int(move.amounts[at[0]])
        turn = 1 if (own > 0) == (need.sign == UP) else -1
        amounts = move.amounts if turn == 1 else move.undone
        size = abs(own)
        # Whole numbers of repetitions give a table of whole numbers, if there is room for the step beyond the need.
        whole = -(-need.reach // size) * size
        for reach in dict.fromkeys((whole, need.reach)):
            if self._fits(move, turn, reach, size):
                direction = Direction.HIGH if need.sign == UP else Direction.LOW
                exact = bool((reach * move.amounts % size == 0).all())
                return Certificate(need.cell, direction, reach, move.cells, amounts, whole=exact)
        return None

    def _fits(self, move: WholeMove, turn: int, reach: int, size: int) -> bool:
        falls = turn * move.amounts < 0
        if not _at_most(reach, np.abs(move.amounts[falls]), size, self._room[move.cells[falls]]):
            return False
        change = turn * move.change
        narrower = change < 0
        return _at_most(reach, -change[narrower], size, self._slack[narrower])


def _at_most(reach: int, amounts: Integers, size: int, room: Integers) -> bool:
    """Say whether ``reach * amounts <= room * size`` everywhere, without overflow."""
    if not amounts.size:
        return True
    if max(reach * int(amounts.max()), size * int(room.max())) < EXACT:
        return bool((reach * amounts <= room * size).all())
    return all(reach * amount <= limit * size for amount, limit in zip(amounts.tolist(), room.tolist(), strict=True))


def _change(matrix: csc_matrix, cells: Integers, amounts: Integers) -> Integers:
    """Return ``matrix[:, cells] @ amounts``."""
    if not matrix.shape[0]:
        return np.zeros(0, dtype=np.int64)
    starts = matrix.indptr[cells].astype(np.int64)
    counts = matrix.indptr[cells + 1] - starts
    # The entries of every column, one after the other.
    entries = np.arange(counts.sum()) + np.repeat(starts - np.cumsum(counts) + counts, counts)
    each = matrix.data[entries] * np.repeat(amounts, counts)
    # Sums of whole numbers far below 2**53: exact in floating point.
    return np.bincount(matrix.indices[entries], weights=each, minlength=matrix.shape[0]).astype(np.int64)
