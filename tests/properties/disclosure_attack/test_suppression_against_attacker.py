"""Safety: whatever the table, what the suppressor lets out holds against an attacker who shares no code with it."""

from __future__ import annotations

import os

import numpy as np
import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from attacking import broken, demands, released, suppressed
from ecluse_platform.core.disclosure.attack.intervals import intervals
from ecluse_platform.core.disclosure.tabular.structure import Flags
from random_tables import RandomTable, random_table

DEEP = bool(os.environ.get("ECLUSE_DEEP"))
MANY = settings(max_examples=2000 if DEEP else 30, deadline=None)
MOST_CELLS = 300 if DEEP else 90
LOOSE = 5
THRESHOLDS = st.sampled_from([3, 5, 11])
SEEDS = st.integers(0, 2**32 - 1)


def primaries_only(table: RandomTable, threshold: int) -> Flags:
    """Switch secondary suppression off."""
    hidden = np.zeros(table.layout.size, bool)
    hidden[table.small(threshold)] = True
    return hidden


@MANY
@given(SEEDS, THRESHOLDS)
def test_no_small_cell_of_an_additive_table_is_bounded(seed: int, threshold: int) -> None:
    """Flat, hierarchical, sparse, skewed, with margins that were not asked for: every interval is wide enough."""
    table = random_table(seed, most_cells=MOST_CELLS)
    pattern = suppressed(table, threshold)
    event("refused" if pattern.unproved else "protected")
    assume(not pattern.unproved)
    assert broken(table, pattern.hidden, threshold) == ()


@MANY
@given(SEEDS, THRESHOLDS)
def test_no_small_group_of_persons_is_bounded(seed: int, threshold: int) -> None:
    """Persons in several categories: cells, and complements that no row of the table shows."""
    table = random_table(seed, most_cells=MOST_CELLS, loose=LOOSE)
    pattern = suppressed(table, threshold)
    event("refused" if pattern.unproved else "protected")
    assume(not pattern.unproved)
    assert broken(table, pattern.hidden, threshold) == ()


@pytest.mark.parametrize("loose", [0, 5])
def test_without_secondary_suppression_the_same_attack_succeeds(loose: int) -> None:
    """The tests above can fail: hiding small cells only, nearly every table gives some of them away.

    Most tables must be protected, too: a suppressor that refuses everything would pass.
    """
    naked = protected = tables = exactly = 0
    for seed in range(30):
        table = random_table(seed, most_cells=60, loose=loose)
        hidden = primaries_only(table, 11)
        if not hidden.any() or hidden.all():
            continue
        tables += 1
        naked += bool(broken(table, hidden, 11))
        publication = released(table, hidden)
        cells = [one.cell for one in demands(table, publication, 11)]
        found = intervals(publication, cells)
        exactly += bool((found.high[cells] - found.low[cells] < 0.5).any())
        protected += not suppressed(table, 11).unproved
    assert tables > 18
    assert naked > 0.6 * tables
    assert exactly > 0.5 * tables
    assert protected > 0.5 * tables
