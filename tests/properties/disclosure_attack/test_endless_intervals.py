"""Intervals without end, found together by one question, are those that are found cell by cell."""

from __future__ import annotations

from unittest.mock import patch

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ecluse_platform.core.disclosure.attack.intervals import Intervals, intervals
from ecluse_platform.core.disclosure.attack.programs import Program
from ecluse_platform.core.disclosure.attack.publication import Publication, read_table, within
from ecluse_platform.core.disclosure.tabular.structure import ROOT, Dimension, Layout

AGES = Dimension("age", ("10-14", "15-19", "20-24", "all"), (3, 3, 3, ROOT))
PLACES = Dimension("place", ("d1", "d2", "d3", "east", "France"), (3, 3, 4, 4, ROOT))


def layout() -> Layout:
    """Return ages by places, all margins included."""
    shape = [len(AGES.categories), len(PLACES.categories)]
    codes = np.argwhere(np.ones(shape, bool)).astype(np.int64)
    return Layout((AGES, PLACES), codes, np.ones(len(codes), bool))


@st.composite
def publications(draw: st.DrawFn) -> Publication:
    """Return persons and the rows of the same cells, many margins hidden: more rows than persons, no end above."""
    size = layout().size
    inner = np.array(draw(st.lists(st.integers(0, 40), min_size=9, max_size=9)), dtype=np.int64).reshape(3, 3)
    by_age = np.vstack([inner, inner.sum(axis=0)])
    east = by_age[:, 0] + by_age[:, 1]
    persons = np.column_stack([by_age, east, east + by_age[:, 2]]).ravel()
    shown = np.array(draw(st.lists(st.booleans(), min_size=size, max_size=size)))
    apart = (draw(st.booleans()), draw(st.booleans()))
    tables = [
        read_table("persons", layout(), persons, shown, apart, least=np.zeros(size), whole=True),
        read_table("rows", layout(), 2 * persons, shown, apart, least=np.zeros(size), whole=True),
    ]
    ties = [within(cell, size + cell) for cell in range(size)]
    return Publication(tuple(tables), tuple(ties))


def one_by_one(publication: Publication) -> Intervals:
    """Compute intervals without the question that is asked for all endless cells together."""
    with patch.object(Program, "endless", lambda *_args, **_more: None):
        return intervals(publication)


@settings(max_examples=40, deadline=None)
@given(publications())
def test_ends_that_are_found_together_are_those_found_one_by_one(publication: Publication) -> None:
    """No cell loses its end by it, and none gets one."""
    together, alone = intervals(publication), one_by_one(publication)
    assert (np.isfinite(together.low) == np.isfinite(alone.low)).all()
    assert (np.isfinite(together.high) == np.isfinite(alone.high)).all()
    assert np.allclose(together.low, alone.low)
    assert np.allclose(together.high, alone.high)


def test_an_end_at_which_the_solver_loses_its_way_is_asked_for_again() -> None:
    """A total has no end above where one of its parts has none, whichever question came before."""
    counts = np.array([0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 3, 1, 3, 0, 0, 0])
    shown = np.isin(np.arange(counts.size), [3, 4, 5, 10, 14, 15, 16])
    tables = [
        read_table(name, layout(), rows * counts, shown, (False, True), least=np.zeros(counts.size), whole=True)
        for name, rows in (("persons", 1), ("rows", 2))
    ]
    ties = tuple(within(cell, counts.size + cell) for cell in range(counts.size))
    part, total = 7, 9
    high = one_by_one(Publication(tuple(tables), ties)).high
    assert np.isinf(high[part])
    assert np.isinf(high[total])


def test_a_table_without_margins_has_no_end_above_and_needs_no_question_for_each_cell() -> None:
    """However many cells are hidden: a programme each took a minute for a thousand."""
    years, places = Dimension.flat("year", ("1", "2", "3")), Dimension.flat("place", tuple(map(str, range(40))))
    codes = np.argwhere(np.ones([len(years.categories), len(places.categories)], bool)).astype(np.int64)
    flat = Layout((years, places), codes, np.ones(len(codes), bool))
    inner = (codes[:, 0] < 3) & (codes[:, 1] < 40)
    shown = inner & (codes.sum(axis=1) % 7 == 0)
    counts = np.full(flat.size, 5, dtype=np.int64)
    published = [
        read_table(name, flat, counts, shown, (True, True), least=np.ones(flat.size), whole=True)
        for name in ("persons", "rows")
    ]
    ties = [within(cell, flat.size + cell) for cell in range(flat.size)]
    with patch.object(Program, "extreme", autospec=True, side_effect=Program.extreme) as asked:
        found = intervals(Publication(tuple(published), tuple(ties)), np.flatnonzero(inner & ~shown).tolist())
    rising = [call for call in asked.call_args_list if call.kwargs["up"]]
    assert np.isinf(found.high[: flat.size][inner & ~shown]).all()
    assert len(rising) < 5
