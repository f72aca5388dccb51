"""Small tables and what comes out of them: the rules of suppression by example.

Each example lists persons, the query, and the released file. Thresholds are 3 persons and 4 rows, to stay readable.
"""

from __future__ import annotations

from datetime import date

import duckdb
import pytest

import small_cells
import small_world
from ecluse_platform.core.disclosure import to_csv

PROFILE = small_world.profile(persons=3, rows=4)

# sex, département, days of care (of 2022, as month-day)
PERSONS = """
1 075 01-03 02-03
1 075 01-03
1 075 01-04
2 075 01-05
2 075 01-06 01-07 01-08
1 069 02-01
1 069 02-02
1 069 02-02 02-03
1 -   03-01 03-02 03-03 03-04
"""

EXAMPLES = {
    "a cell with enough persons is shown, a smaller one carries the mark in every measure": (
        (
            "SELECT SEX AS sexe, count(DISTINCT IDT) AS personnes, count(*) AS lignes FROM BEN b "
            "JOIN PRS p USING (PSA, RNG) WHERE DPT = '075' GROUP BY ALL"
        ),
        "sexe,personnes,lignes / 1,3,4 / 2,c,c",
    ),
    "persons are counted once, however many rows they have": (
        "SELECT month(DAY) AS mois, count(*) AS lignes FROM PRS GROUP BY ALL",
        "mois,lignes / 1,7 / 2,5 / 3,c",
    ),
    "enough persons with too few rows are hidden as well": (
        "SELECT DPT, count(DISTINCT PSA) AS personnes FROM BEN GROUP BY ALL",
        "DPT,personnes / 069,c / 075,5 / ,c",
    ),
    "a missing label is an empty field, after all others": (
        "SELECT DPT, count(*) AS lignes FROM BEN b JOIN PRS p USING (PSA, RNG) GROUP BY ALL ORDER BY DPT DESC",
        "DPT,lignes / 069,4 / 075,8 / ,c",
    ),
    "joining rows to themselves makes more rows, not more persons": (
        (
            "SELECT a.NAT, count(*) AS lignes FROM PRS a JOIN PRS b USING (PSA, RNG) WHERE a.DAY > DATE '2022-02-28' "
            "GROUP BY ALL"
        ),
        "NAT,lignes / 1111,c",
    ),
    "a single number obeys the same rules": (
        "SELECT count(*) AS lignes FROM PRS WHERE DAY = DATE '2022-03-01'",
        "lignes / c",
    ),
    "an empty selection looks like a small one": (
        "SELECT count(*) AS lignes FROM PRS WHERE DAY > DATE '2023-01-01'",
        "lignes / c",
    ),
    "an empty selection with dimensions has no row": (
        "SELECT NAT, count(*) AS lignes FROM PRS WHERE DAY > DATE '2023-01-01' GROUP BY ALL",
        "NAT,lignes",
    ),
    "a value that does not convert is a missing label, not an error": (
        "SELECT CAST(b.DPT AS SMALLINT) - 0 AS dpt, count(*) AS n FROM BEN b JOIN PRS p USING (PSA, RNG) GROUP BY ALL",
        "dpt,n / 69,4 / 75,8 / ,c",
    ),
}


def _people() -> small_world.People:
    people = small_world.People()
    for line in PERSONS.split("\n"):
        if line.strip():
            sex, dpt, *days = line.split()
            taken = tuple(date.fromisoformat(f"2022-{day}") for day in days)
            people.add(sex=int(sex), dpt=None if dpt == "-" else dpt, days=taken)
    return people


@pytest.mark.parametrize(("sql", "expected"), EXAMPLES.values(), ids=EXAMPLES.keys())
def test_example(sql: str, expected: str) -> None:
    """The released file is exactly the one written here."""
    query = small_cells.planned(sql, PROFILE)
    with duckdb.connect() as connection:
        small_world.fill(connection, _people())
        found = small_cells.measured(connection, query)
    table = small_cells.protected(query, found, PROFILE)
    assert to_csv(table, PROFILE.mark).strip().split("\r\n") == expected.split(" / ")
