"""The whole chain: lines of care through protect_table, and an attack on what is read back from the table alone."""

from __future__ import annotations

import os

import numpy as np
from hypothesis import event, example, given, settings
from hypothesis import strategies as st

from ecluse_platform.core.disclosure.attack.intervals import too_narrow
from ecluse_platform.core.disclosure.protecting import protect_table
from ecluse_platform.core.disclosure.query import Kind, Measure, Unit
from ecluse_platform.core.disclosure.table import ProtectedTable
from ecluse_platform.core.refusals import Refusal
from random_persons import Lines, random_lines, read, required, table_of
from small_world import profile

DEEP = bool(os.environ.get("ECLUSE_DEEP"))
PERSONS = Measure(name="persons", unit=Unit.PERSONS)
ROWS = Measure(name="rows", unit=Unit.ROWS)
COST = Measure(name="cost", unit=Unit.PERSONS, kind=Kind.SUM, of="cost", decimals=2)
ASKED = [(PERSONS,), (ROWS,), (PERSONS, ROWS), (PERSONS, COST), (PERSONS, ROWS, COST)]


def protected(lines: Lines, measures: tuple[Measure, ...], threshold: int) -> ProtectedTable | None:
    """Protect a table of all margins; None where it is refused."""
    layout, statistics = table_of(lines)
    rules = profile(
        persons=threshold,
        rows=threshold,
        p_percent=None,
        largest_share_percent=None,
        effort={"work": 10**9, "trials": 0},
    )
    try:
        return protect_table(layout, statistics, measures, rules, bounds=False).table
    except Refusal as refusal:
        event(refusal.code)
        return None


def add_up(lines: Lines) -> list[bool]:
    """Say for each dimension whether every person keeps to one category."""
    pairs = [np.unique(np.stack([lines.persons, column]), axis=1).shape[1] for column in lines.leaves.T]
    return [pair == len(np.unique(lines.persons)) for pair in pairs]


# Persons and rows of one table, laid side by side, once gave away more than each alone.
@settings(max_examples=1500 if DEEP else 15, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from(ASKED), st.sampled_from([3, 5, 11]))
@example(12, (PERSONS, ROWS, COST), 5)
@example(54, (PERSONS, ROWS), 5)
@example(82, (PERSONS, ROWS, COST), 11)
@example(243, (PERSONS, ROWS), 5)
def test_nothing_that_leaves_bounds_a_small_group(seed: int, measures: tuple[Measure, ...], threshold: int) -> None:
    """Persons in several categories, rows and sums, all at once: small counts and complements stay open."""
    lines = random_lines(seed)
    table = protected(lines, measures, threshold)
    if table is None:
        return
    event("protected")
    layout, statistics = table_of(lines)
    publication, bare = (read(table, layout.dimensions, add_up(lines), naked=naked) for naked in (False, True))
    true = {"persons": statistics.persons, "rows": statistics.rows, "cost": statistics.sums["cost"].total}
    assert too_narrow(publication, required(publication, bare, true, threshold)) == ()
