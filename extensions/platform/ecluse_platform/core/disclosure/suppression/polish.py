"""Do without secondary cells: route the moves that use one around it, where the pattern gets cheaper by it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ecluse_platform.core.disclosure.suppression.engine import LARGE, SMALL, Progress, candidates, near_of
from ecluse_platform.core.disclosure.suppression.moves import Floats, Move, Need
from ecluse_platform.core.disclosure.suppression.near import PLANE
from ecluse_platform.core.disclosure.suppression.plan import CHEAPER, Plan
from ecluse_platform.core.disclosure.suppression.pool import Pool
from ecluse_platform.core.disclosure.suppression.programme import Programme
from ecluse_platform.core.disclosure.suppression.system import System
from ecluse_platform.core.disclosure.tabular.structure import Flags, Integers


def polish(plan: Plan, trials: int, progress: Progress | None = None) -> Plan:
    """Return a plan that costs no more, after at most ``trials`` attempts to do without one cell each.

    Plans with several moves for one need are returned as they are.
    """
    if trials <= 0 or not plan.has_secondaries or any(len(moves) != 1 for moves in plan.moves.values()):
        return plan
    routes = _Routes(plan)
    done = 0
    while done < trials:
        gained = False
        for cell in routes.most_promising():
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


class _Routes:
    """The moves in use, one for each need, and how many of them use each cell."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._system = plan.system
        self._free: Flags = plan.base | plan.system.unpublished
        self._moves: dict[Need, Move] = {need: moves[0] for need, moves in plan.moves.items()}
        self._used = np.zeros(plan.system.size, dtype=np.int64)
        self._pool = Pool(plan.system, self._moves)
        for move in self._moves.values():
            self._used[move.cells] += 1
        for move in dict.fromkeys(self._moves.values()):
            self._pool.add(move)
        farthest = max(need.reach for need in self._moves)
        near = near_of(plan.system, self._inside(), farthest) if _is_nearby(plan.system) else None
        self._programme = near or Programme(plan.system, candidates(plan.system), self._inside())

    def plan(self) -> Plan:
        """Return the plan as it is now."""
        moves = {need: (move,) for need, move in self._moves.items()}
        return Plan(self._system, self._plan.base, moves)

    def most_promising(self) -> list[int]:
        """Return the secondary cells, those first that cost most for each move that needs another route."""
        cells = np.flatnonzero((self._used > 0) & ~self._free)
        gain = self._system.costs[cells] / self._used[cells]
        order: list[int] = cells[np.argsort(-gain, kind="stable")].tolist()
        return order

    def uses(self, cell: int) -> bool:
        """Say whether a move still uses the cell."""
        return bool(self._used[cell] > 0)

    def without(self, cell: int) -> bool:
        """Route every move around a cell if the pattern gets cheaper by it; say whether it did."""
        concerned = [need for need, move in self._moves.items() if (move.cells == cell).any()]
        left = self._used.copy()
        for need in concerned:
            left[self._moves[need].cells] -= 1
        prices = np.where(self._free | (left > 0), 0.0, self._system.costs)
        budget = float(prices[self._used > 0].sum()) - CHEAPER
        prices[cell] = np.inf
        only = np.array([cell])
        self._programme.ban(only, banned=True)
        found, looked_at = self._reroute(concerned, prices, budget)
        self._programme.ban(only, banned=False)
        before = self._inside()
        for need, move in found.items():
            self._used[self._moves[need].cells] -= 1
            self._used[move.cells] += 1
            self._moves[need] = move
        inside = self._inside()
        changed = before != inside
        changed[looked_at] = True
        self._programme.price(np.flatnonzero(changed & inside), free=True)
        self._programme.price(np.flatnonzero(changed & ~inside), free=False)
        return bool(found)

    def _reroute(self, needs: Sequence[Need], prices: Floats, budget: float) -> tuple[dict[Need, Move], Integers]:
        """Meet the needs anew, or none of them as soon as that costs as much as is freed.

        Also return the cells that the programme was told to take for hidden. ``prices`` is changed.
        """
        found: dict[Need, Move] = {}
        added: list[Integers] = [np.empty(0, dtype=np.int64)]
        spent = 0.0
        for need in needs:
            move, cost = self._pool.cheapest(need, prices)
            if cost > 0:
                other = self._programme.move(need)
                if other is not None:
                    self._pool.add(other)
                    dearer = float(prices[other.cells].sum())
                    move, cost = (other, dearer) if dearer < cost else (move, cost)
            spent += cost
            if move is None or spent >= budget:
                found = {}
                break
            new = move.cells[prices[move.cells] > 0]
            prices[new] = 0.0
            added.append(new)
            if new.size:
                self._programme.price(new, free=True)
            found[need] = move
        return found, np.concatenate(added)

    def _inside(self) -> Flags:
        inside: Flags = self._free | (self._used > 0)
        return inside


def _is_nearby(system: System) -> bool:
    """Say whether other routes are looked for nearby: where that loses nothing, or where nothing else will do."""
    plane = system.grid is not None and len(system.grid.shape) <= PLANE
    return system.size > (SMALL if plane else LARGE)
