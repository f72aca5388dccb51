from __future__ import annotations

from dataclasses import replace

import numpy as np

import small_world
from ecluse_platform.core.disclosure.gate import Proof, bounds_of, narrow_cells, possible_of
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
