# The queries are made of parts of this module; what is drawn at random is which parts.
from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import date, timedelta
from typing import Any

import duckdb
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import small_cells
import small_world
from ecluse_platform.compute.measuring import Measured
from ecluse_platform.core.disclosure import ProtectedTable, VerifiedQuery, to_csv
from ecluse_platform.core.refusals import Refusal

THRESHOLD = 3
PROFILE = small_world.profile(persons=THRESHOLD, rows=THRESHOLD)
JOINS = (
    "PRS p JOIN BEN b USING (PSA, RNG)",
    "PRS p JOIN BEN b USING (PSA, RNG) JOIN PHA h USING (FLX, NUM)",
    "BEN b LEFT JOIN PRS p USING (PSA, RNG)",
    "BEN b JOIN PRS p ON b.PSA = p.PSA AND b.RNG = p.RNG LEFT JOIN PHA h ON h.FLX = p.FLX AND h.NUM = p.NUM",
    "PRS p JOIN PRS o USING (PSA, RNG) JOIN BEN b USING (PSA, RNG)",
)
DIMENSIONS = ("b.SEX", "b.DPT", "year(p.DAY)", "month(p.DAY)", "p.NAT", "year(p.DAY) - b.BIRTH::INT")
CONDITIONS = (
    "b.SEX = 1",
    "p.NAT > 1111",
    "month(p.DAY) < 6",
    "b.BIRTH::INT > 1950",
    "b.DPT LIKE '0%'",
    "p.DAY IS NULL",
)

DATABASE = duckdb.connect(config={"threads": "1"})
small_world.fill(DATABASE, small_world.People())

persons = st.fixed_dictionaries(
    {
        # Few owners for many identifiers, some of them nobody's: keys are as wrong as they can be.
        "owner": st.one_of(st.none(), st.integers(1, 8)),
        "sex": st.sampled_from([1, 2, None]),
        "birth": st.sampled_from(["1950", "1951", "19xx", None]),
        "dpt": st.sampled_from(["075", "2A", None, "=1+1"]),
        "days": st.lists(st.integers(0, 400).map(lambda n: date(2022, 1, 1) + timedelta(days=n)), max_size=3).map(
            tuple
        ),
        "cips": st.sampled_from([(), ("c1",), ("c1", "c2")]),
        "nat": st.sampled_from([1111, 1112]),
    }
)
queries = st.tuples(
    st.sampled_from(JOINS),
    st.lists(st.sampled_from(DIMENSIONS), unique=True, max_size=3),
    st.lists(st.sampled_from(CONDITIONS), unique=True, max_size=2),
    st.sampled_from(["count(*) AS n", "count(DISTINCT b.IDT) AS k, count(*) AS n"]),
)
SETTINGS = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def _sql(parts: tuple[str, list[str], list[str], str]) -> str:
    joins, dimensions, conditions, measures = parts
    if joins.startswith("BEN b LEFT"):
        conditions = [c for c in conditions if c != "b.DPT LIKE '0%'"]
    if " PRS o " in joins:
        # Refused: beside a table joined with itself, an age could make one cell the total of others.
        dimensions = [d for d in dimensions if "BIRTH" not in d]
    listed = ", ".join([*(f"{dimension} AS a{i}" for i, dimension in enumerate(dimensions)), measures])
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    return f"SELECT {listed} FROM {joins}{where}" + (" GROUP BY ALL" if dimensions else "")


def _run(people: small_world.People, sql: str) -> tuple[VerifiedQuery, Measured]:
    query = small_cells.planned(sql, PROFILE)
    small_world.refill(DATABASE, people)
    return query, small_cells.measured(DATABASE, query)


def _cells(people: small_world.People, sql: str) -> list[small_cells.Counted]:
    return small_cells.counted(_run(people, sql)[1])


def _people(drawn: list[dict[str, Any]]) -> small_world.People:
    people = small_world.People()
    for person in drawn:
        people.add(**person)
    return people


def _released(table: ProtectedTable) -> list[list[str]]:
    return list(csv.reader(io.StringIO(to_csv(table, PROFILE.mark), newline="")))[1:]


@SETTINGS
@given(drawn=st.lists(persons, max_size=25), parts=queries)
def test_no_cell_of_few_persons_is_ever_shown(drawn: list[dict[str, Any]], parts: Any) -> None:
    """Whatever the data and the query: a shown cell has enough owners, and a hidden one shows nothing but the mark."""
    query, found = _run(_people(drawn), _sql(parts))
    try:
        table = small_cells.protected(query, found, PROFILE)
    except Refusal:
        return
    cells = small_cells.counted(found)
    size = len(query.dimensions)
    for cell, row, written in zip(cells, table.rows, _released(table), strict=True):
        small = min(cell.persons, cell.rows) < THRESHOLD
        if small:
            assert row.finding is not None
        if row.finding is not None:
            assert set(written[size:]) == {PROFILE.mark}
        else:
            assert all(int(value) >= THRESHOLD for value in written[size:])
    assert ProtectedTable.model_validate_json(table.model_dump_json()) == table


@SETTINGS
@given(drawn=st.lists(persons, max_size=20), parts=queries)
def test_removing_one_person_changes_no_cell_by_more_than_that_person(drawn: list[dict[str, Any]], parts: Any) -> None:
    """Each row belongs to one owner: without a person, every cell loses that owner at most, and gains nothing."""
    people = _people(drawn)
    before = _cells(people, _sql(parts))
    for owner in {row[-1] for row in people.ben if row[-1] is not None}:
        rest = small_world.People(
            [row for row in people.ben if row[-1] != owner],
            [row for row in people.prs if row[-1] != owner],
            [row for row in people.pha if row[-1] != owner],
        )
        after = _cells(rest, _sql(parts))
        left = {cell.labels: cell for cell in after}
        assert set(left) <= {cell.labels for cell in before}
        for cell in before:
            remaining = left.get(cell.labels, small_cells.Counted(cell.labels, 0, 0))
            assert 0 <= cell.persons - remaining.persons <= 1
            assert remaining.rows <= cell.rows


@SETTINGS
@given(drawn=st.lists(persons, max_size=25), parts=queries)
def test_cells_are_disjoint_and_cover_every_owned_row(drawn: list[dict[str, Any]], parts: Any) -> None:
    """The rows of all cells add up to the rows of the query without dimensions: no cell is a total of others."""
    joins, dimensions, conditions, _ = parts
    cells = _cells(_people(drawn), _sql((joins, dimensions, conditions, "count(*) AS n")))
    whole = _cells(_people(drawn), _sql((joins, [], conditions, "count(*) AS n")))
    assert sum(cell.rows for cell in cells) == whole[0].rows
    assert max(Counter(cell.labels for cell in cells).values(), default=1) == 1
