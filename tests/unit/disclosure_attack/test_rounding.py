from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecluse_platform.core.disclosure.attack.intervals import Narrow, Required
from ecluse_platform.core.disclosure.protecting import protect_table
from ecluse_platform.core.disclosure.query import Measure, Unit
from ecluse_platform.core.disclosure.rounding.audit import audit, audit_width, published
from ecluse_platform.core.disclosure.rounding.controlled import controlled
from ecluse_platform.core.disclosure.rounding.diffusion import diffuse
from ecluse_platform.core.disclosure.rounding.midpoint import midpoint
from ecluse_platform.core.disclosure.rounding.sums import sums_of
from ecluse_platform.core.disclosure.tabular.statistics import Count, Statistics
from ecluse_platform.core.disclosure.tabular.structure import ROOT, Dimension, Integers, Layout
from ecluse_platform.core.refusals import Refusal
from small_world import profile

TREE = Dimension("place", ("d1", "d2", "d3", "d4", "east", "west", "France"), (4, 4, 5, 5, 6, 6, ROOT))


def full(*dimensions: Dimension) -> Layout:
    """Return the layout with every combination."""
    codes = np.argwhere(np.ones([len(d.categories) for d in dimensions], bool)).astype(np.int64)
    return Layout(dimensions, codes, np.ones(len(codes), bool))


def flat(*sizes: int) -> Layout:
    """Return a full layout of flat dimensions."""
    return full(*(Dimension.flat(f"d{d}", tuple(map(str, range(size)))) for d, size in enumerate(sizes)))


def filled(layout: Layout, seed: int, mean: int = 20) -> Integers:
    """Return an additive table of random counts, many of them small or 0."""
    sums = sums_of(layout, [True] * len(layout.dimensions))
    rng = np.random.default_rng(seed)
    leaves = rng.negative_binomial(0.7, 0.7 / (0.7 + mean), int(sums.leaves.sum()))
    return np.asarray(sums.held @ leaves, np.int64)


def small(values: Integers, threshold: int = 11) -> list[Required]:
    """Return what must remain possible for counts under the threshold."""
    return [Required(int(cell), 1, threshold) for cell in np.flatnonzero((values > 0) & (values < threshold))]


def test_midpoint_shows_the_middle_of_each_class() -> None:
    """Midpoint 6 shows 0, 3, 9, 15; what it tells is the class."""
    rounded = midpoint(np.array([0, 1, 6, 7, 12, 13]), 6)
    assert rounded.shown.tolist() == [0, 3, 3, 9, 9, 15]
    assert rounded.low.tolist() == [0, 1, 1, 7, 7, 13]
    assert rounded.high.tolist() == [0, 6, 6, 12, 12, 18]


def test_an_odd_width_shows_the_count_in_the_middle() -> None:
    """With a width of 11, counts of 1 to 11 show 6."""
    assert midpoint(np.array([1, 11, 12, 22]), 11).shown.tolist() == [6, 6, 17, 17]


@pytest.mark.parametrize("method", [lambda v: midpoint(v, 6), lambda v: controlled(flat(1), v, [True], 5)])
def test_what_is_negative_is_no_count(method: object) -> None:
    """Sums may be negative; rounding is for counts."""
    assert callable(method)
    with pytest.raises(ValueError, match="counts"):
        method(np.array([-1, -1]))


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from([flat(4), flat(3, 4), flat(2, 3, 3), full(TREE), full(TREE, Dimension.flat("b", ("1", "2")))]),
    st.integers(0, 2**32),
    st.integers(3, 12),
)
def test_controlled_rounding_adds_up_in_multiples(layout: Layout, seed: int, base: int) -> None:
    """Every cell is a multiple of the base, every sum holds, and the true table is among those told to be possible."""
    values = filled(layout, seed)
    additive = [True] * len(layout.dimensions)
    rounded = controlled(layout, values, additive, base)
    sums = sums_of(layout, additive)
    assert (rounded.shown % base == 0).all()
    assert not (sums.matrix @ rounded.shown).any()
    assert (rounded.low <= values).all()
    assert (values <= rounded.high).all()
    near = np.abs(rounded.shown - values) < base
    assert near[sums.leaves].all()
    if len(layout.dimensions) < 3:
        assert near.all()


def test_controlled_rounding_is_the_nearest_there_is() -> None:
    """3 + 3 + 3 = 9 to base 5: all three would go up by themselves, but 15 is not next to 9."""
    rounded = controlled(flat(3), np.array([3, 3, 3, 9]), [True], 5)
    assert sorted(rounded.shown[:3].tolist()) == [0, 5, 5]
    assert rounded.shown[3] == 10


def test_controlled_rounding_leaves_multiples_alone() -> None:
    """A table of multiples is its own rounding."""
    values = np.array([5, 10, 15])
    assert controlled(flat(2), values, [True], 5).shown.tolist() == values.tolist()


def test_along_a_dimension_that_does_not_add_up_cells_are_rounded_alone() -> None:
    """Persons in two categories: no sum is asked for, each goes to its nearest multiple."""
    assert controlled(flat(2), np.array([14, 8, 17]), [False], 5).shown.tolist() == [15, 10, 15]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32), st.integers(3, 12))
def test_the_heuristic_adds_up_too(seed: int, base: int) -> None:
    """For tables that are large or have no zero-restricted rounding; leaves stay next to their counts."""
    layout = flat(3, 4, 5)
    values = filled(layout, seed)
    sums = sums_of(layout, [True] * 3)
    shown = diffuse(sums, values, values // base * base, base)
    assert (shown % base == 0).all()
    assert not (sums.matrix @ shown).any()
    assert (np.abs(shown - values)[sums.leaves] < base).all()
    # Rounding every leaf down would put all errors in the total; here they nearly cancel.
    assert abs(int(shown[-1] - values[-1])) <= 2 * base


def test_rounding_to_a_base_that_is_too_small_is_refused() -> None:
    """A cell shown as 0 is at most base - 1; the required interval goes up to the threshold."""
    layout = flat(3)
    values = np.array([4, 30, 41, 75])
    assert audit(layout, controlled(layout, values, [True], 11), [True], small(values)) != ()
    assert audit(layout, controlled(layout, values, [True], 12), [True], small(values)) == ()


def test_a_midpoint_margin_can_give_a_cell_away() -> None:
    """Two cells of 1 to 12 in a total of 1 to 12: each is at most 11, as the other has one."""
    layout = flat(2)
    values = np.array([4, 5, 9])
    rounded = midpoint(values, 12)
    assert audit(layout, rounded, [True], [Required(0, 1, 12)]) == (Narrow(0, 1, 11),)
    assert audit(layout, rounded, [True], [Required(0, 1, 11)]) == ()


def test_a_margin_that_was_not_asked_for_tells_nothing() -> None:
    """The same cells without the total."""
    layout = replace(flat(2), published=np.array([True, True, False]))
    assert audit(layout, midpoint(np.array([4, 5, 9]), 12), [True], [Required(0, 1, 12)]) == ()


def test_complements_of_rounded_counts_are_attacked() -> None:
    """Persons who are in a margin and not in its part: 61 to 66 less 55 to 60 are at most 11."""
    layout = flat(2)
    rounded = midpoint(np.array([56, 20, 62]), 6)
    publication = published(layout, rounded, [False])
    first = publication.starts[-1]
    assert publication.complements[0] == (2, 0)
    narrow = audit(layout, rounded, [False], [Required(first, 1, 12)])
    assert [one.cell for one in narrow] == [first]


def test_a_rounded_table_of_persons_is_refused_for_a_small_complement() -> None:
    """61 to 66 less 55 to 60: at most 11 are not in the first category, and 12 must seem possible."""
    layout = flat(2)
    persons = np.array([56, 20, 62])
    statistics = Statistics(persons, persons)
    measures = [Measure(name="persons", unit=Unit.PERSONS)]
    for base, leaves in ((6, False), (12, True)):
        rules = profile(persons=12, rows=12, method="midpoint_rounding", rounding_base=base, unanimous="off")
        if leaves:
            assert protect_table(layout, statistics, measures, rules).table.hidden == 0
        else:
            with pytest.raises(Refusal):
                protect_table(layout, statistics, measures, rules)


@pytest.mark.parametrize(("base", "leaves"), [(6, False), (12, True)])
def test_rounded_counts_are_attacked_side_by_side(base: int, leaves: bool) -> None:  # noqa: FBT001  a parameter
    """61 to 66 persons, 55 to 60 of them with the property: at most 11 are without, and 12 must seem possible."""
    layout = replace(flat(2), published=np.array([True, True, False]))
    persons = np.array([62, 200, 262])
    part = Count(Unit.PERSONS, np.array([56, 100, 156]), "persons")
    statistics = Statistics(persons, persons, counts={"part_persons": part})
    measures = [Measure(name="all", unit=Unit.PERSONS), Measure(name="with", unit=Unit.PERSONS, of="part_persons")]
    rules = profile(persons=12, rows=12, method="midpoint_rounding", rounding_base=base, unanimous="off")
    if leaves:
        assert protect_table(layout, statistics, measures, rules).table.hidden == 0
    else:
        with pytest.raises(Refusal):
            protect_table(layout, statistics, measures, rules)


def test_many_rows_of_few_persons_can_be_rounded() -> None:
    """Five persons have thirty rows: the rows are many, and say nothing more of the five than that."""
    statistics = Statistics(np.array([5, 40, 45]), np.array([30, 90, 120]))
    measures = [Measure(name="persons", unit=Unit.PERSONS), Measure(name="rows", unit=Unit.ROWS)]
    rules = profile(persons=11, rows=11, method="midpoint_rounding", rounding_base=12)
    assert [row.values for row in protect_table(flat(2), statistics, measures, rules).table.rows] == [
        (6, 30),
        (42, 90),
        (42, 114),
    ]


def test_a_width_can_be_asked_for_instead() -> None:
    """Every class of midpoint 6 leaves six numbers: a width of 5 holds, of 6 it does not."""
    layout = replace(flat(2), published=np.array([True, True, False]))
    rounded = midpoint(np.array([4, 0, 4]), 6)
    assert audit_width(layout, rounded, [True], 5) == ()
    assert [one.cell for one in audit_width(layout, rounded, [True], 6)] == [0]
