"""New line keys: still unique and joinable inside a project, unrecognisable in any other."""

from __future__ import annotations

import duckdb
import pytest

from ecluse_platform.extract.keys import install, project_key
from ecluse_platform.extract.linekeys import STATEMENT, make_lines

KEY = (*STATEMENT, "PRS_ORD_NUM", "REM_TYP_AFF")
NEW = "FLX_DIS_DTD, new_entered, FLX_EMT_TYP, new_sender, new_sequence, new_body, new_statement"
LINES = (
    "SELECT DATE '2022-01-01' + INTERVAL (i // 500) MONTH AS FLX_DIS_DTD, "
    "DATE '2022-01-01' + (i % 700)::INT AS FLX_TRT_DTD, "
    "1::SMALLINT AS FLX_EMT_TYP, (i % 40)::SMALLINT AS FLX_EMT_NUM, (i % 28)::SMALLINT AS FLX_EMT_ORD, "
    "'01C' || i % 9 AS ORG_CLE_NUM, i::INTEGER AS DCT_ORD_NUM, 1 AS PRS_ORD_NUM, 0 AS REM_TYP_AFF, i AS u "
    "FROM range(4000) t(i)"
)


def numbered(project: str) -> duckdb.DuckDBPyConnection:
    """Return a session with the statements of one project."""
    connection = duckdb.connect()
    install(connection, project_key(b"m" * 32, project))
    make_lines(connection, LINES, KEY)
    return connection


def test_statements_stay_distinct() -> None:
    """As many statements after as before, told apart by flow month and new number alone."""
    found = numbered("one").execute(
        f"SELECT count(*), count(DISTINCT ({NEW})), count(DISTINCT (FLX_DIS_DTD, new_statement)) FROM statement"
    )
    assert found.fetchone() == (4000, 4000, 4000)


def test_new_numbers_follow_neither_the_source_nor_another_project() -> None:
    """Within a flow month, the new order says nothing of the old one, nor of another project's."""
    one, two = (
        numbered(p).execute("SELECT DCT_ORD_NUM, new_statement, new_sender, new_sequence FROM statement").fetchall()
        for p in ("one", "two")
    )
    connection = duckdb.connect()
    for name, rows in (("one", one), ("two", two)):
        connection.execute(f"CREATE TABLE {name}(old INT, number INT, sender INT, sequence INT)")
        connection.executemany(f"INSERT INTO {name} VALUES (?, ?, ?, ?)", rows)
    for left, right in (
        ("one.number", "one.old % 500"),
        ("one.number", "two.number"),
        ("one.sender", "two.sender"),
        ("one.sender", "one.old % 40"),
        ("one.sequence", "two.sequence"),
    ):
        found = connection.execute(f"SELECT abs(corr({left}, {right})) FROM one JOIN two USING (old)").fetchone()
        assert found is not None
        assert found[0] < 0.08, (left, right)


def test_the_day_of_entry_becomes_a_month() -> None:
    """The exact day on which a flow entered would date the care."""
    days = numbered("one").execute("SELECT DISTINCT day(new_entered) FROM statement").fetchall()
    assert days == [(1,)]


@pytest.mark.parametrize("second", ["u", "u + 1", "NULL"])
def test_a_key_of_two_persons_belongs_to_neither(second: str) -> None:
    """Lines that share the nine columns have an owner only when it is the same for all."""
    connection = duckdb.connect()
    install(connection, b"k" * 32)
    make_lines(connection, f"{LINES} UNION ALL SELECT * REPLACE ({second} AS u) FROM ({LINES})", KEY)
    owned = connection.execute("SELECT count(u), count(*) FROM line").fetchone()
    assert owned == ((4000, 4000) if second == "u" else (0, 4000))
