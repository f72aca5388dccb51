"""Margins in a notebook: those that the service wrote, and those that are added up there, which agree."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given

import ecluse
from ecluse_platform.core.privacy.answer import Figure, PrivateTable, Row
from ecluse_platform.core.privacy.margins import with_margins
from ecluse_platform.core.privacy.query import PrivateQuery
from ecluse_platform.egress.api.private_shapes import private_table_json
from made_margins import COLUMNS, PROFILE, RULES, question, table_of, tables


def in_notebook(table: PrivateTable) -> ecluse.Table:
    """Return a table as the client holds it."""
    return ecluse.Table({"name": "t", "because": [], **private_table_json(table, None)})


@given(tables())
def test_the_client_adds_up_the_same(made: tuple[PrivateTable, PrivateQuery]) -> None:
    """``table.margins`` in a notebook, and the service's rows: the same sums, intervals and numbers of hidden cells."""
    table, query = made
    if not table.rows:
        return
    query = query.model_copy(update={"groupings": ((True,) * len(table.dimensions), *query.groupings)})
    query = query.model_copy(update={"groupings": tuple(dict.fromkeys(query.groupings))})
    found = with_margins(table, query, RULES, PROFILE)
    for answered in (in_notebook(found), in_notebook(table)):
        for at, column in enumerate(COLUMNS):
            theirs = {
                (shown, margin.labels): margin
                for shown in query.groupings
                for margin in answered.margins(
                    column.name, by=[n for n, held in zip(table.dimensions, shown, strict=True) if held]
                )
            }
            for margin in found.margins:
                shown = tuple(not total for total in margin.totals)
                labels = tuple(label for label, held in zip(margin.labels, shown, strict=True) if held)
                same, figure = theirs[shown, labels], margin.figures[at]
                assert same.hidden == margin.missing[at]
                assert (same.cells == 0) == (figure is None)
                if figure is not None:
                    assert [same.value, same.low, same.high] == [
                        Decimal(end) for end in (figure.value, figure.low, figure.high)
                    ]


def test_a_table_of_margins_alone_has_nothing_to_add_up_and_says_so() -> None:
    """Its cells are paid for already; rows of margins are shown, and never added up again."""
    figure = Figure(value="20", low="15", high="25")
    cells = tuple(Row(labels=(label,), counted=20, figures=(figure, None)) for label in ("a", "b"))
    alone, both = (
        in_notebook(with_margins(table_of(("x",), cells), question(("x",), sets), RULES, PROFILE))
        for sets in (((False,),), ((True,), (False,)))
    )
    with pytest.raises(ecluse.EcluseError, match="GROUP BY ALL"):
        alone.margins("n")
    assert (both.cells, both.dimensions, len(both.rows)) == (2, 1, 3)
    assert both.rows[2][:5] == ["Total", "40", "32", "48", "0"]
    [margin] = both.margins("n")
    assert (margin.value, margin.cells) == (40, 2)


def test_margins_are_shown_with_what_they_leave_out() -> None:
    """In a row of its own, with the number of hidden cells in words."""
    figure = Figure(value="20", low="15", high="25")
    cells = (
        Row(labels=("a",), counted=20, figures=(figure, None)),
        Row(labels=("b",), counted=None, figures=(None, None)),
    )
    shown = repr(
        in_notebook(with_margins(table_of(("x",), cells), question(("x",), ((True,), (False,))), RULES, PROFILE))
    )
    [total] = [line for line in shown.splitlines() if line.startswith("Total")]
    assert "20 " in total
    assert "[15 ; 25] (" in total
    assert "1" in total.partition("(")[2]
