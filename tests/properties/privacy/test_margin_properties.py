"""Margins of any noised table: exact sums of what is published, and nothing of what is not."""

from __future__ import annotations

from decimal import Decimal
from math import isqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecluse_platform.core.privacy.answer import Figure, Margin, PrivateTable, Row, private_csv
from ecluse_platform.core.privacy.margins import expected, with_margins
from ecluse_platform.core.privacy.query import Dimension, PrivateQuery
from ecluse_platform.core.refusals import Refusal
from made_margins import LEAST, PROFILE, RULES, question, table_of, tables
from private_shapes import asked


def published(table: PrivateTable, margin: Margin, column: int) -> list[Figure | None]:
    """Return the cells of one margin, None those that are hidden in this column."""
    held = [at for at, total in enumerate(margin.totals) if not total]
    same = [row for row in table.rows if all(row.labels[at] == margin.labels[at] for at in held)]
    return [row.figures[column] for row in same]


@given(tables())
def test_a_margin_is_the_sum_of_what_is_published_and_gives_no_hidden_cell_back(
    made: tuple[PrivateTable, PrivateQuery],
) -> None:
    """A margin less its published cells is 0, whatever is hidden; the cells, and what was paid, are untouched."""
    table, query = made
    found = with_margins(table, query, RULES, PROFILE)
    every = (True,) * len(table.dimensions)
    assert found.rows == (table.rows if every in query.groupings else ())
    assert (found.statement, found.least, found.clipped) == (table.statement, table.least, table.clipped)
    for margin in found.margins:
        for at, figure in enumerate(margin.figures):
            cells = published(table, margin, at)
            shown = [cell for cell in cells if cell is not None]
            assert margin.missing[at] == len(cells) - len(shown)
            assert (figure is None) == (not shown)
            if figure is not None:
                assert Decimal(figure.value) - sum(Decimal(cell.value) for cell in shown) == 0
                assert Decimal(figure.value) >= 0 or any(Decimal(cell.value) < 0 for cell in shown)


@given(tables())
def test_every_grouping_that_is_asked_for_is_there_and_no_other(made: tuple[PrivateTable, PrivateQuery]) -> None:
    """Each combination of labels once, in the order of the groupings."""
    table, query = made
    found = with_margins(table, query, RULES, PROFILE)
    wanted = [
        (tuple(label if held else None for label, held in zip(row.labels, shown, strict=True)), shown)
        for shown in query.groupings
        if not all(shown)
        for row in table.rows
    ]
    got = [(margin.labels, tuple(not total for total in margin.totals)) for margin in found.margins]
    assert got == list(dict.fromkeys(wanted))
    assert len(private_csv(found).splitlines()) == 1 + len(found.rows) + len(found.margins)


@given(tables())
def test_what_is_hidden_has_no_part_in_margins(made: tuple[PrivateTable, PrivateQuery]) -> None:
    """Two answers that publish the same have the same margins: nothing else of a row is read but that it is there."""
    table, query = made
    other = table.model_copy(
        update={
            "rows": tuple(row.model_copy(update={"counted": row.counted and row.counted + 1}) for row in table.rows)
        }
    )
    assert with_margins(table, query, RULES, PROFILE).margins == with_margins(other, query, RULES, PROFILE).margins


@given(tables())
def test_a_margin_of_one_cell_is_the_cell(made: tuple[PrivateTable, PrivateQuery]) -> None:
    """Its interval is not wider than what the cell says by more than where it stopped at 0."""
    table, query = made
    one = table.model_copy(update={"rows": table.rows[:1]})
    for margin in with_margins(one, query, RULES, PROFILE).margins:
        for figure, cell in zip(margin.figures, one.rows[0].figures, strict=True):
            assert (figure is None) == (cell is None)
            if figure is not None and cell is not None:
                assert [Decimal(end) for end in (figure.value, figure.low)] == [
                    Decimal(cell.value),
                    Decimal(cell.low),
                ]
                assert Decimal(figure.high) >= Decimal(cell.high)


@given(st.integers(26, 34), st.integers(0, 10**34), st.integers(0, 10**34))
def test_margins_of_hardly_any_privacy_loss_are_exact(width: int, one: int, other: int) -> None:
    """At an epsilon next to 0, noise has more digits than decimals have: nothing fails or is rounded."""
    half = 10**width
    cells = [
        Row(labels=(label,), counted=LEAST, figures=(None, Figure(value=str(n), low=str(n - half), high=str(n + half))))
        for label, n in (("a", one), ("b", other))
    ]
    table, shown = table_of(("x",), tuple(cells)), ((True,), (False,))
    figure = with_margins(table, question(("x",), shown), RULES, PROFILE).margins[0].figures[1]
    assert figure is not None
    assert int(figure.value) == one + other
    assert int(figure.high) - int(figure.value) == isqrt(2 * half**2 - 1) + 1
    wide = _of_tiny_epsilon()
    assert [row.cells for row in expected(wide, PROFILE)] == [4]


def _of_tiny_epsilon() -> PrivateQuery:
    """Return a question whose noise exceeds all that is counted, and its margins."""
    known = tuple(Dimension(name=n, column=f"d{at}", type="VARCHAR", keys=("a", "b")) for at, n in enumerate("xy", 1))
    query = asked("sum", dimensions=known, groupings=((True, True), (False, False)))
    return query.model_copy(update={"epsilon": Decimal("1e-32")})


@given(tables())
def test_found_categories_neither_pass_for_a_total_nor_make_too_many_rows(
    made: tuple[PrivateTable, PrivateQuery],
) -> None:
    """Unknown keys are only known once they were answered: what noise let out is held against the rules then."""
    table, query = made
    found = with_margins(table, query, RULES, PROFILE)
    many = len(found.rows) + len(found.margins)
    if many:
        with pytest.raises(Refusal) as refused:
            with_margins(table, query, RULES, PROFILE.model_copy(update={"most_cells": many - 1}))
        assert refused.value.code == "private_too_many_cells"
    named = {label for row in table.rows for label in row.labels} - {None}
    for label in named:
        with pytest.raises(Refusal) as refused:
            with_margins(table, query, RULES.model_copy(update={"total_label": label}), PROFILE)
        assert refused.value.code == "private_total_label"
        # Without margins, it is a category as any other.
        plain = question(table.dimensions, ())
        assert with_margins(table, plain, RULES.model_copy(update={"total_label": label}), PROFILE) == table
