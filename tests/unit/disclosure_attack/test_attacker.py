from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from ecluse_platform.core.disclosure.attack.completing import TooManyCells, is_acyclic
from ecluse_platform.core.disclosure.attack.intervals import (
    Intervals,
    Narrow,
    Numbers,
    Required,
    intervals,
    too_narrow,
    verdict,
)
from ecluse_platform.core.disclosure.attack.knowledge import complements
from ecluse_platform.core.disclosure.attack.propagation import InconsistentPublication
from ecluse_platform.core.disclosure.attack.publication import (
    Equation,
    Publication,
    PublishedTable,
    equal,
    ratio,
    read_table,
    squares,
    unknowns,
    within,
)
from ecluse_platform.core.disclosure.tabular.structure import ROOT, Dimension, Layout


def product(*sizes: int) -> Layout:
    """Return the layout of a full table with flat dimensions and all margins."""
    dimensions = tuple(Dimension.flat(f"d{d}", tuple(map(str, range(size)))) for d, size in enumerate(sizes))
    shape = [size + 1 for size in sizes]
    codes = np.argwhere(np.ones(shape, bool)).astype(np.int64)
    return Layout(dimensions, codes, np.ones(len(codes), bool))


def table(values: list[float | None], layout: Layout, *, additive: bool = True, least: float = 0) -> PublishedTable:
    """Publish values over a layout; None is a hidden cell."""
    shown = np.array([value is not None for value in values])
    numbers = np.array([-1.0 if value is None else value for value in values])
    return read_table("t", layout, numbers, shown, [additive] * len(layout.dimensions), least=least)


def bounds(publication: Publication, cell: int, numbers: Numbers = Numbers.REAL) -> tuple[float, float]:
    """Return one cell's interval."""
    found = intervals(publication, [cell], numbers)
    return round(float(found.low[cell]), 6), round(float(found.high[cell]), 6)


LINE = product(3)


def test_a_lone_hidden_cell_is_a_subtraction() -> None:
    """A lone hidden cell is a subtraction away."""
    publication = Publication((table([40, None, 54, 98], LINE),))
    assert bounds(publication, 1) == (4, 4)


def test_two_hidden_cells_share_what_is_left() -> None:
    """Two hidden cells share what is left and where zeros are shown each has one."""
    values = [None, None, 54, 98]
    assert bounds(Publication((table(values, LINE),)), 0) == (0, 44)
    assert bounds(Publication((table(values, LINE, least=1),)), 0) == (1, 43)


def test_a_hidden_total_has_no_upper_end() -> None:
    """A hidden total has no upper end where a cell is hidden too."""
    publication = Publication((table([10, None, 20, None], LINE, least=1),))
    assert bounds(publication, 3) == (31, math.inf)


def test_four_hidden_cells_at_the_corners() -> None:
    """Four hidden cells at the corners of a box move together."""
    values = [5, None, None, 20, 8, None, None, 30, 7, 9, 14, 30, 20, 20, 40, 80]
    publication = Publication((table(values, product(3, 3)),))
    # Rows leave 15 and 22, columns 11 and 26 to the four cells.
    assert bounds(publication, 1) == (0, 11)
    assert bounds(publication, 6) == (11, 22)


def test_the_grand_total_of_another_table() -> None:
    """The grand total of another table of the same persons gives a hidden cell away."""
    inner = table([40, None, 54, None], LINE, least=1)
    other = replace(table([50, 48, 98], product(2)), name="other")
    assert bounds(Publication((inner, other)), 1) == (1, math.inf)
    assert bounds(Publication((inner, other), (equal(3, 6),)), 1) == (4, 4)


def test_a_group_without_a_cell_is_skipped() -> None:
    """A group without a cell is skipped and its categories count."""
    tree = Dimension("place", ("dep1", "dep2", "dep3", "east", "west", "France"), (3, 3, 4, 5, 5, ROOT))
    codes = np.array([[0], [1], [4], [5]], np.int64)
    layout = Layout((tree,), codes, np.ones(4, bool))
    assert bounds(Publication((table([30, None, 50, 87], layout),)), 1) == (7, 7)


def test_a_hierarchy_is_used_at_every_level() -> None:
    """A hierarchy is used at every level."""
    tree = Dimension("place", ("dep1", "dep2", "dep3", "east", "west", "France"), (3, 3, 4, 5, 5, ROOT))
    layout = Layout((tree,), np.arange(6, dtype=np.int64)[:, None], np.ones(6, bool))
    assert bounds(Publication((table([30, None, 50, None, None, 87], layout),)), 1) == (7, 7)


def test_a_cell_that_was_not_asked() -> None:
    """A cell that was not asked for may be empty."""
    layout = replace(LINE, published=np.array([False, True, True, True]))
    publication = Publication((table([None, None, 54, 98], layout, least=1),))
    assert bounds(publication, 1) == (1, 44)
    assert bounds(publication, 0) == (0, 43)


def test_where_counts_do_not_add_up() -> None:
    """Where counts do not add up a margin is between the largest and the sum."""
    publication = Publication((table([40, None, 54, 98], LINE, additive=False),))
    assert bounds(publication, 1) == (4, 98)
    hidden_total = Publication((table([40, 20, 54, None], LINE, additive=False),))
    assert bounds(hidden_total, 3) == (54, 114)


def test_a_complement_along_a_dimension_that_does() -> None:
    """A complement along a dimension that does not add up is a count of persons."""
    shown = Publication((table([40, 95, 54, 98], LINE, additive=False),))
    publication = replace(shown, complements=complements(shown))
    assert publication.complements == ((3, 0), (3, 1), (3, 2))
    assert bounds(publication, 5) == (3, 3)


def test_additive_dimensions_have_no_complements_of_their() -> None:
    """Additive dimensions have no complements of their own."""
    assert complements(Publication((table([40, 4, 54, 98], LINE),))) == ()


def test_who_is_left_in_one_line_is_left_in_some_other() -> None:
    """20 persons are not in (T, b): each is in some (a, T) without being in (a, b), so one hidden cell is bounded."""
    # Cells: (0,0) (0,1) (0,T) (1,0) (1,1) (1,T) (T,0) (T,1) (T,T).
    values: list[float | None] = [None, 20, 30, 25, 20, 30, 30, 40, 50]
    known = Publication((table(values, product(2, 2), additive=False),))
    # N(T,T) - N(T,0) = 20 <= (30 - x) + (30 - 25): x <= 15, where margins alone allow 30.
    assert bounds(known, 0)[1] == 15


def test_a_mean_gives_away_a_hidden_sum() -> None:
    """A mean gives away a hidden sum and a sum a hidden count."""
    counts = table([20, 4, 24], product(2))
    sums = replace(table([2000, None, None], product(2)), name="sums", whole=False)
    hidden_sum = Publication((counts, sums), ratio(4, 1, 99.995, 100.005))
    assert bounds(hidden_sum, 4) == (399.98, 400.02)
    no_count = table([20, None, None], product(2))
    known_sum = replace(table([2000, 400, None], product(2)), name="sums", whole=False)
    low, high = bounds(Publication((no_count, known_sum), ratio(4, 1, 99.5, 100.5)), 1, Numbers.ROUNDED)
    assert (low, high) == (4, 4)


def test_a_percentage_reveals_its_numerator() -> None:
    """A percentage reveals its numerator."""
    publication = Publication((table([None, None, 200], product(2), least=1),), ratio(0, 2, 0.0195, 0.0205))
    assert bounds(publication, 0) == (3.9, 4.1)
    assert bounds(publication, 0, Numbers.ROUNDED) == (4, 4)


def test_a_standard_deviation_adds_up_as_sums() -> None:
    """A standard deviation adds up as sums of squares."""
    ages = [[70.0, 75.0, 80.0, 81.0], [40.0], [33.0, 37.0]]
    everyone = [age for group in ages for age in group]
    given = [squares(len(g), float(np.mean(g)), float(np.std(g, ddof=1))) for g in (ages[0], ages[2], everyone)]
    powers = replace(table([given[0], None, given[1], given[2]], LINE), whole=False)
    assert bounds(Publication((powers,)), 1) == (1600, 1600)


def test_nested_predicates_bound_one_another() -> None:
    """Nested predicates bound one another."""
    rows, persons = table([None, 40, 60], product(2)), replace(table([None, 25, None], product(2)), name="persons")
    linked = (within(3, 0), within(4, 1))
    assert bounds(Publication((rows, persons), linked), 3) == (0, 20)
    cohorts = Publication((unknowns("adults", 1), unknowns("all", 1)), (within(0, 1), Equation({1: 1.0}, 7, 7)))
    assert bounds(cohorts, 0) == (0, 7)


def test_an_earlier_release_is_an_equation_over() -> None:
    """An earlier release is an equation over cells and unknowns."""
    # Earlier, 105 persons were released: today's 98 and those of an atom that was added since.
    today = table([40, None, 54, None], LINE, least=1)
    atom = unknowns("left since", 1)
    publication = Publication((today, atom), (Equation({3: 1.0, 4: 1.0}, 105, 105), Equation({4: 1.0}, 3, 3)))
    assert bounds(publication, 1) == (8, 8)


def test_rounded_values_are_intervals() -> None:
    """Rounded values are intervals."""
    layout = product(2)
    low = np.array([8.0, 3.0, 13.0])
    rounded = PublishedTable("r", layout.dimensions, layout.codes, low, low + 4, (True,))
    assert bounds(Publication((rounded,)), 2) == (13, 17)
    assert bounds(Publication((rounded,)), 0) == (8, 12)
    tight = replace(rounded, low=np.array([8.0, 3.0, 18.0]), high=np.array([12.0, 7.0, 22.0]))
    assert bounds(Publication((tight,)), 0) == (11, 12)


def test_a_publication_that_no_table_agrees() -> None:
    """A publication that no table agrees with is told."""
    with pytest.raises(InconsistentPublication):
        intervals(Publication((table([40, 5, 54, 98], LINE),)))
    with pytest.raises(InconsistentPublication):
        intervals(Publication((table([40, None, 60, 98], LINE),)))


def test_an_inconsistency_that_only_several_rows_together() -> None:
    """An inconsistency that only several rows together show is told."""
    publication = Publication(
        (unknowns("u", 3),),
        (
            Equation({0: 1.0, 1: 1.0}, 10, 10),
            Equation({1: 1.0, 2: 1.0}, 10, 10),
            Equation({0: 1.0, 2: 1.0}, 10, 10),
            Equation({0: 1.0, 1: 1.0, 2: 1.0}, 16, 16),
        ),
    )
    for numbers in Numbers:
        with pytest.raises(InconsistentPublication):
            intervals(publication, numbers=numbers)


def test_tables_that_only_fractions_agree() -> None:
    """Tables that only fractions agree with are told by an attacker who reasons with whole numbers."""
    pairs = (Equation({0: 1.0, 1: 1.0}, 5, 5), Equation({1: 1.0, 2: 1.0}, 5, 5), Equation({0: 1.0, 2: 1.0}, 5, 5))
    publication = Publication((unknowns("u", 3),), pairs)
    assert bounds(publication, 0) == (2.5, 2.5)
    with pytest.raises(InconsistentPublication):
        intervals(publication, numbers=Numbers.WHOLE)


def test_whole_numbers_narrow_what_fractions_leave_open() -> None:
    """Whole numbers narrow what fractions leave open."""
    # a + b = b + c = a + c = 5 - d with d in 0..1: whole numbers need an even 3 * (5 - d).
    cycle = tuple(Equation({i: 1.0, j: 1.0, 3: 1.0}, 5, 5) for i, j in ((0, 1), (1, 2), (0, 2)))
    publication = Publication((unknowns("u", 4),), (*cycle, Equation({3: 1.0}, 0, 1)))
    assert bounds(publication, 3) == (0, 1)
    assert bounds(publication, 3, Numbers.ROUNDED) == (0, 1)
    assert bounds(publication, 3, Numbers.WHOLE) == (1, 1)


def test_sums_of_cents_keep_their_precision() -> None:
    """Sums of cents keep their precision."""
    cents = [None, None, 7_000_000_000_001, 7_000_123_456_790]
    assert bounds(Publication((table([*cents], LINE),)), 0) == (0, 123_456_789)
    box: list[float | None] = [None, None, 6e12 + 1, None, None, 5e12 + 3, 4e12, 7e12 + 4, 11e12 + 4]
    low, high = bounds(Publication((table(box, product(2, 2)),)), 0)
    assert low == 0
    assert high == pytest.approx(4e12, rel=1e-9)


def test_the_verdict_names_cells_that_are_too() -> None:
    """The verdict names cells that are too narrow and both ways of asking agree."""
    values: list[float | None] = [5, None, None, 20, 8, None, None, 30, 7, 9, 14, 30, 20, 20, 40, 80]
    publication = Publication((table(values, product(3, 3)),))
    required = [Required(1, 1, 11), Required(2, 1, 11), Required(5, 0, 12), Required(3, 1, 11)]
    found = verdict(intervals(publication), required)
    assert found == too_narrow(publication, required)
    assert found == (Narrow(2, 4, 15), Narrow(5, 0, 11), Narrow(3, 20, 20))
    assert verdict(Intervals(np.array([0.0]), np.array([np.inf])), [Required(0, 1, 11)]) == ()


def test_two_requirements_on_one_cell_are_both() -> None:
    """Two requirements on one cell are both checked."""
    publication = Publication((table([None, None, 54, 62], LINE),))
    assert too_narrow(publication, [Required(0, 0, 3), Required(0, 2, 9)]) == (Narrow(0, 0, 8),)


def test_two_cells_in_one_place() -> None:
    """Two cells in one place are a mistake of the caller."""
    twice = replace(LINE, codes=np.zeros((4, 1), np.int64))
    with pytest.raises(ValueError, match="same place"):
        intervals(Publication((table([1, 2, 3, 4], twice),)))


def test_a_cycle_of_groupings_is_told_from_a_chain() -> None:
    """A by B with B by C is a chain; with A by C it is a cycle; inside A by B by C it is none."""
    ab, bc, ac = frozenset({0, 1}), frozenset({1, 2}), frozenset({0, 2})
    assert is_acyclic({ab, bc})
    assert not is_acyclic({ab, bc, ac})
    assert is_acyclic({frozenset({0, 1, 2})})
    assert is_acyclic({frozenset({0}), frozenset({1})})
    assert not is_acyclic({ab, bc, frozenset({2, 3}), frozenset({3, 0})})


def test_what_is_behind_a_publication_may_be_too_much_to_conclude_from() -> None:
    """Three large tables in a cycle have a joint table that cannot be held: the attack says so."""
    dimensions = tuple(Dimension.flat(name, tuple(map(str, range(100)))) for name in "abc")
    pairs = np.argwhere(np.ones((100, 100), bool))
    codes = np.concatenate([np.insert(pairs, axis, 100, axis=1) for axis in range(3)]).astype(np.int64)
    nothing = np.zeros(len(codes))
    with pytest.raises(TooManyCells):
        intervals(Publication((PublishedTable("t", dimensions, codes, nothing, nothing, (True,) * 3),)))


def test_a_missing_margin_ties_what_is_inside_it() -> None:
    """Cells by place and sex, and the grand total: no margin between them was asked for."""
    layout = product(2, 2)
    keep = np.array([0, 1, 3, 4, 8])
    part = Layout(layout.dimensions, layout.codes[keep], layout.published[keep])
    assert bounds(Publication((table([20, None, 30, 40, 94], part),)), 1) == (4, 4)


def test_amounts_without_any_bound_are_unknown_not_settled() -> None:
    """Sums that may be negative and that nobody bounds: nothing follows of them, and what ties them still counts."""
    publication = Publication((table([None, None, 100], product(2), least=-math.inf),))
    assert bounds(publication, 0) == (-math.inf, math.inf)
    tied = replace(publication, equations=(Equation({0: 1.0, 1: -1.0}, 20.0, 20.0),))
    assert bounds(tied, 0) == (60, 60)
    assert bounds(tied, 1) == (40, 40)
