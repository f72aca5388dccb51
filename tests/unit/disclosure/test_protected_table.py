from __future__ import annotations

import csv
import io

import pytest
from pydantic import ValidationError

import small_world
from ecluse_platform.core.disclosure import (
    Cell,
    Finding,
    Measure,
    Obeyed,
    ProtectedTable,
    Row,
    Rule,
    Summary,
    Unit,
    VerifiedQuery,
    protect,
    to_csv,
)
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.core.text import Text

PERSONS = Measure(name="personnes", unit=Unit.PERSONS)
ROWS = Measure(name="lignes", unit=Unit.ROWS)
FINDING = Finding(rule=Rule.THRESHOLD_PERSONS, wording=Text(fr="petit", en="small"))


def query(*measures: Measure, dimensions: tuple[str, ...] = ("DPT",)) -> VerifiedQuery:
    """Return an accepted query, of which only the columns matter here."""
    return VerifiedQuery(dimensions, measures, ("PRS",), "", "")


def table_of(*rows: Row, dimensions: tuple[str, ...] = ("DPT",)) -> ProtectedTable:
    """Return a table of persons and rows with the thresholds of the demonstration."""
    hidden = sum(row.finding is not None for row in rows)
    return ProtectedTable(
        dimensions=dimensions,
        measures=(PERSONS, ROWS),
        rows=rows,
        obeys=Obeyed.of(small_world.profile()),
        summary=Summary(primary=hidden, secondary=0, kept_percent=None),
    )


def row_of(*labels: str | None, values: tuple[int | None, ...], finding: Finding | None = None) -> Row:
    """Return a row that is no total and reveals its counts."""
    reveals = () if finding else tuple((value or 0,) for value in values)
    return Row(labels=labels, totals=(False,) * len(labels), values=values, reveals=reveals, finding=finding)


def test_a_table_cannot_hold_a_value_under_its_threshold() -> None:
    """Neither built nor read back: a value under the threshold is an error of construction."""
    with pytest.raises(ValidationError, match="under its threshold"):
        table_of(row_of("75", values=(10, 50)))
    with pytest.raises(ValidationError, match="under its threshold"):
        table_of(row_of("75", values=(11, 10)))


def test_a_hidden_row_holds_no_value_at_all() -> None:
    """Hiding one measure and showing the other would say too much: a row hides all or nothing."""
    with pytest.raises(ValidationError, match="holds a value"):
        row_of("75", values=(None, 50), finding=FINDING)
    with pytest.raises(ValidationError, match="no rule hides it"):
        row_of("75", values=(None, None))


def test_a_table_refuses_rows_of_other_columns_and_twins() -> None:
    """A row fits the columns and is the only one with its labels."""
    row = row_of("75", values=(11, 11))
    with pytest.raises(ValidationError, match="same labels"):
        table_of(row, row)
    with pytest.raises(ValidationError, match="columns of its table"):
        table_of(row_of("75", "1", values=(11, 11)))


def test_a_table_survives_json_unchanged_and_forged_json_does_not() -> None:
    """What egress reads is what compute wrote; a forged value does not pass."""
    table = table_of(row_of("75", values=(11, 20)), row_of(None, values=(None, None), finding=FINDING))
    written = table.model_dump_json()
    assert ProtectedTable.model_validate_json(written) == table
    assert (table.columns, table.published, table.hidden) == (("DPT", "personnes", "lignes"), 1, 1)
    with pytest.raises(ValidationError):
        ProtectedTable.model_validate_json(written.replace("[11,20]", "[4,20]").replace("[[11],[20]]", "[[4],[20]]"))


@pytest.mark.parametrize(
    ("cell", "rule"),
    [
        (Cell(("75",), 11, 11, 11), None),
        (Cell(("75",), 10, 10, 50), Rule.THRESHOLD_PERSONS),
        (Cell(("75",), 20, 10, 50), Rule.THRESHOLD_PERSONS),
        (Cell(("75",), 10, 20, 50), Rule.THRESHOLD_PERSONS),
        (Cell(("75",), 0, 0, 0), Rule.THRESHOLD_PERSONS),
        (Cell(("75",), 11, 11, 29), Rule.THRESHOLD_ROWS),
    ],
)
def test_a_cell_is_shown_only_when_every_rule_is_kept(cell: Cell, rule: Rule | None) -> None:
    """Owners, persons by key and rows must each reach their threshold."""
    profile = small_world.profile(persons=11, rows=11 if rule is not Rule.THRESHOLD_ROWS else 30)
    (row,) = protect(query(PERSONS, ROWS), [cell], profile).rows
    assert (row.finding.rule if row.finding else None) is rule
    assert row.values == ((None, None) if rule else (cell.measured, cell.rows))


def test_a_finding_does_not_tell_the_count_that_it_hides() -> None:
    """Its wording is the same whatever the count was."""
    wordings = {
        str(protect(query(PERSONS), [Cell(("75",), count, count, 50)], small_world.profile()).rows[0].finding)
        for count in range(11)
    }
    assert len(wordings) == 1


def test_a_table_with_too_many_cells_is_refused() -> None:
    """The bound is on rows, hidden ones included, and the refusal says the bound only."""
    cells = [Cell((str(n),), 20, 20, 20) for n in range(4)]
    assert len(protect(query(PERSONS), cells[:3], small_world.profile(max_cells=3)).rows) == 3
    with pytest.raises(Refusal) as caught:
        protect(query(PERSONS), cells, small_world.profile(max_cells=3))
    assert (caught.value.code, caught.value.fields) == ("too_many_cells", {"most": "3"})


def test_the_file_shows_one_mark_for_each_hidden_measure() -> None:
    """The released file never says which rule hid a cell."""
    table = table_of(row_of("75", values=(11, 20)), row_of(None, values=(None, None), finding=FINDING))
    assert to_csv(table, "c") == "DPT,personnes,lignes\r\n75,11,20\r\n,c,c\r\n"


@pytest.mark.parametrize(
    ("label", "written"),
    [
        ("=1+1", '"\'=1+1"'),
        ("@SUM(A1)", '"\'@SUM(A1)"'),
        ("+33", '"\'+33"'),
        ("-2+3", '"\'-2+3"'),
        (" =1", '"\' =1"'),
        ("\uff1d1", '"\'\uff1d1"'),
        ("-5", "-5"),
        ("-5.25", "-5.25"),
        ('a"b', '"a""b"'),
        ("a,b", '"a,b"'),
        ("a\r\nb", "a\ufffd\ufffdb"),
        ("\t=1", "\ufffd=1"),
        ("2A", "2A"),
        ("", '""'),
        ("été", "été"),
    ],
)
def test_a_label_cannot_run_in_a_spreadsheet_or_break_the_file(label: str, written: str) -> None:
    """Formulas are disarmed, quotes doubled, control characters replaced."""
    text = to_csv(table_of(row_of(label, values=(11, 20))), "c")
    assert text == f"DPT,personnes,lignes\r\n{written},11,20\r\n"
    assert len(list(csv.reader(io.StringIO(text, newline="")))) == 2
