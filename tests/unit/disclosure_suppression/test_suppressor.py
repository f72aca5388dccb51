# What the whole engine promises, on tables small enough to be read and on one of four dimensions.
from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ecluse_platform.core.disclosure.suppression import evidence
from ecluse_platform.core.disclosure.suppression.suppress import Effort, suppress
from ecluse_platform.core.disclosure.suppression.system import Protection, Stop
from suppression_tables import flat_system, skewed, small_cells, with_margins

EFFORT = Effort(work=10**9, trials=0)


@pytest.mark.parametrize("shape", [(6, 5), (13, 10), (5, 4, 2), (4, 3, 2, 2)])
@pytest.mark.parametrize("least", [0, 1])
def test_every_small_cell_keeps_its_interval(shape: tuple[int, ...], least: int) -> None:
    """Every protection has a right certificate for both ends, and no zero that policy shows is hidden."""
    values = skewed(shape, seed=1)
    system = flat_system(shape, values, least=least).system
    protections = small_cells(values)
    pattern = suppress(system, protections, EFFORT)
    said = [(cell, direction.value) for cell, direction in pattern.unproved]
    assert sorted(evidence.unproved(system, protections, pattern)) == sorted(said)
    # Where zeros are shown, small tables may have nothing to move against.
    assert not said or least == 1
    assert pattern.hidden[[p.cell for p in protections]].all()
    assert not (pattern.hidden & system.fixed).any()


def test_one_hidden_cell_takes_a_box_with_it() -> None:
    """The cheapest way to keep one cell uncertain is a box of four."""
    values = with_margins(np.array([[3, 50, 60], [40, 30, 70], [80, 90, 20]]))
    system = flat_system((3, 3), values).system
    pattern = suppress(system, small_cells(values), EFFORT)
    assert np.flatnonzero(pattern.hidden).tolist() == [0, 1, 4, 5]


def test_what_cannot_be_protected_is_named() -> None:
    """Where zeros are shown, a diagonal has nothing to move against once its margins are out."""
    values = with_margins(np.array([[3, 0], [0, 70]]))
    system = flat_system((2, 2), values, least=1).system
    released = replace(system, fixed=system.fixed | (np.arange(9) % 3 == 2) | (np.arange(9) > 5))
    pattern = suppress(released, [Protection(0, 1, 11)], EFFORT)
    assert pattern.stopped is Stop.IMPOSSIBLE
    assert {cell for cell, _ in pattern.unproved} == {0}
    assert len(evidence.unproved(released, [Protection(0, 1, 11)], pattern)) == 2


def test_too_much_work_is_said_at_once() -> None:
    """A table beyond the effort has no pattern, and nothing in it is said to be proved."""
    values = skewed((13, 10), seed=1)
    pattern = suppress(flat_system((13, 10), values).system, small_cells(values), Effort(work=10, trials=0))
    assert pattern.stopped is Stop.TOO_LARGE
    assert pattern.unproved
    assert pattern.certificates == ()


def test_polish_never_costs_more() -> None:
    """Trials only ever replace a pattern by a cheaper one, proved as well."""
    values = skewed((6, 5, 3), seed=2)
    system = flat_system((6, 5, 3), values).system
    protections = small_cells(values)
    plain, polished = (suppress(system, protections, Effort(work=10**9, trials=trials)) for trials in (0, 40))
    assert system.costs[polished.hidden].sum() <= system.costs[plain.hidden].sum()
    assert evidence.unproved(system, protections, polished) == []


def test_without_secondary_cells_nothing_is_proved() -> None:
    """The same checks fail where only primary cells are hidden: their certificates move cells that are shown."""
    values = skewed((5, 4, 2), seed=1)
    system = flat_system((5, 4, 2), values).system
    protections = small_cells(values)
    pattern = suppress(system, protections, EFFORT)
    primary = np.zeros(values.size, dtype=bool)
    primary[[p.cell for p in protections]] = True
    assert (pattern.hidden & ~primary).any()
    assert evidence.unproved(system, protections, replace(pattern, hidden=primary))


def test_a_hopeless_table_is_refused_before_any_programme() -> None:
    """A sparse table of a hundred thousand cells is too much work; that is found by counting."""
    shape = (400, 249)
    values = with_margins((np.random.default_rng(1).random(shape) < 0.4).astype(np.int64) * 3)
    system = flat_system(shape, values, least=1).system
    calls: list[int] = []
    effort = Effort(work=10**8, trials=0)
    pattern = suppress(system, small_cells(values), effort, progress=lambda done, _: calls.append(done))
    assert pattern.stopped is Stop.TOO_LARGE
    assert calls == []
