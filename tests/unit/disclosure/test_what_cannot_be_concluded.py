from __future__ import annotations

import numpy as np
import pytest

import small_world
from ecluse_platform.core.disclosure.protecting import Protected, protect_table
from ecluse_platform.core.disclosure.query import Kind, Measure, Unit
from ecluse_platform.core.disclosure.table import Rule
from ecluse_platform.core.disclosure.tabular.statistics import Count, Statistics, Sum
from ecluse_platform.core.disclosure.tabular.structure import Dimension, Integers, Layout
from ecluse_platform.core.refusals import Refusal

PERSONS = Measure(name="n", unit=Unit.PERSONS)
SUM = Measure(name="euros", unit=Unit.PERSONS, kind=Kind.SUM, of="cost")
PART = "part_persons"
SHARE = Measure(name="share", unit=Unit.PERSONS, kind=Kind.PERCENTAGE, of=PART, over="persons", decimals=1)
RATE = Measure(name="rate", unit=Unit.PERSONS, kind=Kind.RATE, of=PART, over="persons", per=1000)
MEAN = Measure(name="mean", unit=Unit.PERSONS, kind=Kind.MEAN, of="cost", decimals=2)
EACH = Measure(name="each", unit=Unit.PERSONS, kind=Kind.RATIO, of="other", over="cost", decimals=2)
SPREAD = Measure(name="sd", unit=Unit.PERSONS, kind=Kind.STANDARD_DEVIATION, of="cost", decimals=2)
REGION = Dimension.flat("region", ("a", "b"))


def cells(*values: int) -> Integers:
    """Return one number for each cell."""
    return np.array(values, dtype=np.int64)


def whole(*dimensions: Dimension) -> Layout:
    """Return the layout with every combination and every margin."""
    codes = np.argwhere(np.ones([len(d.categories) for d in dimensions], bool)).astype(np.int64)
    return Layout(dimensions, codes, np.ones(len(codes), bool))


def total_only() -> Layout:
    """Return the layout that a selection of nobody has, by région with a grand total: the total alone."""
    return Layout((REGION,), np.array([[2]], dtype=np.int64), np.ones(1, bool))


def statistics_of(
    persons: Integers, total: Integers, other: Integers | None = None, *, signed: bool = False
) -> Statistics:
    """Return as many rows as persons, nobody with the property, and one or two amounts."""
    nothing = np.zeros((persons.size, 2), np.int64)
    squares = np.array([int(value) ** 2 for value in total], dtype=object)
    sums = {
        name: Sum(2, values, persons, persons, np.abs(values), {Unit.PERSONS: nothing}, squares, not signed)
        for name, values in (("cost", total), ("other", total if other is None else other))
    }
    parts = {PART: Count(Unit.PERSONS, np.zeros_like(persons), "persons")}
    return Statistics(persons, persons, counts=parts, sums=sums)


def protected(layout: Layout, statistics: Statistics, *measures: Measure) -> Protected:
    """Protect by the rules of the small world."""
    return protect_table(layout, statistics, measures, small_world.profile())


@pytest.mark.parametrize("measure", [SHARE, RATE, MEAN, EACH, SPREAD])
def test_a_quotient_of_nobody_is_hidden(measure: Measure) -> None:
    """0 of 0 is no percentage; a count or a sum of nobody is 0, and is shown where zeros are."""
    nobody = statistics_of(cells(0), cells(0))
    (row,) = protected(total_only(), nobody, PERSONS, measure).table.rows
    assert row.finding is not None
    assert row.finding.rule is Rule.THRESHOLD_PERSONS
    (shown,) = protected(total_only(), nobody, PERSONS).table.rows
    assert shown.values == (0,)


def test_a_quotient_by_nothing_is_hidden() -> None:
    """Fifty persons without any expense: what each euro of theirs bought has no value."""
    persons = cells(50, 60, 110)
    found = protected(whole(REGION), statistics_of(persons, cells(0, 900, 900), cells(500, 500, 1000)), EACH)
    rules = [row.finding and row.finding.rule for row in found.table.rows]
    assert rules[0] is Rule.UNANIMOUS
    assert found.table.hidden > 1


def test_an_amount_that_the_attacker_thinks_impossible_is_a_refusal() -> None:
    """Below any amount that is thought possible, nothing the attacker finds can be relied upon."""
    total = cells(-(2**46), 2**40, 2**40 - 2**46)
    with pytest.raises(Refusal) as caught:
        protected(whole(REGION), statistics_of(cells(5, 60, 65), total, signed=True), SUM)
    assert caught.value.code == "table_not_protectable"


def test_groupings_with_too_much_behind_them_are_a_refusal() -> None:
    """Three tables in a cycle, a million cells inside: nothing can be concluded, so nothing is shown."""
    dimensions = tuple(Dimension.flat(name, tuple(map(str, range(100)))) for name in "abc")
    pairs = np.argwhere(np.ones((100, 100), bool))
    codes = np.concatenate([np.insert(pairs, axis, 100, axis=1) for axis in range(3)]).astype(np.int64)
    layout = Layout(dimensions, codes, np.ones(len(codes), bool))
    persons = np.full(len(codes), 100, np.int64)
    persons[0] = 5
    with pytest.raises(Refusal) as caught:
        protect_table(layout, Statistics(persons, persons), [PERSONS], small_world.profile(), reviewed=False)
    assert caught.value.code == "table_too_large"


def test_a_category_that_reads_like_a_total_is_a_refusal() -> None:
    """Whoever names a category so is told to rename it; the computing process does not stumble over it."""
    layout = whole(Dimension.flat("region", ("a", small_world.profile().total_label), "all"))
    persons = cells(50, 60, 110)
    with pytest.raises(Refusal) as caught:
        protected(layout, Statistics(persons, persons), PERSONS)
    assert caught.value.code == "table_label_is_total"
