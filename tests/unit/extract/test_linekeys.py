"""New line keys: still unique and joinable inside a project, unrecognisable in any other."""

from __future__ import annotations

import duckdb
import numpy as np
import pytest

from ecluse_platform.extract.keys import project_key
from ecluse_platform.extract.linekeys import NEW_VALUES, STATEMENT, make_lines, permutation, seed_of

KEY = (*STATEMENT, "PRS_ORD_NUM", "REM_TYP_AFF")
LINES = (
    "SELECT DATE '2022-01-01' + INTERVAL (i // 500) MONTH AS FLX_DIS_DTD, "
    "DATE '2022-01-01' + (i % 700)::INT AS FLX_TRT_DTD, "
    "1::SMALLINT AS FLX_EMT_TYP, (i % 40)::SMALLINT AS FLX_EMT_NUM, (i % 28)::SMALLINT AS FLX_EMT_ORD, "
    "'01C' || i % 9 AS ORG_CLE_NUM, i::INTEGER AS DCT_ORD_NUM, 1 AS PRS_ORD_NUM, 0 AS REM_TYP_AFF, i AS u "
    "FROM range(4000) t(i)"
)


def numbered(project: str) -> duckdb.DuckDBPyConnection:
    """Return a session with the lines of one project, old and new values side by side."""
    connection = duckdb.connect()
    make_lines(connection, LINES, KEY, seed_of(project_key(b"m" * 32, project), "2022"))
    new = {c: v for c, v in NEW_VALUES.items() if c != "ORG_CLE_NUM"}
    connection.execute(
        f"CREATE TABLE pair AS SELECT l.*, {', '.join(f'{v} AS new_{c}' for c, v in new.items())} "
        "FROM link_k9 l JOIN link_k9 t USING (DCT_ORD_NUM)"
    )
    return connection


def test_statements_stay_distinct() -> None:
    """As many statements after as before, told apart by flow month and new number alone."""
    found = numbered("one").execute(
        "SELECT count(*), count(DISTINCT (FLX_DIS_DTD, new_DCT_ORD_NUM)), min(n), max(n) FROM pair"
    )
    assert found.fetchone() == (4000, 4000, 1, 4000)


def test_numbers_are_the_same_in_every_build_of_a_project() -> None:
    """A partition that is made again has the keys that the others already know."""
    one, again = (numbered("one").execute("SELECT DCT_ORD_NUM, n FROM link_k9 ORDER BY 1").fetchall() for _ in "12")
    assert one == again


def test_new_numbers_follow_neither_the_source_nor_another_project() -> None:
    """The new order says nothing of the old one, nor of another project's."""
    names = "DCT_ORD_NUM, new_DCT_ORD_NUM, new_FLX_EMT_NUM, new_FLX_EMT_ORD"
    one, two = (numbered(p).execute(f"SELECT {names} FROM pair").fetchall() for p in ("one", "two"))
    connection = duckdb.connect()
    for name, rows in (("one", one), ("two", two)):
        connection.execute(f"CREATE TABLE {name}(old INT, number INT, sender INT, sequence INT)")
        connection.executemany(f"INSERT INTO {name} VALUES (?, ?, ?, ?)", rows)
    for left, right in (
        ("one.number", "one.old % 500"),
        ("one.number", "one.old"),
        ("one.number", "two.number"),
        ("one.sender", "two.sender"),
        ("one.sender", "one.old % 40"),
        ("one.sequence", "two.sequence"),
    ):
        found = connection.execute(f"SELECT abs(corr({left}, {right})) FROM one JOIN two USING (old)").fetchone()
        assert found is not None
        assert found[0] < 0.08, (left, right)


def test_sender_and_sequence_say_nothing_that_the_number_does_not() -> None:
    """They are functions of the new number: two statements of one sender look like any other two."""
    found = numbered("one").execute(
        "SELECT bool_and(new_FLX_EMT_NUM = 1 + n % 98 AND new_FLX_EMT_ORD = 1 + (n // 98) % 28) FROM pair"
    )
    assert found.fetchone() == (True,)


def test_the_day_of_entry_becomes_a_month() -> None:
    """The exact day on which a flow entered would date the care."""
    days = numbered("one").execute("SELECT DISTINCT day(new_FLX_TRT_DTD) FROM pair").fetchall()
    assert days == [(1,)]


@pytest.mark.parametrize("count", [0, 1, 2, 1000])
def test_a_permutation_has_every_number_once(count: int) -> None:
    """All of 1 to n, in an order that another seed does not give."""
    drawn = permutation(b"s" * 32, count)
    assert sorted(drawn.tolist()) == list(range(1, count + 1))
    assert np.array_equal(drawn, permutation(b"s" * 32, count))
    if count > 2:
        assert not np.array_equal(drawn, permutation(b"t" * 32, count))


@pytest.mark.parametrize("second", ["u", "u + 1", "NULL"])
def test_a_key_of_two_persons_belongs_to_neither(second: str) -> None:
    """Lines that share the nine columns have an owner only when it is the same for all."""
    connection = duckdb.connect()
    make_lines(connection, f"{LINES} UNION ALL SELECT * REPLACE ({second} AS u) FROM ({LINES})", KEY, b"s" * 32)
    owned = connection.execute("SELECT count(u), count(*) FROM link_k9").fetchone()
    assert owned == ((4000, 4000) if second == "u" else (0, 4000))
