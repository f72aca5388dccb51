"""The attacks that succeed on ACRO 1.0.2 with suppression on, each tried on what leaves here: none succeeds.

``tests/benchmarks/acro_beside_ecluse.py`` runs ACRO on the same data, side by side.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from acro_data import FEW, Rows, acro_rows
from ecluse_platform.core.disclosure.attack.intervals import intervals
from ecluse_platform.core.disclosure.attack.publication import Publication, PublishedTable, squares
from ecluse_platform.core.disclosure.protecting import protect_table
from ecluse_platform.core.disclosure.queries.plan import plan_query
from ecluse_platform.core.disclosure.query import Kind, Measure, Unit
from ecluse_platform.core.disclosure.table import ProtectedTable, Row
from ecluse_platform.core.refusals import Refusal
from history_world import MEAN as REMEMBERED_MEAN
from history_world import PERSONS as REMEMBERED_PERSONS
from history_world import Project
from random_persons import read, table_of
from small_world import LONGEST_SQL, catalogue, profile, project

PERSONS = Measure(name="persons", unit=Unit.PERSONS)
ROWS = Measure(name="rows", unit=Unit.ROWS)
COST = Measure(name="cost", unit=Unit.PERSONS, kind=Kind.SUM, of="cost", decimals=2)
MEAN = Measure(name="mean", unit=Unit.PERSONS, kind=Kind.MEAN, of="cost", decimals=2)
SPREAD = Measure(name="spread", unit=Unit.PERSONS, kind=Kind.STANDARD_DEVIATION, of="cost", decimals=2)
# One dear person would dominate some cells: the attacks here are on counts, and dominance has its own tests.
PROFILE = profile(persons=11, rows=11, p_percent=None, largest_share_percent=None)
SMALL = ("R1", "S2")


def protected(rows: Rows, *measures: Measure, margins: tuple[str, ...] = ("region", "severity", "")) -> ProtectedTable:
    """Ask for the cells and for some margins; "" is the grand total."""
    layout, statistics = table_of(rows.lines())
    at_total = layout.codes == np.array([dimension.total for dimension in layout.dimensions])
    name = np.select(
        [at_total.all(axis=1), at_total[:, 1], at_total[:, 0]], ["", "region", "severity"], default="cells"
    )
    asked = replace(layout, published=np.isin(name, ["cells", *margins]))
    return protect_table(asked, statistics, measures, PROFILE, bounds=False).table


def row(table: ProtectedTable, *labels: str | None) -> Row:
    """Return the row of some labels; None is a total."""
    return next(one for one in table.rows if one.labels == labels)


def bounded(table: ProtectedTable, rows: Rows) -> tuple[float, float]:
    """Return what the attacker says of the first measure in the cell of four persons."""
    layout, _ = table_of(rows.lines())
    publication = read(table, layout.dimensions, [True, True])
    cell = next(i for i, one in enumerate(table.rows) if one.labels == SMALL)
    found = intervals(publication, [cell])
    return float(found.low[cell]), float(found.high[cell])


def test_margins_of_the_same_table_give_nothing_away() -> None:
    """E1: the total less the other cells. Shown totals are the true ones; ACRO's are not."""
    rows = acro_rows()
    table = protected(rows, PERSONS)
    low, high = bounded(table, rows)
    assert low <= 1
    assert high >= 11
    assert row(table, *SMALL).values == (None,)
    _, statistics = table_of(rows.lines())
    assert all(one.values[0] in {None, true} for one, true in zip(table.rows, statistics.persons.tolist(), strict=True))
    assert row(table, None, None).values == (len(rows.persons),)


@pytest.mark.parametrize("margins", [("region",), ("severity",), ("",), ("region", "severity")])
def test_a_second_table_in_one_request_gives_nothing_away(margins: tuple[str, ...]) -> None:
    """E2: cells in one table, regions in another: they are one system, whichever margins are shown."""
    rows = acro_rows()
    low, high = bounded(protected(rows, PERSONS, margins=margins), rows)
    assert low <= 1
    assert high >= 11


RELEASES = {
    "a second table of the same rows (E2)": [(["region", "severity"], {}), (["region"], {})],
    "the totals of two tables (E1)": [(["region", "severity"], {}), ([], {})],
    "everybody, then everybody but one (E3)": [
        (["region", "severity"], {"where": "u >= 0"}),
        (["region", "severity"], {"where": "u <> 0"}),
    ],
    "mean times n (E3)": [
        (["region"], {"where": "u >= 0", "measures": (REMEMBERED_PERSONS, REMEMBERED_MEAN)}),
        (["region"], {"where": "u <> 0", "measures": (REMEMBERED_PERSONS, REMEMBERED_MEAN)}),
    ],
}


@pytest.mark.parametrize("remembers", [True, False])
@pytest.mark.parametrize("attack", RELEASES)
def test_a_second_release_is_compared_with_the_first(attack: str, tmp_path: Path, *, remembers: bool) -> None:
    """Two releases laid side by side bound no small group; without the history each of these attacks succeeds."""
    researcher = Project(tmp_path, acro_rows().people(), remembers=remembers)
    refused = False
    for by, more in RELEASES[attack]:
        try:
            researcher.ask(by, **more)
        except Refusal as refusal:
            refused = refusal.code == "history_discloses"
    assert bool(researcher.leaks()) is not remembers
    if remembers:
        assert refused or any(one.finding is not None for one in researcher.tables[-1].rows)


@pytest.mark.parametrize("measures", [(ROWS,), (PERSONS, ROWS), (COST,), (ROWS, MEAN)])
def test_many_rows_of_few_persons_are_few_persons(measures: tuple[Measure, ...]) -> None:
    """E4: four persons with five rows each are 20 rows, which ACRO publishes; here they are four persons."""
    rows = acro_rows(rows_each_in_small=5)
    table = protected(rows, *measures)
    assert row(table, *SMALL).values == (None,) * len(measures)
    assert (rows.persons.size, len(np.unique(rows.persons))) == (
        len(acro_rows().persons) + 4 * FEW,
        rows.persons.max() + 1,
    )
    if measures[0] is ROWS:
        low, high = bounded(table, rows)
        assert high - low >= 10
        assert not (low == high == 5 * FEW)


@pytest.mark.parametrize("aggregate", ["max(EUR)", "min(EUR)", "arg_max(EUR, DAY)"])
def test_extremes_are_refused(aggregate: str) -> None:
    """ACRO publishes the largest and the smallest value of each cell: those of one person."""
    sql = f"SELECT SEX, {aggregate} AS a FROM PRS p JOIN BEN b USING (PSA, RNG) GROUP BY ALL"
    with pytest.raises(Refusal) as caught:
        plan_query(catalogue(), project(), PROFILE, sql, LONGEST_SQL)
    assert caught.value.code == "sql_extreme"


def test_a_standard_deviation_wipes_nothing_and_gives_nothing_away() -> None:
    """ACRO wipes every cell, and would show that of one person. Here most stay, and their squares leave it open.

    With n, mean and deviation of each cell and margin, sums of squares are known to within the rounding.
    """
    rows = acro_rows()
    table = protected(rows, ROWS, MEAN, SPREAD)
    shown = [one for one in table.rows if one.finding is None]
    assert len(shown) > len(table.rows) / 2
    assert row(table, *SMALL).finding is not None
    layout, statistics = table_of(rows.lines())
    half = 0.005
    low, high = np.zeros(len(table.rows)), np.full(len(table.rows), np.inf)
    for place, one in enumerate(table.rows):
        if one.finding is None:
            count, mean, spread = (float(Decimal(str(value))) for value in one.values)
            low[place] = squares(count, max(mean - half, 0), max(spread - half, 0))
            high[place] = squares(count, mean + half, spread + half)
    publication = Publication(
        (PublishedTable("squares", layout.dimensions, layout.codes, low, high, (True, True), whole=False),)
    )
    cell = next(i for i, one in enumerate(table.rows) if one.labels == SMALL)
    found = intervals(publication, [cell])
    inside = (rows.region == 1) & (rows.severity == 2)
    true = float(((rows.cents[inside] / 100) ** 2).sum())
    assert found.low[cell] <= 0.8 * true
    assert found.high[cell] >= 1.2 * true
    assert statistics.persons[cell] == FEW
