from __future__ import annotations

from dataclasses import replace

import numpy as np

import small_world
from ecluse_platform.core.disclosure.attack.intervals import intervals
from ecluse_platform.core.disclosure.attack.publication import Publication, read_table
from ecluse_platform.core.disclosure.gate import Proof, bounds_of, narrow_cells, outside, possible_of
from ecluse_platform.core.disclosure.protecting import Protected, protect_table
from ecluse_platform.core.disclosure.query import Measure, Unit
from ecluse_platform.core.disclosure.tabular.statistics import Statistics
from ecluse_platform.core.disclosure.tabular.structure import Dimension, Flags, Layout

LAYOUT = Layout(
    (Dimension.flat("region", ("a", "b", "c")),), np.arange(4, dtype=np.int64)[:, None], np.ones(4, dtype=bool)
)
PERSONS = np.array([3, 20, 40, 63], dtype=np.int64)


def protected() -> Protected:
    """Protect three régions and their total, one of them small."""
    measures = [Measure(name="n", unit=Unit.PERSONS)]
    return protect_table(LAYOUT, Statistics(PERSONS, PERSONS), measures, small_world.profile())


def hidden(found: Protected) -> Flags:
    """Flag the cells that are hidden."""
    return np.array([row.finding is not None for row in found.table.rows], dtype=bool)


def without_certificates(proof: Proof) -> Proof:
    """Return a proof that proves nothing."""
    return replace(proof, pattern=replace(proof.pattern, certificates=()))


def test_the_attacker_agrees_with_the_certificates() -> None:
    """What the certificates prove possible lies inside what an outsider finds possible."""
    found = protected()
    (proof,) = found.proofs
    low, high = possible_of(proof)
    (lows,), (highs,) = bounds_of(LAYOUT, found.proofs, hidden(found))
    assert (lows <= low).all()
    assert (highs >= high).all()
    assert (low[0], high[0]) == (1, 11)


def test_a_lost_certificate_is_noticed_and_the_attacker_decides() -> None:
    """Nothing is proved any more, and still nothing is too narrow."""
    found = protected()
    broken = without_certificates(found.proofs[0])
    assert len(broken.uncertified()) == broken.ends == 2
    assert narrow_cells(LAYOUT, [broken], hidden(found)) == (frozenset(),)


def test_a_pattern_without_secondary_cells_does_not_pass() -> None:
    """The small cell alone is a subtraction away: the attacker says so, whatever certificates are shown."""
    found = protected()
    alone = np.array([True, False, False, False])
    assert narrow_cells(LAYOUT, found.proofs, alone) == (frozenset({0}),)


REGIONS = Layout(
    (Dimension.flat("region", ("a", "b", "c", "d")),), np.arange(5, dtype=np.int64)[:, None], np.ones(5, dtype=bool)
)
MANY = np.array([8, 5, 30, 40, 83], dtype=np.int64)


def seen_by_the_lone_one(statistics: Statistics, measure: Measure, *, knowing: bool) -> tuple[bool, float]:
    """Protect; say whether the first cell is hidden, and the most that who is alone in it finds possible in b."""
    rules = small_world.profile(knowing_singletons=knowing)
    found = protect_table(REGIONS, statistics, [measure], rules)
    flags = hidden(found)
    (alone,) = (replace(proof, knowing=(0,)) for proof in found.proofs)
    seen = outside(REGIONS, [alone], flags, known=0)
    return bool(flags[0]), float(intervals(seen.publication, [1]).high[1])


def test_a_hospital_that_is_alone_cannot_subtract_its_patients() -> None:
    """It knows its 8 patients; the 5 of the next région must stay uncertain for it."""
    statistics = Statistics(MANY, MANY, establishments=np.array([1, 4, 5, 6, 16], dtype=np.int64))
    persons = Measure(name="n", unit=Unit.PERSONS)
    assert seen_by_the_lone_one(statistics, persons, knowing=False) == (True, 5)
    assert seen_by_the_lone_one(statistics, persons, knowing=True)[1] >= 11


def test_a_person_who_is_alone_cannot_subtract_his_or_her_events() -> None:
    """One person has 8 of the rows; the 5 rows of the next région must stay uncertain for that person."""
    statistics = Statistics(np.array([1, 4, 30, 40, 75], dtype=np.int64), MANY)
    rows_of = Measure(name="n", unit=Unit.ROWS)
    assert seen_by_the_lone_one(statistics, rows_of, knowing=False) == (True, 5)
    assert seen_by_the_lone_one(statistics, rows_of, knowing=True)[1] >= 11


def test_a_person_who_is_alone_learns_nothing_from_counts_of_persons() -> None:
    """Everybody knows that at least one is there, so that no more need be hidden; unless zeros are protected."""
    persons = np.array([1, 10, 30, 40, 81], dtype=np.int64)
    for zeros, needed in (("shown", False), ("protected", True)):
        rules = small_world.profile(zeros=zeros)
        found = protect_table(REGIONS, Statistics(persons, persons), [Measure(name="n", unit=Unit.PERSONS)], rules)
        assert bool(found.proofs[0].knowing) is needed
        at_least_one = np.where(hidden(found), 1, persons)
        seen = read_table("n", REGIONS, persons, ~hidden(found), [True], least=at_least_one.astype(float))
        assert intervals(Publication((seen,)), [1]).high[1] >= 11
