"""Moves that are looked for near a cell only protect as well as those of the whole table, and hide not much more."""

from __future__ import annotations

import numpy as np
import pytest

from ecluse_platform.core.disclosure.attack.intervals import Required, too_narrow
from ecluse_platform.core.disclosure.attack.publication import Publication, read_table
from ecluse_platform.core.disclosure.suppression import engine, evidence
from ecluse_platform.core.disclosure.suppression.near import Near
from ecluse_platform.core.disclosure.suppression.suppress import Effort, suppress
from ecluse_platform.core.disclosure.suppression.system import Pattern, System
from suppression_tables import flat_layout, flat_system, skewed, small_cells

QUICK = Effort(10**9, 0)
SHAPES = ((6, 5), (5, 4, 3), (4, 3, 2, 2), (9, 2, 3))


def leaked(shape: tuple[int, ...], values: np.ndarray, pattern: Pattern) -> int:
    """Count the small cells that an outsider bounds too closely in what a pattern shows."""
    read = read_table("table", flat_layout(shape), values, ~pattern.hidden, (True,) * len(shape), least=0)
    asked = [Required(p.cell, p.low, p.high) for p in small_cells(values)]
    return len(too_narrow(Publication((read,)), asked))


def secondary_cost(system: System, values: np.ndarray, pattern: Pattern) -> float:
    """Return what is hidden beside the small cells."""
    secondary = pattern.hidden.copy()
    secondary[[p.cell for p in small_cells(values)]] = False
    return float(system.costs[secondary].sum())


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_what_is_found_nearby_is_proved_and_withstands(
    shape: tuple[int, ...], seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In small tables too, where the whole would be as quick: same promise, by proof and by attack."""
    monkeypatch.setattr(engine, "SMALL", 0)
    values = skewed(shape, seed)
    system = flat_system(shape, values).system
    pattern = suppress(system, small_cells(values), QUICK)
    assert evidence.unproved(system, small_cells(values), pattern) == [
        (cell, end.value) for cell, end in pattern.unproved
    ]
    if not pattern.unproved:
        assert leaked(shape, values, pattern) == 0


@pytest.mark.parametrize("shape", [(40, 20), (13, 10, 5)], ids=str)
def test_tables_that_are_large_enough_are_searched_nearby(
    shape: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """No programme over all cells is made; the pattern is proved, always the same, and less than twice as dear."""
    values = skewed(shape, 1)
    system = flat_system(shape, values).system
    monkeypatch.setattr(engine, "SMALL", system.size)
    whole = suppress(system, small_cells(values), QUICK)
    monkeypatch.undo()
    asked = []
    monkeypatch.setattr(Near, "move", _counting(Near.move, asked))
    near, again = (suppress(system, small_cells(values), QUICK) for _ in range(2))
    assert asked
    assert not near.unproved
    assert (near.hidden == again.hidden).all()
    assert leaked(shape, values, near) == 0
    assert secondary_cost(system, values, near) <= 2 * secondary_cost(system, values, whole)


def _counting(move: object, asked: list[object]) -> object:
    def counted(self: Near, need: object) -> object:
        asked.append(need)
        return move(self, need)  # type: ignore[operator]

    return counted
