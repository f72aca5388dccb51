# The parts of the suppressor, each by what it promises.
from __future__ import annotations

import numpy as np
import pytest

from ecluse_platform.core.disclosure import proof
from ecluse_platform.core.disclosure.suppression import evidence
from ecluse_platform.core.disclosure.suppression.certificates import Rounding
from ecluse_platform.core.disclosure.suppression.costs import CostPolicy, costs
from ecluse_platform.core.disclosure.suppression.engine import needs_of
from ecluse_platform.core.disclosure.suppression.linking import SharedCellsDiffer, cell_keys, join_systems
from ecluse_platform.core.disclosure.suppression.moves import DOWN, SLACK, UP, Move, Moves, Need
from ecluse_platform.core.disclosure.suppression.programme import Programme
from ecluse_platform.core.disclosure.suppression.relations import Inconsistent, relate
from ecluse_platform.core.disclosure.suppression.suppress import Effort, Task, suppress, suppress_together
from ecluse_platform.core.disclosure.suppression.sweep import sweep
from ecluse_platform.core.disclosure.suppression.system import Protection
from ecluse_platform.core.disclosure.tabular.structure import Layout
from suppression_tables import flat_layout, flat_system, skewed, small_cells, with_margins

EFFORT = Effort(work=10**9, trials=0)


def test_a_margin_that_is_not_the_sum_is_named() -> None:
    """The error says the dimension and the cell, and no value."""
    values = with_margins(np.array([[3, 50], [40, 30]]))
    values[2] += 1
    with pytest.raises(Inconsistent) as raised:
        flat_system((2, 2), values)
    assert (raised.value.dimension, raised.value.cell) in {("d1", 2), ("d0", 8)}
    assert "54" not in str(raised.value)


def test_persons_in_several_categories_are_tied_by_inequalities() -> None:
    """Where persons repeat, a margin is between the largest and the sum; small complements become virtual cells."""
    layout = flat_layout((3,))
    values = np.array([20, 30, 5, 33])
    related = relate(layout, values, [False], np.ones(4), smallest_complement=11)
    assert related.system.inequalities.shape[0] == 4
    assert [(c.part, c.margin) for c in related.complements] == [(1, 3)]
    assert related.system.values[related.complements[0].cell] == 3
    with pytest.raises(Inconsistent):
        relate(layout, np.array([20, 30, 5, 29]), [False], np.ones(4))


def test_a_margin_that_nobody_asked_for_ties_nothing() -> None:
    """Cells without their total have no equation."""
    layout = flat_layout((3,))
    inner = Layout(layout.dimensions, layout.codes[:3], layout.published[:3])
    system = relate(inner, np.array([1, 2, 3]), [True], np.ones(3)).system
    assert system.equalities.shape[0] == 0
    assert not suppress(system, small_cells(system.values), EFFORT).unproved


def test_tables_of_the_same_rows_share_their_margins() -> None:
    """The row totals of two tables are one cell; they must agree."""
    one, two = skewed((3, 2), seed=1), skewed((3, 2), seed=1)
    layouts = (flat_layout((3, 2)), flat_layout((3, 2)))
    systems = [flat_system((3, 2), values).system for values in (one, two)]
    keys = [cell_keys(layout) for layout in layouts]
    assert join_systems(systems, keys).system.size == 12
    two = two + (two > 0)
    with pytest.raises((SharedCellsDiffer, Inconsistent)):
        join_systems([systems[0], flat_system((3, 2), two).system], keys)


def test_costs_follow_the_policy() -> None:
    """Totals, large cells and recent years cost more, each if the policy says so; the grand total costs most."""
    layout = flat_layout((2, 2))
    values = with_margins(np.array([[3, 50], [40, 30]]))
    equal = costs(layout, values, CostPolicy(keep_totals=1.0, keep_large=True))
    assert equal[1] > equal[0]
    dear = costs(layout, values, CostPolicy(keep_totals=3.0, keep_large=True))
    assert dear[2] == pytest.approx(3 * equal[2])
    recent = costs(layout, values, CostPolicy(keep_totals=1.0, keep_large=True, keep_recent=2.0, recent="d0"))
    assert recent[3] / equal[3] > recent[0] / equal[0]
    assert np.argmax(equal) == values.size - 1


def test_a_move_done_and_undone_protects_other_cells() -> None:
    """One move up for a cell is one move down for its neighbours, as far as there is room."""
    system = flat_system((2, 2), with_margins(np.array([[3, 50], [40, 30]]))).system
    moves = Moves(system)
    assert not moves.covers(Need(1, DOWN, 3))
    moves.add(Move(np.array([0, 1, 3, 4]), np.array([1.0, -1.0, -1.0, 1.0])))
    assert moves.covers(Need(0, UP, 40))
    assert not moves.covers(Need(0, UP, 41))
    assert moves.covers(Need(1, DOWN, 40))
    assert moves.covers(Need(1, UP, 3))
    assert not moves.covers(Need(1, UP, 4))


def test_a_sweep_meets_many_needs_with_moves_that_are_whole_numbers() -> None:
    """Over the hidden cells of a pattern, few programmes meet most needs."""
    values = skewed((13, 10), seed=1)
    system = flat_system((13, 10), values).system
    protections = small_cells(values)
    hidden = suppress(system, protections, EFFORT).hidden
    needs, moves, rounding = needs_of(system, protections), Moves(system), Rounding(system)
    met = sweep(system, hidden, needs, moves, rounding)
    assert met == sum(moves.covers(need) for need in needs) > len(needs) / 2
    assert all(rounding.whole(move) is not None for move in moves.found)
    assert all(hidden[move.cells].all() for move in moves.found)
    assert {need.sign for need in needs} == {UP, DOWN}


def test_one_programme_meets_several_needs_by_one_move() -> None:
    """Every cell asked about goes far enough, and all sums stay."""
    values = skewed((6, 5, 4), 1)
    system = flat_system((6, 5, 4), values).system
    needs = [need for need in needs_of(system, small_cells(values)) if need.sign == UP][:4]
    programme = Programme(system, np.arange(system.size), np.zeros(system.size, dtype=bool))
    together = programme.move(*needs)
    assert together is not None
    changed = np.zeros(system.size)
    changed[together.cells] = together.amounts
    assert np.allclose(system.equalities @ changed, 0)
    assert all(changed[need.cell] >= need.reach - SLACK for need in needs)
    # The same question about one of them is not changed by what was asked before.
    alone = programme.move(needs[0])
    again = Programme(system, np.arange(system.size), np.zeros(system.size, dtype=bool)).move(needs[0])
    assert alone is not None
    assert again is not None
    assert (alone.cells == again.cells).all()


def test_sums_in_cents_are_proved_exactly() -> None:
    """Amounts of millions with odd cents, each to be uncertain by a fifth."""
    counts = skewed((6, 5), seed=3)
    amounts = with_margins(np.random.default_rng(3).integers(10**6, 10**11, (6, 5)))
    persons, sums = flat_system((6, 5), counts).system, flat_system((6, 5), amounts).system
    small = small_cells(counts)
    wide = tuple(Protection(p.cell, int(amounts[p.cell] * 4 // 5), int(amounts[p.cell] * 6 // 5)) for p in small)
    first, second = suppress_together([Task(persons, small), Task(sums, wide)], EFFORT)
    assert (first.hidden == second.hidden).all()
    assert evidence.unproved(persons, small, first) == []
    assert evidence.unproved(sums, wide, second) == []


@pytest.mark.parametrize(
    "claim",
    [
        proof.Claim(0, "high", 8, {0: 1, 1: -1}),  # breaks a total
        proof.Claim(0, "high", 8, {0: 1, 1: -1, 3: -1}),  # breaks another
        proof.Claim(0, "low", 8, {0: 1, 1: -1, 3: -1, 4: 1}),  # goes the other way
        proof.Claim(0, "high", 60, {0: 1, 1: -1, 3: -1, 4: 1}),  # makes a count negative
        proof.Claim(0, "high", 0, {0: 1, 1: -1, 3: -1, 4: 1}),  # goes nowhere
        proof.Claim(5, "high", 8, {0: 1, 1: -1, 3: -1, 4: 1}),  # is about another cell
    ],
)
def test_a_wrong_certificate_is_refused(claim: proof.Claim) -> None:
    """Each way to be wrong, beside one that is right."""
    system = flat_system((2, 2), with_margins(np.array([[3, 50], [40, 30]]))).system
    pattern = suppress(system, [Protection(0, 1, 11)], EFFORT)
    facts = evidence.facts_of(system, pattern)
    assert facts.hidden == {0, 1, 3, 4}
    assert proof.check(facts, proof.Claim(0, "high", 8, {0: 1, 1: -1, 3: -1, 4: 1}))
    assert not proof.check(facts, claim)


def test_a_move_that_proves_many_ends_is_stored_once() -> None:
    """Evidence holds each move once, done or undone, and a certificate is refused where its move does not exist."""
    values = skewed((13, 10), seed=1)
    system, protections = flat_system((13, 10), values).system, small_cells(values)
    pattern = suppress(system, protections, EFFORT)
    stored = evidence.evidence_of(system, protections, pattern)
    moves, certificates = stored["moves"], stored["certificates"]
    assert isinstance(moves, list)
    assert isinstance(certificates, list)
    shapes = {frozenset((cell, abs(amount)) for cell, amount in move) for move in moves}
    assert len(shapes) == len(moves) < len(certificates) == len(pattern.certificates)
    assert proof.check_json(stored) == []
    cell, direction, reach, number = certificates[0]
    for other in (len(moves), -1, True, "0"):
        with pytest.raises(ValueError, match="no evidence"):
            proof.check_json({**stored, "certificates": [[cell, direction, reach, other]]})
    moves[number] = [[at, amount + 1] for at, amount in moves[number]]
    assert (cell, direction) in proof.check_json(stored)


@pytest.mark.parametrize("broken", [{}, {"values": "x"}, {"values": [1.5]}, {"hidden": [99]}, {"least": []}])
def test_evidence_of_another_shape_is_refused(broken: dict[str, object]) -> None:
    """Stored evidence that does not read as whole numbers about known cells proves nothing."""
    system = flat_system((2, 2), with_margins(np.array([[3, 50], [40, 30]]))).system
    protections = [Protection(0, 1, 11)]
    stored = evidence.evidence_of(system, protections, suppress(system, protections, EFFORT))
    assert proof.check_json(stored) == []
    with pytest.raises(ValueError, match="no evidence"):
        proof.check_json({**stored, **broken} if broken else {})
