"""Do without secondary cells: drop those that other hidden cells make superfluous, re-route around the dearest."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ecluse_platform.core.disclosure.suppression.engine import Progress, Search
from ecluse_platform.core.disclosure.suppression.moves import Move, Moves, Need
from ecluse_platform.core.disclosure.suppression.plan import Plan
from ecluse_platform.core.disclosure.suppression.programme import Programme
from ecluse_platform.core.disclosure.tabular.structure import Flags, Integers

# A pattern is cheaper only if it is by more than floating point can err.
CHEAPER = 1e-6


def polish(plan: Plan, trials: int, progress: Progress | None = None) -> Plan:
    """Return a plan that costs no more, after at most ``trials`` attempts to do without one cell each.

    Plans with several moves for one need are returned as they are.
    """
    if trials <= 0 or not plan.has_secondaries or any(len(moves) != 1 for moves in plan.moves.values()):
        return plan
    pruned = prune(plan)
    routes = _Routes(pruned if pruned.cost < plan.cost else plan)
    done = 0
    while done < trials:
        gained = False
        for cell in routes.dearest():
            if done >= trials:
                break
            if routes.uses(cell):
                done += 1
                gained |= routes.without(cell)
                if progress is not None:
                    progress(done, trials)
        if not gained:
            break
    return routes.plan()


def prune(plan: Plan) -> Plan:
    """Build the pattern again out of its own cells, the needs with the longest reach first; it can only get smaller.

    A first search hides cells for early needs that later ones make superfluous.
    """
    if not plan.moves:
        return plan
    needs = sorted(plan.moves, key=lambda need: (-need.reach, need.cell, need.sign))
    inside = np.flatnonzero(plan.inside() & ~plan.system.fixed)
    search = Search(plan.system, plan.base, inside, needs[0].reach)
    if search.protect(needs):
        return plan
    moves = {need: search.moves.found[search.moves.best(need)] for need in plan.moves}
    return Plan(plan.system, plan.base, plan.columns, {need: (move,) for need, move in moves.items()})


class _Routes:
    """The moves in use, one for each need, and how many of them use each cell."""

    def __init__(self, plan: Plan) -> None:
        self._system = plan.system
        self._base = plan.base
        self._columns = plan.columns
        self._free: Flags = plan.base | plan.system.unpublished
        self._moves: dict[Need, Move] = {need: moves[0] for need, moves in plan.moves.items()}
        self._used = np.zeros(plan.system.size, dtype=np.int64)
        for move in self._moves.values():
            self._used[move.cells] += 1
        cells = np.flatnonzero((self._inside() | self._flags(plan.columns)) & ~plan.system.fixed)
        self._programme = Programme(plan.system, cells, self._inside())

    def plan(self) -> Plan:
        """Return the plan as it is now."""
        moves = {need: (move,) for need, move in self._moves.items()}
        return Plan(self._system, self._base, self._columns, moves)

    def dearest(self) -> list[int]:
        """Return the secondary cells, dearest first."""
        cells = np.flatnonzero((self._used > 0) & ~self._free)
        dearest: list[int] = cells[np.argsort(-self._system.costs[cells], kind="stable")].tolist()
        return dearest

    def uses(self, cell: int) -> bool:
        """Say whether a move still uses the cell."""
        return bool(self._used[cell] > 0)

    def without(self, cell: int) -> bool:
        """Route every move around a cell if the pattern gets cheaper by it; say whether it did."""
        concerned = [need for need, move in self._moves.items() if (move.cells == cell).any()]
        left = self._used.copy()
        for need in concerned:
            left[self._moves[need].cells] -= 1
        freed = (self._used > 0) & (left == 0) & ~self._free
        budget = float(self._system.costs[freed].sum()) - CHEAPER
        only = np.array([cell])
        self._programme.ban(only, banned=True)
        found = self._reroute(concerned, left, budget)
        self._programme.ban(only, banned=False)
        if found is None:
            return False
        before = self._inside()
        for need, move in found.items():
            self._used[self._moves[need].cells] -= 1
            self._used[move.cells] += 1
            self._moves[need] = move
        self._programme.price(np.flatnonzero(before & ~self._inside()), free=False)
        return True

    def _reroute(self, needs: Sequence[Need], left: Integers, budget: float) -> dict[Need, Move] | None:
        """Meet the needs anew; give up, leaving nothing changed, as soon as it costs as much as what is freed."""
        fresh = Moves(self._system)
        taken: Flags = np.zeros(self._system.size, dtype=bool)
        found: dict[Need, Move] = {}
        spent = 0.0
        added: list[Integers] = []
        for need in needs:
            if not fresh.covers(need):
                move = self._programme.move(need)
                if move is not None:
                    counted = ~self._free[move.cells] & (left[move.cells] == 0) & ~taken[move.cells]
                    taken[move.cells] = True
                    spent += float(self._system.costs[move.cells[counted]].sum())
                if move is None or spent >= budget:
                    self._forget(added)
                    return None
                new = move.cells[~self._inside()[move.cells]]
                added.append(new)
                self._programme.price(new, free=True)
                fresh.add(move)
            found[need] = fresh.found[fresh.best(need)]
        return found

    def _forget(self, added: list[Integers]) -> None:
        for cells in added:
            outside = cells[~self._inside()[cells]]
            self._programme.price(outside, free=False)

    def _inside(self) -> Flags:
        inside: Flags = self._free | (self._used > 0)
        return inside

    def _flags(self, cells: Integers) -> Flags:
        flags: Flags = np.zeros(self._system.size, dtype=bool)
        flags[cells] = True
        return flags
