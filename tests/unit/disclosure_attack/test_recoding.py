from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecluse_platform.core.disclosure.recoding.counting import Counting, entropy
from ecluse_platform.core.disclosure.recoding.proposals import Proposal, propose
from ecluse_platform.core.disclosure.recoding.steps import Change, one_level_up
from ecluse_platform.core.disclosure.tabular.structure import ROOT, Dimension, Integers, Layout
from random_tables import random_table

AGES = Dimension.flat("age", ("0-19", "20-39", "40-59", "60-79", "80+"))
PLACES = Dimension("lieu", ("75", "77", "13", "83", "IDF", "PACA", "France"), (4, 4, 5, 5, 6, 6, ROOT))
SEX = Dimension.flat("sexe", ("F", "H"))


def table(dimensions: tuple[Dimension, ...], leaves: list[int]) -> tuple[Layout, Integers]:
    """Add up a table from its cells that hold no other, in row-major order; cells without anybody are left out."""
    insides = [[i for i in range(len(d.categories)) if i not in d.parents] for d in dimensions]
    cells = np.zeros([len(d.categories) for d in dimensions], np.int64)
    cells[np.ix_(*insides)] = np.reshape(leaves, [len(inside) for inside in insides])
    for axis, dimension in enumerate(dimensions):
        for category in range(len(dimension.categories)):
            children = dimension.children(category)
            if children:
                into = (slice(None),) * axis + (category,)
                cells[into] = sum(cells[(slice(None),) * axis + (child,)] for child in children)
    codes = np.argwhere(cells > 0).astype(np.int64)
    return Layout(dimensions, codes, np.ones(len(codes), bool)), cells[cells > 0]


def test_nothing_is_proposed_where_nothing_is_small() -> None:
    """The table itself is the proposal, and keeps everything."""
    layout, persons = table((AGES,), [20, 30, 40, 30, 20])
    (only,) = propose(layout, persons, [True], 11)
    assert only.changes == ()
    assert only.kept == 1
    assert only.words.fr == "rien à changer"


def test_two_age_bands_next_to_one_another_are_merged() -> None:
    """The last band is small: it goes with its neighbour, not with the smallest of the others."""
    layout, persons = table((AGES,), [12, 50, 60, 40, 4])
    best = propose(layout, persons, [True], 11, ordered=[True])[0]
    assert best.changes == (Change(0, ((0,), (1,), (2,), (3, 4))),)
    assert best.words.fr == "réunir « 60-79 » et « 80+ » dans « age »"
    assert best.words.en == "merge 60-79 and 80+ in age"
    assert best.layout.dimensions[0].categories == ("0-19", "20-39", "40-59", "60-79 + 80+", "Total")
    assert best.persons.tolist() == [12, 50, 60, 44, 166]


def test_without_an_order_the_smallest_sibling_will_do() -> None:
    """The same table by diagnosis: any two siblings may be merged, and 4 with 12 loses least."""
    layout, persons = table((AGES,), [12, 50, 60, 40, 4])
    assert propose(layout, persons, [True], 11)[0].changes == (Change(0, ((0, 4), (1,), (2,), (3,))),)


def test_departements_are_merged_inside_their_region_only() -> None:
    """75 and 13 are the two smallest, but belong to different régions."""
    layout, persons = table((PLACES,), [5, 40, 6, 41])
    for proposal in propose(layout, persons, [True], 11):
        for change in proposal.changes:
            assert all(len({PLACES.parents[c] for c in group}) == 1 for group in change.groups)


def test_moving_up_a_level_is_said_in_words() -> None:
    """Most départements by sex are too small: régions are proposed, and the dimension keeps its total."""
    layout, persons = table((PLACES, SEX), [5, 6, 7, 8, 6, 9, 8, 7])
    ups = [p for p in propose(layout, persons, [True, True], 11) if p.changes[0].groups == ((4,), (5,))]
    assert [p.words.en for p in ups] == ["move lieu up by one level or more, to 2 categories"]
    assert ups[0].layout.dimensions[0].categories == ("IDF", "PACA", "France")
    assert ups[0].layout.dimensions[0].parents == (2, 2, ROOT)


def test_a_dimension_is_dropped_where_merging_does_not_do() -> None:
    """Dropping is one of the proposals; the table that is left has the other dimension only."""
    layout, persons = table((AGES, SEX), [30, 1, 30, 2, 30, 3, 30, 4, 30, 2])
    drops = [p for p in propose(layout, persons, [True, True], 11) if p.changes[0] == Change(1, ((2,),))]
    assert [p.words.fr for p in drops] == ["retirer la dimension « sexe »"]
    assert drops[0].layout.dimensions == (AGES,)
    assert drops[0].persons.tolist() == [31, 32, 33, 34, 32, 162]


def test_nothing_helps_a_table_with_too_few_persons() -> None:
    """Seven persons in all: no recoding publishes anything, and none is proposed."""
    layout, persons = table((AGES, SEX), [1, 1, 1, 1, 1, 0, 0, 1, 1, 0])
    assert propose(layout, persons, [True, True], 11) == ()


def test_margins_that_were_not_asked_for_are_no_reason_to_recode() -> None:
    """Only age and only sex were asked for; their combinations may be small."""
    layout, persons = table((AGES, SEX), [30, 1, 30, 2, 30, 3, 30, 4, 30, 2])
    crossed = (layout.codes[:, 0] != 5) & (layout.codes[:, 1] != 2)
    margins = Layout(layout.dimensions, layout.codes, ~crossed)
    assert propose(margins, persons, [True, True], 11)[0].changes == ()


def test_a_table_without_totals_is_added_up() -> None:
    """A plain GROUP BY has cells only; dropping a dimension must not look like dropping its persons."""
    layout, persons = table((AGES, SEX), [30, 1, 30, 2, 30, 3, 30, 4, 30, 2])
    cells = (layout.codes[:, 0] != 5) & (layout.codes[:, 1] != 2)
    bare = Layout(layout.dimensions, layout.codes[cells], layout.published[cells])
    (best, *_) = propose(bare, persons[cells], [True, True], 11)
    assert best.words.en == "drop the dimension sexe"
    assert best.persons[best.layout.published].tolist() == [31, 32, 33, 34, 32]
    loose = propose(bare, persons[cells], [False, False], 11)
    assert not any(proposal.exact for proposal in loose)


def test_a_table_too_large_to_be_held_loses_its_longest_dimensions_first() -> None:
    """300 categories four times are 8 thousand million places; without totals there is nothing to propose."""
    dimensions = tuple(Dimension.flat(name, tuple(map(str, range(300)))) for name in "abcd")
    places = np.array([[i, i, i, i] for i in range(300)], np.int64)
    layout = Layout(dimensions, places, np.ones(300, bool))
    assert propose(layout, np.full(300, 5), [True] * 4, 11) == ()


def test_persons_in_two_years_are_counted_once_by_the_evaluator() -> None:
    """Merging years does not add their persons up: the lower bound is told apart from the true count."""
    years = Dimension.flat("year", ("2021", "2022", "2023"))
    codes = np.arange(4, dtype=np.int64)[:, None]
    layout, persons = Layout((years,), codes, np.ones(4, bool)), np.array([9, 14, 30, 43])

    def union(proposal: Proposal) -> Integers:
        assert proposal.layout.dimensions[0].categories == ("2021 + 2022", "2023", "Total")
        return np.array([21, 30, 43])

    bounded = propose(layout, persons, [False], 11, ordered=[True])[0]
    assert (bounded.persons.tolist(), bounded.exact) == ([14, 30, 43], False)
    counted = propose(layout, persons, [False], 11, ordered=[True], evaluate=union)[0]
    assert (counted.persons.tolist(), counted.exact) == ([21, 30, 43], True)


def test_a_small_complement_refutes_a_proposal() -> None:
    """After merging, 3 of the 43 persons are in one category only by elimination: that is a small group too."""
    years = Dimension.flat("year", ("2021", "2022", "2023"))
    layout = Layout((years,), np.arange(4, dtype=np.int64)[:, None], np.ones(4, bool))
    persons = np.array([9, 14, 30, 43])
    assert propose(layout, persons, [False], 11, ordered=[True], evaluate=lambda _: np.array([40, 30, 43])) == ()


def test_a_level_up_raises_the_deepest_categories_only() -> None:
    """A dimension whose leaves are at different depths goes up step by step."""
    uneven = Dimension("d", ("a", "b", "c", "group", "all"), (3, 3, 4, 4, ROOT))
    assert one_level_up(uneven, ((0,), (1,), (2,))) == ((2,), (3,))
    assert one_level_up(uneven, ((2,), (3,))) is None


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([3, 11]))
def test_what_is_proposed_can_be_published(seed: int, threshold: int) -> None:
    """No cell that was asked for is small, the table adds up to the same total, and better proposals come first."""
    drawn = random_table(seed)
    layout, persons = drawn.layout, drawn.values
    if not persons.any():
        return
    proposals = propose(layout, persons, drawn.additive, threshold)
    assert [p.kept for p in proposals] == sorted((p.kept for p in proposals), reverse=True)
    for proposal in proposals:
        seen = proposal.persons[proposal.layout.published]
        assert not ((seen > 0) & (seen < threshold)).any()
        assert proposal.persons.max() == persons.max()
        assert 0 < proposal.kept <= 1
        assert proposal.exact
    again = propose(layout, persons, drawn.additive, threshold)
    assert [p.changes for p in again] == [p.changes for p in proposals]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 50), min_size=10, max_size=10), st.permutations(range(5)))
def test_information_never_grows_by_recoding(leaves: list[int], order: list[int]) -> None:
    """Entropy: 1 for the table as asked for, 0 for one cell, and each merge keeps at most what was there before."""
    if sum(leaf > 0 for leaf in leaves) < 2:
        return
    layout, persons = table((AGES, SEX), leaves)
    counting = Counting(layout, persons, [True, True], 11)
    groups = list(counting.start[0])
    kept = [counting.score(counting.start).kept]
    for category in order:
        mine = next((g for g in groups if category in g), None)
        if mine is not None and len(groups) > 1:
            other = next(g for g in groups if g != mine)
            groups = [g for g in groups if g not in {mine, other}] + [tuple(sorted(mine + other))]
            kept.append(counting.score((tuple(sorted(groups)), counting.start[1])).kept)
    assert kept[0] == pytest.approx(1)
    assert all(after <= before + 1e-12 for before, after in pairwise(kept))
    assert counting.score((((5,),), ((2,),))).kept == pytest.approx(0, abs=1e-12)


def test_entropy_is_that_of_the_distribution() -> None:
    """Four equal cells tell log 4; weights and empty cells do not matter."""
    assert entropy(np.array([5.0, 5, 5, 5, 0])) == pytest.approx(np.log(4))
    assert entropy(np.zeros(3)) == 0
