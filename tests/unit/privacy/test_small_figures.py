"""The small-cell rule on each noised figure of a cell that is large."""

from __future__ import annotations

import small_world
from ecluse_platform.core.privacy.assembling import assembled
from private_shapes import asked

PROFILE, RULES = small_world.privacy(), small_world.profile()


def test_few_distinct_values_are_hidden_in_a_large_cell_too() -> None:
    """They are held to the threshold of rows; what else the cell shows stays."""
    least = RULES.threshold_rows
    noised = {("a",): {"n1": 400, "n11": least - 1}, ("b",): {"n1": 400, "n11": least}}
    table = assembled(asked("persons", "kinds", rows=2), PROFILE, RULES, noised, 0)
    assert [column.least for column in table.columns] == [RULES.threshold_persons, least]
    assert [[figure and figure.value for figure in row.figures] for row in table.rows] == [
        ["400", None],
        ["400", str(least)],
    ]


def test_a_cell_that_shows_few_distinct_values_alone_is_hidden() -> None:
    """Its number of persons is not told either."""
    noised = {("a",): {"n1": 400, "n11": 1}}
    [row] = assembled(asked("kinds", rows=2), PROFILE, RULES, noised, 0).rows
    assert (row.counted, row.hidden) == (None, True)
