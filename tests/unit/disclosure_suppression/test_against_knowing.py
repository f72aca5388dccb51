"""Patterns against those who know one cell: what they certify, and how many programmes that takes."""

from __future__ import annotations

from dataclasses import replace
from unittest.mock import patch

import numpy as np
import pytest

from ecluse_platform.core.disclosure.suppression import evidence
from ecluse_platform.core.disclosure.suppression.programme import Programme
from ecluse_platform.core.disclosure.suppression.suppress import Effort, suppress
from ecluse_platform.core.disclosure.suppression.system import Pattern, Protection, System
from suppression_tables import flat_system, skewed, small_cells, with_margins

WITHOUT_POLISH = Effort(work=10**9, trials=0)


def _table(shape: tuple[int, ...], seed: int) -> tuple[System, tuple[Protection, ...], tuple[int, ...]]:
    """Return a system, its protections, and the cells in which somebody is alone."""
    values = skewed(shape, seed)
    protections = small_cells(values)
    system = flat_system(shape, values).system
    return system, protections, tuple(p.cell for p in protections if values[p.cell] == 1)


def _supports(pattern: Pattern) -> dict[tuple[int, str], list[set[int]]]:
    """Return what each certificate of each end moves."""
    supports: dict[tuple[int, str], list[set[int]]] = {}
    for certificate in pattern.certificates:
        supports.setdefault((certificate.cell, certificate.direction), []).append(set(certificate.support.tolist()))
    return supports


@pytest.mark.parametrize("shape", [(13, 10), (6, 5, 4), (30, 25)])
def test_for_each_person_who_is_alone_a_certificate_leaves_their_cell_in_place(shape: tuple[int, ...]) -> None:
    """Flat tables of every size that is treated in its own way."""
    system, protections, alone = _table(shape, 3)
    pattern = suppress(system, protections, WITHOUT_POLISH, knowing=alone)
    assert len(alone) > 1
    assert not pattern.unproved
    assert not evidence.unproved(system, protections, pattern, alone)
    for (cell, _), supports in _supports(pattern).items():
        assert all(any(known not in support for support in supports) for known in set(alone) - {cell})


@pytest.mark.parametrize("shape", [(13, 10), (6, 5, 4)])
def test_no_certificate_is_superfluous(shape: tuple[int, ...]) -> None:
    """Where one leaves all known cells in place, it stands alone; of several, each is wanted for somebody."""
    system, protections, alone = _table(shape, 3)
    for (cell, _), supports in _supports(suppress(system, protections, WITHOUT_POLISH, knowing=alone)).items():
        known = set(alone) - {cell}
        for chosen in supports:
            others = [support for support in supports if support is not chosen]
            assert not others or set.intersection(known, *others)


def test_programmes_are_asked_only_for_what_no_known_move_does() -> None:
    """Not even one for each end, and far from one for each end and person."""
    system, protections, alone = _table((12, 8, 4), 1)
    with patch.object(Programme, "move", autospec=True, side_effect=Programme.move) as asked:
        pattern = suppress(system, protections, WITHOUT_POLISH, knowing=alone)
    ends = len(_supports(pattern))
    assert len(alone) > 5
    assert asked.call_count < ends


@pytest.mark.parametrize(("shape", "seed"), [((13, 10), 2), ((8, 8, 3), 1)])
def test_a_pattern_is_polished_where_somebody_is_alone_too(shape: tuple[int, ...], seed: int) -> None:
    """With trials less is hidden, and every end still holds against each of them."""
    system, protections, alone = _table(shape, seed)
    first, polished = (
        suppress(system, protections, replace(WITHOUT_POLISH, trials=trials), knowing=alone) for trials in (0, 50)
    )
    assert alone
    assert system.costs[polished.hidden].sum() < system.costs[first.hidden].sum()
    assert not polished.unproved
    assert not evidence.unproved(system, protections, polished, alone)


def test_who_cannot_be_protected_against_a_person_is_named_and_the_others_are_protected() -> None:
    """Who knows the total of a row of one column knows all of that row, and nothing of the next."""
    inner = np.array([[5], [7]], dtype=np.int64)
    system = flat_system((2, 1), with_margins(inner)).system
    first, its_total, second = 0, 1, 2
    protections = [Protection(first, 1, 11), Protection(second, 1, 11)]
    pattern = suppress(system, protections, WITHOUT_POLISH, knowing=[its_total])
    assert {cell for cell, _ in pattern.unproved} == {first}
    assert {cell for cell, _ in evidence.unproved(system, protections, pattern, [its_total])} == {first}
    assert all(its_total not in c.support for c in pattern.certificates if c.cell == second)


def test_nothing_but_the_arguments_decides() -> None:
    """Twice the same, certificate by certificate."""
    found = []
    for _ in range(2):
        system, protections, alone = _table((8, 6, 3), 5)
        pattern = suppress(system, protections, WITHOUT_POLISH, knowing=alone)
        found.append([(c.cell, c.direction, c.moves.tolist()) for c in pattern.certificates])
    assert found[0] == found[1]
