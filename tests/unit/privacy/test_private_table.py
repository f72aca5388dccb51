from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from ecluse_platform.core.privacy.answer import Column, Figure, PrivateTable, Row, Statement, private_csv
from ecluse_platform.core.privacy.loss import Accounting
from ecluse_platform.core.privacy.query import OutputKind

STATEMENT = Statement(
    accounting=Accounting.PURE,
    epsilon="1",
    amount="1",
    delta="0",
    unit="person",
    cells=1,
    rows=1,
    confidence_percent=95,
)
PERSONS = Column(name="persons", kind=OutputKind.PERSONS, decimals=0, half_width="3", least=11)
MEAN = Column(name="age", kind=OutputKind.MEAN, decimals=1, half_width=None, least=None)
SHOWN = Row(
    labels=("=75", None),
    counted=20,
    figures=(Figure(value="20", low="17", high="23"), Figure(value="50.5", low="48.2", high="52.0")),
)
SMALL = Row(labels=("2A", "f"), counted=None, figures=(None, None))


def table(*rows: Row, **more: Any) -> PrivateTable:
    """Build a table of persons and ages by département and sex."""
    content = {
        "dimensions": ("dpt", "sex"),
        "columns": (PERSONS, MEAN),
        "rows": rows,
        "statement": STATEMENT,
        "clipped": None,
        "least": 11,
        "mark": "c",
    }
    return PrivateTable(**{**content, **more})


def test_each_figure_is_followed_by_its_interval() -> None:
    """The file says how sure each number is; what is hidden is marked, and no label runs in a spreadsheet."""
    assert private_csv(table(SHOWN, SMALL)).splitlines() == [
        "dpt,sex,persons,persons__low,persons__high,age,age__low,age__high",
        '"\'=75",,20,17,23,50.5,48.2,52.0',
        "2A,f,c,c,c,c,c,c",
    ]


def test_a_table_counts_what_it_shows() -> None:
    """Rows of which nothing is left are counted apart."""
    assert (table(SHOWN, SMALL).published, table(SHOWN, SMALL).hidden) == (1, 1)


@pytest.mark.parametrize(
    "row",
    [
        SHOWN.model_copy(update={"counted": None}),
        SHOWN.model_copy(update={"counted": 10}),
        SHOWN.model_copy(update={"figures": (Figure(value="10", low="7", high="13"), None)}),
        SHOWN.model_copy(update={"labels": ("75",)}),
        SHOWN.model_copy(update={"figures": (None,)}),
    ],
)
def test_a_small_or_misshapen_row_makes_no_table(row: Row) -> None:
    """The table holds its rows against the threshold, also when it is read back."""
    with pytest.raises(ValidationError):
        table(row)


def test_two_rows_of_one_cell_make_no_table() -> None:
    """A cell is answered once."""
    with pytest.raises(ValidationError):
        table(SHOWN, SHOWN)


def test_a_figure_lies_in_its_interval() -> None:
    """An interval that does not hold its own figure says nothing."""
    with pytest.raises(ValidationError):
        Figure(value="3", low="4", high="5")


def test_a_table_is_read_back_as_it_was_written() -> None:
    """What is stored is what was answered."""
    made = table(SHOWN, SMALL)
    assert PrivateTable.model_validate_json(made.model_dump_json()) == made
