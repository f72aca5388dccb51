"""Projects with many small groups: nearly all are proved at once, and what is proved is checked by other code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csc_matrix, csr_matrix

from ecluse_platform.core.disclosure import proof
from ecluse_platform.core.disclosure.history.certifying import certify
from ecluse_platform.core.disclosure.history.comparing import compare
from ecluse_platform.core.disclosure.history.equations import protections_of, system_of
from ecluse_platform.core.disclosure.history.partition import Partition, Publication
from ecluse_platform.core.disclosure.suppression.evidence import evidence_of, unproved
from ecluse_platform.core.disclosure.suppression.suppress import Effort, suppress
from ecluse_platform.core.disclosure.suppression.system import Pattern, Protection, System
from ecluse_platform.core.refusals import Refusal

THRESHOLD = 11


@dataclass
class Searching:
    """The search for a pattern, and how many protections it was ever asked for."""

    asked: int = 0

    def __call__(self, system: System, protections: Sequence[Protection]) -> Pattern:
        """Search, and count."""
        self.asked += len(protections)
        return suppress(system, protections, Effort(work=10**9, trials=0))


def published(item: str, counts: np.ndarray) -> Publication:
    """Return a table that hides its small cells and nothing else."""
    shown = (counts == 0) | (counts >= THRESHOLD)
    return Publication(item, tuple(f"{item} {i}" for i in range(counts.size)), shown, ~shown)


def by_drug(persons: int, areas: int, drugs: int, seed: int) -> Partition:
    """Return persons by area, and then by drug: a person takes several, so that there are many groups of few."""
    draw = np.random.default_rng(seed)
    area = draw.integers(areas, size=persons)
    takes = draw.random((persons, drugs)) < 1.5 / drugs
    held = np.hstack([np.eye(areas, dtype=bool)[area], np.ones((persons, 1), dtype=bool), takes])
    kinds, counts = np.unique(held, axis=0, return_counts=True)
    members = csr_matrix(kinds.T.astype(np.int64))
    sizes = np.asarray(members @ counts)
    tables = published("r1", sizes[: areas + 1]), published("r2", sizes[areas + 1 :])
    return Partition((tables[0],), tables[1], counts.astype(np.int64), members)


def test_few_of_thousands_of_small_groups_are_searched_one_by_one() -> None:
    """The work of the search does not grow with the number of small groups: it is asked for less than one in fifty."""
    partition = by_drug(6000, areas=60, drugs=12, seed=1)
    small = int((partition.persons < THRESHOLD).sum())
    searching = Searching()
    found = compare(partition, THRESHOLD, np.ones(partition.table.size), searching)
    assert small > 2000
    assert searching.asked < small / 50
    assert found.hidden == ()
    assert found.proof is not None
    evidence = evidence_of(found.proof.system, found.proof.protections, found.proof.pattern)
    assert isinstance(evidence["moves"], list)
    assert isinstance(evidence["certificates"], list)
    # What many certificates share is stored once.
    assert sum(map(len, evidence["moves"])) < 60 * len(evidence["certificates"])


@given(st.integers(40, 400), st.integers(1, 6), st.integers(1, 7), st.integers(0, 2**31))
def test_what_exchanges_prove_is_proved(persons: int, areas: int, drugs: int, seed: int) -> None:
    """Every end that is said to be proved has a certificate that whole-number arithmetic finds right."""
    partition = by_drug(persons, areas, drugs, seed)
    system = system_of(partition, np.ones(partition.table.size))
    asked = protections_of(partition, THRESHOLD)
    certified = certify(partition, system, asked)
    pattern = Pattern(np.zeros(system.size, dtype=bool), certified.certificates, ())
    left = {protection.cell for protection in certified.left}
    said = [protection for protection in asked if protection.cell not in left]
    assert unproved(system, said, pattern) == []


def test_what_two_tables_tell_is_never_proved_open() -> None:
    """Fourteen persons and ten of them, both shown: the four between stay unproved, and the table loses a cell."""
    members = csr_matrix(np.array([[1, 1, 1], [1, 0, 1]], dtype=np.int64))
    partition = Partition(
        (published("r1", np.array([34])),), published("r2", np.array([30])), np.array([12, 4, 18]), members
    )
    system = system_of(partition, np.ones(1))
    certified = certify(partition, system, protections_of(partition, THRESHOLD))
    assert [protection.cell for protection in certified.left] == [1]
    with pytest.raises(Refusal, match="reveal"):
        compare(partition, THRESHOLD, np.ones(1), Searching())


def test_a_wrong_exchange_is_refused_by_the_checker() -> None:
    """The checker that the test above relies on does see a certificate that changes a shown cell."""
    facts = proof.Facts([12, 4, 16], [0, 0, 1], [[(0, 1), (1, 1), (2, -1)]], [], frozenset({0, 1}))
    assert not proof.check(facts, proof.Claim(1, proof.HIGH, 7, {1: 1}))
    assert proof.check(facts, proof.Claim(1, proof.HIGH, 7, {1: 1, 0: -1}))


def test_more_than_can_be_searched_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A comparison that would go on for hours is refused with what to do, before the search."""
    monkeypatch.setattr("ecluse_platform.core.disclosure.history.comparing.MOST_SEARCHED", 0)
    members = csr_matrix(csc_matrix(np.array([[1, 1], [1, 0]], dtype=np.int64)))
    partition = Partition(
        (published("r1", np.array([34])),), published("r2", np.array([30])), np.array([30, 4]), members
    )
    searching = Searching()
    with pytest.raises(Refusal) as refused:
        compare(partition, THRESHOLD, np.ones(1), searching)
    assert refused.value.code == "history_too_fine"
    assert searching.asked == 0
