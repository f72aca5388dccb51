# The proven optimum against every pattern there is, on tables so small that all can be listed.
from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from ecluse_platform.core.disclosure.suppression import evidence
from ecluse_platform.core.disclosure.suppression.engine import needs_of
from ecluse_platform.core.disclosure.suppression.optimum import cheapest
from ecluse_platform.core.disclosure.suppression.programme import Programme
from ecluse_platform.core.disclosure.suppression.suppress import Effort, suppress
from ecluse_platform.core.disclosure.suppression.system import System
from suppression_tables import flat_system, skewed, small_cells, with_margins


def _protected(system: System, hidden: np.ndarray) -> bool:
    needs = needs_of(system, small_cells(system.values))
    programme = Programme(system, np.flatnonzero(hidden), hidden)
    return all(programme.move(need) is not None for need in needs)


@pytest.mark.parametrize("inner", [[[5, 18], [16, 17]], [[3, 4], [30, 60]], [[2, 30, 9], [14, 12, 40]]])
def test_no_pattern_costs_less(inner: list[list[int]]) -> None:
    """Every set of cells that costs less leaves a small cell too narrow."""
    counts = np.array(inner)
    values = with_margins(counts)
    system = flat_system((counts.shape[0], counts.shape[1]), values).system
    primary = (values > 0) & (values < 11)
    best = cheapest(system, needs_of(system, small_cells(values)), primary, rounds=50)
    assert best is not None
    assert best.proven
    assert _protected(system, best.hidden)
    others = np.flatnonzero(~primary)
    for size in range(len(others) + 1):
        for chosen in combinations(others.tolist(), size):
            # More hidden cells never protect less: of sets that cost less, those that nothing can be added to suffice.
            spent = system.costs[list(chosen)].sum()
            rest = [system.costs[cell] for cell in others.tolist() if cell not in chosen]
            if spent < best.cost - 1e-6 <= spent + min(rest, default=np.inf):
                hidden = primary.copy()
                hidden[list(chosen)] = True
                assert not _protected(system, hidden)


def test_a_polished_small_table_is_optimal() -> None:
    """With trials, a small table costs what the proven optimum costs, and is proved."""
    values = skewed((6, 5), seed=2)
    system = flat_system((6, 5), values).system
    protections = small_cells(values)
    primary = (values > 0) & (values < 11)
    best = cheapest(system, needs_of(system, protections), primary, rounds=50)
    pattern = suppress(system, protections, Effort(work=10**9, trials=1))
    assert best is not None
    assert system.costs[pattern.hidden & ~primary].sum() == pytest.approx(best.cost)
    assert evidence.unproved(system, protections, pattern) == []


def test_where_nothing_helps_there_is_no_optimum() -> None:
    """A cell whose whole table is out cannot be protected by any choice."""
    values = with_margins(np.array([[3, 50], [60, 70]]))
    system = flat_system((2, 2), values).system
    shown = replace(system, fixed=np.arange(9) != 0)
    assert cheapest(shown, needs_of(shown, small_cells(values)), np.arange(9) == 0, rounds=50) is None
