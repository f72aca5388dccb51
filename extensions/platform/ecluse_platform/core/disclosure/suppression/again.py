"""Look for a pattern once more within the one that was found: what was hidden for one cell now serves others too.

The first pattern pays for cells before anything is known of the needs that come later. Within it, where everything can
be met, programmes are small; in another order of needs, they do with fewer cells. Each pass starts from the best
pattern so far.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ecluse_platform.core.disclosure.suppression.engine import Progress, Search, part_of
from ecluse_platform.core.disclosure.suppression.moves import MIXER, Move, Need
from ecluse_platform.core.disclosure.suppression.plan import CHEAPER, Plan

_WORD = 2**32
_HALF = 15


def again(plan: Plan, passes: int, progress: Progress | None = None) -> Plan:
    """Return a plan that costs no more, after at most so many passes over all needs.

    Plans with several moves for one need are returned as they are.
    """
    if any(len(moves) != 1 for moves in plan.moves.values()):
        return plan
    needs = tuple(plan.moves)
    for turn in range(passes):
        if not plan.has_secondaries:
            break
        found = within(plan, _ordered(needs, turn), part_of(progress, turn, passes))
        if found is not None and found.cost < plan.cost - CHEAPER:
            plan = found
    return plan


def within(plan: Plan, needs: Sequence[Need], progress: Progress | None = None) -> Plan | None:
    """Meet the needs in turn with the plan's hidden cells alone; None where floating point finds no way."""
    farthest = max(need.reach for need in needs)
    search = Search(plan.system, plan.base, farthest, among=plan.inside())
    if search.protect(needs, progress):
        return None
    return Plan(plan.system, plan.base, chosen(search, needs))


def chosen(search: Search, needs: Sequence[Need]) -> dict[Need, tuple[Move, ...]]:
    """Return the move of each need that is met."""
    return {need: (search.moves.found[search.moves.best(need)],) for need in needs if search.moves.covers(need)}


def _ordered(needs: Sequence[Need], turn: int) -> list[Need]:
    """Return the needs in the order of a pass: small cells first, then an order of its own."""
    if not turn:
        return list(needs)
    mixed = (np.arange(len(needs), dtype=np.uint64) * np.uint64(turn) + np.uint64(turn)) * np.uint64(MIXER) % _WORD
    mixed = (mixed ^ mixed >> np.uint64(_HALF)) * np.uint64(MIXER) % _WORD
    return [needs[i] for i in np.argsort(mixed, kind="stable").tolist()]
