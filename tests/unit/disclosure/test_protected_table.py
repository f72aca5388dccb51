from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from pydantic import ValidationError

import small_world
from ecluse_platform.core.disclosure import (
    Finding,
    Kind,
    Measure,
    Obeyed,
    ProtectedTable,
    Row,
    Rule,
    Summary,
    Unit,
    to_csv,
)
from ecluse_platform.core.text import Text

PERSONS = Measure(name="personnes", unit=Unit.PERSONS)
ROWS = Measure(name="lignes", unit=Unit.ROWS)
FINDING = Finding(rule=Rule.THRESHOLD_PERSONS, wording=Text(fr="petit", en="small"))


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


def shown(value: int | str, reveals: tuple[int, ...], measure: Measure, **profile: Any) -> ProtectedTable:
    """Return a table of one row that shows one value."""
    row = Row(labels=("75",), totals=(False,), values=(value,), reveals=(reveals,), finding=None)
    return ProtectedTable(
        dimensions=("DPT",),
        measures=(measure,),
        rows=(row,),
        obeys=Obeyed.of(small_world.profile(**profile)),
        summary=Summary(primary=0, secondary=0, kept_percent=None),
    )


PERCENT = Measure(name="part", unit=Unit.PERSONS, kind=Kind.PERCENTAGE, of="part_persons", over="persons", decimals=1)
MEDIAN = Measure(name="median", unit=Unit.PERSONS, kind=Kind.QUANTILE, of="q")
COST = Measure(name="cost", unit=Unit.PERSONS, kind=Kind.SUM, of="cost")


@pytest.mark.parametrize(
    ("value", "reveals", "measure"),
    [
        (11, (11,), PERSONS),
        ("40.0", (20, 30), PERCENT),
        ("0.0", (0, 30), PERCENT),
        ("12.5", (11, 11), MEDIAN),
        ("12.50", (11,), COST),
    ],
)
def test_a_value_that_obeys_is_shown(value: int | str, reveals: tuple[int, ...], measure: Measure) -> None:
    """Each kind of measure is held against what it reveals."""
    assert shown(value, reveals, measure).published == 1


@pytest.mark.parametrize(
    ("value", "reveals", "measure"),
    [
        (11, (12,), PERSONS),
        (11, (), PERSONS),
        ("96.0", (48, 2), PERCENT),
        ("4.0", (2, 48), PERCENT),
        ("41.0", (20, 30), PERCENT),
        ("40.0", (20,), PERCENT),
        ("12.5", (11, 10), MEDIAN),
        ("12.5", (20,), MEDIAN),
        ("12.50", (10,), COST),
        ("12,50", (20,), COST),
        ("1e3", (20,), COST),
    ],
)
def test_a_value_that_does_not_is_not(value: int | str, reveals: tuple[int, ...], measure: Measure) -> None:
    """Complements, tails, persons behind an amount: each has its threshold, and a number reads as one only."""
    with pytest.raises(ValidationError):
        shown(value, reveals, measure)


def test_nobody_is_shown_of_a_part_and_not_of_a_whole() -> None:
    """Nobody of fifty has the property: that is a part. No key among the rows is not: it is a count under 11."""

    def alone(name: str) -> ProtectedTable:
        measure = Measure(name="n", unit=Unit.PERSONS, of=name)
        row = Row(labels=(), totals=(), values=(0,), reveals=((0,),), finding=None)
        obeys, summary = Obeyed.of(small_world.profile()), Summary(primary=0, secondary=0, kept_percent=None)
        return ProtectedTable(dimensions=(), measures=(measure,), rows=(row,), obeys=obeys, summary=summary)

    assert alone("part_counted_persons").published == 1
    for whole in ("", "counted_persons"):
        with pytest.raises(ValidationError, match="under its threshold"):
            alone(whole)


def test_rounded_counts_are_on_their_grid() -> None:
    """A table that says it is rounded cannot hold an exact count."""
    controlled: dict[str, Any] = {"method": "controlled_rounding", "rounding_base": 12}
    middles: dict[str, Any] = {"method": "midpoint_rounding", "rounding_base": 11}
    assert shown(24, (24,), PERSONS, **controlled).published == 1
    assert shown(17, (17,), PERSONS, **middles).published == 1
    for value, profile in ((25, controlled), (16, middles), (-12, controlled)):
        with pytest.raises(ValidationError):
            shown(value, (abs(value),), PERSONS, **profile)
    with pytest.raises(ValidationError, match="only counts"):
        shown("24.0", (24,), COST, **controlled)


def test_a_total_has_no_label_and_no_label_reads_like_one() -> None:
    """Whoever reads the file can tell a total from a category."""
    with pytest.raises(ValidationError, match="label of its own"):
        Row(labels=("75",), totals=(True,), values=(11, 11), reveals=((11,), (11,)), finding=None)
    with pytest.raises(ValidationError, match="reads like a total"):
        table_of(row_of("Total", values=(11, 11)))
    total = Row(labels=(None,), totals=(True,), values=(11, 20), reveals=((11,), (20,)), finding=None)
    assert to_csv(table_of(total, row_of(None, values=(11, 20))), "c").split("\r\n")[1:3] == ["Total,11,20", ",11,20"]


def test_a_table_fits_the_profile_that_it_obeys_and_no_other() -> None:
    """Older or weaker rules are noticed, whichever they are."""
    table = table_of(row_of("75", values=(11, 20)))
    assert table.fits(small_world.profile())
    for other in ({"persons": 10}, {"quantile_tail": 12}, {"zeros": "protected"}, {"threshold_establishments": None}):
        assert not table.fits(small_world.profile(**other))


def test_further_rows_can_be_hidden_and_researchers_see_all_alike() -> None:
    """A comparison with the history hides more; nobody of the project reads which rule hid a row."""
    table = table_of(row_of("75", values=(11, 20)), row_of("77", values=(None, None), finding=FINDING))
    more = table.hiding({0, 1}, Rule.HISTORY, FINDING.wording)
    assert [row.finding.rule for row in more.rows if row.finding] == [Rule.HISTORY, Rule.THRESHOLD_PERSONS]
    assert (more.hidden, more.summary.primary) == (2, 2)
    assert {row.finding.rule for row in more.for_researchers().rows if row.finding} == {Rule.HIDDEN}


def test_a_summary_cannot_lie_about_its_rows() -> None:
    """Stewards read the summary first."""
    row = row_of("75", values=(None, None), finding=FINDING)
    with pytest.raises(ValidationError, match="summary"):
        ProtectedTable(
            dimensions=("DPT",),
            measures=(PERSONS, ROWS),
            rows=(row,),
            obeys=Obeyed.of(small_world.profile()),
            summary=Summary(primary=0, secondary=1, kept_percent=None),
        )


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
