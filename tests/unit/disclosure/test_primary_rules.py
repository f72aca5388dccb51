from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import small_world
from ecluse_platform.core.disclosure.query import Unit
from ecluse_platform.core.disclosure.rules.concentration import dominated, estimable, largest_share
from ecluse_platform.core.disclosure.rules.thresholds import count_too_small, part_too_small, too_few_units
from ecluse_platform.core.disclosure.rules.unanimity import whole_group_in_one_cell
from ecluse_platform.core.disclosure.rules.wording import wording
from ecluse_platform.core.disclosure.table import Rule
from ecluse_platform.core.disclosure.tabular.statistics import Count, Statistics
from ecluse_platform.core.disclosure.tabular.structure import Dimension, Layout

PROFILE = small_world.profile()
contributions = st.lists(st.integers(0, 10**15), min_size=3, max_size=8)


def cells(*values: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return one number for each cell."""
    return np.array(values, dtype=np.int64)


def test_nobody_is_protected_where_no_professional_has_any_part() -> None:
    """One or two professionals are too few; none at all are none to protect."""
    many = cells(50, 50, 50, 50)
    found = too_few_units(Statistics(many, many, professionals=cells(0, 1, 2, 3)), Unit.PROFESSIONALS, PROFILE)
    assert found is not None
    assert found.tolist() == [False, True, True, False]


def test_a_unit_that_no_query_names_has_no_threshold() -> None:
    """Nothing is known of establishments where the data do not name them."""
    assert too_few_units(Statistics(cells(50), cells(50)), Unit.ESTABLISHMENTS, PROFILE) is None


def test_owners_and_keys_must_both_reach_the_threshold() -> None:
    """Several pseudonyms of one person are one person."""
    count = Count(Unit.PERSONS, cells(20, 20, 10), owners=cells(11, 10, 20))
    assert count_too_small(count, PROFILE).tolist() == [False, True, True]


def test_what_is_not_counted_is_counted_too() -> None:
    """1 to 10 left out are too few; 0 and 11 are not."""
    whole, part = cells(50, 50, 50, 50), cells(50, 49, 40, 39)
    assert part_too_small(part, whole, 11).tolist() == [False, True, True, False]


@given(contributions, st.integers(1, 99))
def test_the_rules_are_their_formulas(values: list[int], percent: int) -> None:
    """Largest share, (n,k) and p-percent, against the formulas in whole numbers of any size."""
    ordered = sorted(values, reverse=True)
    total = sum(ordered)
    largest, weight = np.array([ordered[:3]], dtype=np.int64), cells(total)
    assert largest_share(largest, weight, percent).tolist() == [100 * ordered[0] > percent * total]
    assert dominated(largest, weight, 3, percent).tolist() == [100 * sum(ordered[:3]) > percent * total]
    rest = total - ordered[0] - ordered[1]
    assert estimable(largest, weight, percent).tolist() == [100 * rest < percent * ordered[0]]


def test_a_rule_that_is_off_flags_nothing() -> None:
    """Null in the profile is no rule."""
    largest = np.array([[100, 0]], dtype=np.int64)
    assert not largest_share(largest, cells(100), None).any()
    assert not estimable(largest, cells(100), None).any()


@given(contributions, st.integers(1, 99), st.integers(1, 3))
def test_contributors_that_are_not_known_are_taken_to_be_large(values: list[int], percent: int, known: int) -> None:
    """What is not told of them never makes a cell look safer than it is."""
    ordered = sorted(values, reverse=True)
    largest, weight = np.array([ordered[:3]], dtype=np.int64), cells(sum(ordered))
    (told,) = dominated(largest[:, :known], weight, 3, percent)
    (whole,) = dominated(largest, weight, 3, percent)
    assert told or not whole


def test_one_contributor_that_is_known_makes_the_most_of_what_is_left() -> None:
    """40 of 100, then 40 more at most, then the 20 that are left."""
    assert dominated(np.array([[40]], dtype=np.int64), cells(100), 2, 79).tolist() == [True]
    assert dominated(np.array([[40]], dtype=np.int64), cells(100), 2, 80).tolist() == [False]
    assert dominated(np.array([[40]], dtype=np.int64), cells(100), 3, 99).tolist() == [True]


def crossed(first: Dimension, second: Dimension, persons: dict[tuple[int, int], int]) -> tuple[Layout, list[int]]:
    """Return a table of two dimensions with all margins; inner cells without persons are left out."""
    full: dict[tuple[int, int], int] = {}
    for (one, other), count in persons.items():
        for place in ((one, other), (one, second.total), (first.total, other), (first.total, second.total)):
            full[place] = full.get(place, 0) + count
    codes = np.array(list(full), dtype=np.int64)
    return Layout((first, second), codes, np.ones(len(codes), dtype=bool)), list(full.values())


WARD = Dimension.flat("ward", ("A", "B"))
ILLNESS = Dimension("illness", ("x", "y", "Total"), (2, 2, -1), sensitive=True)


def test_a_ward_with_one_illness_is_a_disclosure() -> None:
    """The cell and its margin are flagged; a ward with two illnesses is not."""
    layout, values = crossed(WARD, ILLNESS, {(0, 0): 20, (0, 1): 20, (1, 0): 20})
    flags = whole_group_in_one_cell(layout, np.array(values))
    assert {tuple(code) for code in layout.codes[flags].tolist()} == {(1, 0), (1, 2)}


def test_a_dimension_that_another_determines_is_no_disclosure() -> None:
    """Every code of a drug has one class: nothing is learned from it."""
    layout, values = crossed(WARD, ILLNESS, {(0, 0): 20, (1, 1): 20})
    assert not whole_group_in_one_cell(layout, np.array(values)).any()


def test_only_sensitive_dimensions_count() -> None:
    """That all of a ward are in one département says nothing."""
    plain = Dimension.flat("département", ("75", "77"))
    layout, values = crossed(WARD, plain, {(0, 0): 20, (0, 1): 20, (1, 0): 20})
    assert not whole_group_in_one_cell(layout, np.array(values)).any()


@pytest.mark.parametrize("rule", list(Rule))
def test_every_rule_has_words_in_both_languages(rule: Rule) -> None:
    """A steward reads the rule with the numbers of the profile, and never a count."""
    words = wording(rule, PROFILE)
    assert words.fr != words.en
