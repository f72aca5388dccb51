"""A pattern with the moves that justify it, before they become certificates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ecluse_platform.core.disclosure.suppression.moves import Move, Need
from ecluse_platform.core.disclosure.suppression.system import System
from ecluse_platform.core.disclosure.tabular.structure import Flags

# A pattern is cheaper only if it is by more than floating point can err.
CHEAPER = 1e-6


@dataclass(frozen=True, eq=False)
class Plan:
    """What must be hidden whatever happens (``base``) and one or several moves for each need that is met.

    A need has several moves where somebody knows a hidden cell's value: whoever it is, one move leaves it in place.
    """

    system: System
    base: Flags
    moves: Mapping[Need, tuple[Move, ...]]

    @property
    def hidden(self) -> Flags:
        """Return the base and all that the moves change; unpublished cells are not counted."""
        hidden: Flags = self.base.copy()
        for moves in self.moves.values():
            for move in moves:
                hidden[move.cells] = True
        return hidden & ~self.system.unpublished

    @property
    def cost(self) -> float:
        """Return what the hidden cells cost."""
        return float(self.system.costs[self.hidden].sum())

    @property
    def has_secondaries(self) -> bool:
        """Say whether cells are hidden beside the base."""
        return bool((self.hidden & ~self.base).any())

    @property
    def base_cost(self) -> float:
        """Return what the cells cost that are hidden whatever happens."""
        return float(self.system.costs[self.base & ~self.system.unpublished].sum())

    def inside(self) -> Flags:
        """Return the cells that moves may use at no cost."""
        inside: Flags = self.hidden | self.system.unpublished
        return inside
