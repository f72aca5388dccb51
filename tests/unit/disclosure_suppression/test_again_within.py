"""A pattern looked for again within itself: cheaper or the same, proved as well, and always the same."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from ecluse_platform.core.disclosure.suppression import engine
from ecluse_platform.core.disclosure.suppression.again import again, chosen, within
from ecluse_platform.core.disclosure.suppression.engine import Search, needs_of
from ecluse_platform.core.disclosure.suppression.plan import Plan
from ecluse_platform.core.disclosure.suppression.proving import prove
from ecluse_platform.core.disclosure.suppression.suppress import Effort, suppress
from suppression_tables import flat_system, skewed, small_cells

SHAPES = ((40, 20), (13, 10, 5), (6, 5, 3, 4))


def first(shape: tuple[int, ...], seed: int) -> Plan:
    """Return the first pattern of a table."""
    values = skewed(shape, seed)
    system = flat_system(shape, values).system
    base = np.zeros(values.size, dtype=bool)
    base[[p.cell for p in small_cells(values)]] = True
    needs = needs_of(system, small_cells(values))
    search = Search(system, base, max(need.reach for need in needs))
    assert search.protect(needs) == []
    return Plan(system, base, chosen(search, needs))


@pytest.mark.parametrize("large", [engine.LARGE, 0], ids=["whole", "near"])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_a_pass_stays_within_the_pattern_and_is_proved(
    shape: tuple[int, ...], large: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No cell is hidden that was not; every end has its certificate; dearer patterns are not taken."""
    monkeypatch.setattr(engine, "LARGE", large)
    plan = first(shape, 1)
    found = within(plan, tuple(plan.moves)[::-1])
    assert found is not None
    assert not (found.hidden & ~plan.hidden).any()
    better = again(plan, 3)
    assert better.cost <= plan.cost
    pattern = prove(better, tuple(plan.moves), better.hidden)
    assert not pattern.unproved
    assert len(pattern.certificates) == len(plan.moves)


def test_passes_gain_and_are_always_the_same() -> None:
    """In four dimensions the first pattern hides more than is needed; two computations agree on every cell."""
    plan = first((6, 5, 3, 4), 2)
    one, two = again(plan, 3), again(plan, 3)
    assert one.cost < plan.cost
    assert (one.hidden == two.hidden).all()


def test_plans_that_cannot_be_bettered_stay() -> None:
    """Without passes, or with several moves for a need, the plan is returned as it is."""
    plan = first((13, 10, 5), 1)
    assert again(plan, 0) is plan
    several = Plan(plan.system, plan.base, {need: (*moves, *moves) for need, moves in plan.moves.items()})
    assert again(several, 3) is several


def test_progress_goes_on_through_passes_and_polish() -> None:
    """What is told never falls or passes the whole, goes on after the first pattern, and may give up from within."""
    values = skewed((6, 5, 3), seed=2)
    system = flat_system((6, 5, 3), values).system
    told: list[Fraction] = []

    def listening(done: int, total: int) -> None:
        told.append(Fraction(done, total))

    suppress(system, small_cells(values), Effort(work=10**9, trials=40), progress=listening)
    assert told == sorted(told)
    assert Fraction(1, 3) in told
    assert max(told) <= 1

    def given_up(done: int, total: int) -> None:
        if 3 * done > total:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        suppress(system, small_cells(values), Effort(work=10**9, trials=40), progress=given_up)
