"""Turn a plan into its certificates; where a move is not one of whole numbers, look for another in the pattern."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ecluse_platform.core.disclosure.suppression.certificates import Rounding
from ecluse_platform.core.disclosure.suppression.moves import UP, Move, Need
from ecluse_platform.core.disclosure.suppression.plan import Plan
from ecluse_platform.core.disclosure.suppression.programme import Programme
from ecluse_platform.core.disclosure.suppression.system import Certificate, Direction, Pattern, Stop
from ecluse_platform.core.disclosure.tabular.structure import Flags

# How many other moves of a cell are tried for a certificate that also stands against whole-number reasoning.
OTHERS = 40


def prove(plan: Plan, needs: Sequence[Need], hidden: Flags, knowing: Sequence[int] = ()) -> Pattern:
    """Certify every need with its moves; ``hidden`` holds at least the plan's cells and may hold more.

    No certificate is replaced by one that moves a cell of ``knowing``.
    """
    prover = _Prover(plan, hidden | plan.system.unpublished, frozenset(knowing))
    certificates: list[Certificate] = []
    unproved: list[tuple[int, Direction]] = []
    for need in needs:
        found = prover.certificates(need)
        certificates += found
        if not found:
            unproved.append((need.cell, direction_of(need)))
    impossible = any(need not in plan.moves for need in needs)
    shown = hidden & ~plan.system.unpublished
    return Pattern(shown, tuple(certificates), tuple(unproved), Stop.IMPOSSIBLE if impossible else None)


def direction_of(need: Need) -> Direction:
    """Return the end of the interval that a need is about."""
    return Direction.HIGH if need.sign == UP else Direction.LOW


def _by_cell(plan: Plan) -> dict[int, list[Move]]:
    """Return the moves that use each cell, in the order of the plan."""
    using: dict[int, list[Move]] = {}
    for move in dict.fromkeys(move for moves in plan.moves.values() for move in moves):
        for cell in move.cells.tolist():
            using.setdefault(cell, []).append(move)
    return using


class _Prover:
    """Keeps the moves of a plan, and a programme over its hidden cells for the rare rest."""

    def __init__(self, plan: Plan, inside: Flags, knowing: frozenset[int]) -> None:
        self._plan = plan
        self._inside = inside
        self._knowing = knowing
        self._rounding = Rounding(plan.system)
        self._programme: Programme | None = None
        self._using: dict[int, list[Move]] | None = None

    def certificates(self, need: Need) -> list[Certificate]:
        """Return one certificate for each move of the need, or none if one of them is missing."""
        moves = self._plan.moves.get(need, ())
        found = [self._rounding.prove(need, move) for move in moves]
        right = [certificate for certificate in found if certificate is not None]
        if len(moves) == 1 and not (right and right[0].whole):
            right = self._better(need) or right or self._again(need)
        return right if len(right) == len(moves) else []

    def _better(self, need: Need) -> list[Certificate]:
        """Return a certificate made of another cell's move, if one is whole."""
        if self._using is None:
            self._using = _by_cell(self._plan)
        for move in self._using.get(need.cell, ())[:OTHERS]:
            found = self._rounding.prove(need, move) if self._known_stay(need, move) else None
            if found is not None and found.whole:
                return [found]
        return []

    def _again(self, need: Need) -> list[Certificate]:
        """Look for another move over hidden cells: at their full price, it uses few of them."""
        if self._programme is None:
            cells = np.flatnonzero(self._inside & ~self._plan.system.fixed)
            self._programme = Programme(self._plan.system, cells, np.zeros_like(self._inside))
        move = self._programme.move(need)
        if move is None or not self._known_stay(need, move):
            return []
        found = self._rounding.prove(need, move)
        return [] if found is None else [found]

    def _known_stay(self, need: Need, move: Move) -> bool:
        return not self._knowing or self._knowing.isdisjoint(set(move.cells.tolist()) - {need.cell})
