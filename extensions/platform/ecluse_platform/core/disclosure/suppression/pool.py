"""Moves that are known already, by the needs that each of them meets: looking one up is cheaper than finding one."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from ecluse_platform.core.disclosure.suppression.moves import DOWN, SLACK, UP, Floats, Move, Moves, Need
from ecluse_platform.core.disclosure.suppression.system import System

# How many moves are kept for each need, the latest first: older ones use cells that are shown by now.
KEPT = 32


class Pool:
    """All moves that were found for some needs of a system."""

    def __init__(self, system: System, needs: Iterable[Need]) -> None:
        """Start with none."""
        self._moves = Moves(system)
        self._asked = {sign: np.full(system.size, np.inf) for sign in (UP, DOWN)}
        self._meeting: dict[tuple[int, int], list[Move]] = {}
        for need in needs:
            self._asked[need.sign][need.cell] = need.reach * (1 - SLACK)
            self._meeting[need.cell, need.sign] = []

    def add(self, move: Move) -> None:
        """Remember a move for every need that it meets, done or undone."""
        for sign, reach in self._moves.reaches(move).items():
            for cell in move.cells[reach >= self._asked[sign][move.cells]].tolist():
                meeting = self._meeting[cell, sign]
                meeting.append(move)
                del meeting[:-KEPT]

    def cheapest(self, need: Need, prices: Floats) -> tuple[Move | None, float]:
        """Return the move whose cells cost least at these prices, and its cost: infinite where there is none."""
        best: Move | None = None
        least = np.inf
        for move in reversed(self._meeting[need.cell, need.sign]):
            cost = float(prices[move.cells].sum())
            if cost < least:
                best, least = move, cost
            if cost <= 0:
                break
        return best, least
