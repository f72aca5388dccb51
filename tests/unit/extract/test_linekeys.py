"""New line keys: still unique and joinable inside a project, unrecognisable in any other."""

from __future__ import annotations

import duckdb
import numpy as np
import pytest

from ecluse_platform.extract.keys import project_key
from ecluse_platform.extract.linekeys import NEW_VALUES, joined_to_line, make_lines, permutation, seed_of
from ecluse_platform.extract.problems import ExtractProblem

LINES = (
    "SELECT (DATE '2022-01-01' + INTERVAL (i // 500) MONTH)::DATE AS FLX_DIS_DTD, "
    "DATE '2022-01-01' + (i % 700)::INT AS FLX_TRT_DTD, "
    "1::SMALLINT AS FLX_EMT_TYP, (i % 40)::SMALLINT AS FLX_EMT_NUM, (i % 28)::SMALLINT AS FLX_EMT_ORD, "
    "'01C' || i % 9 AS ORG_CLE_NUM, i::INTEGER AS DCT_ORD_NUM, 1 AS PRS_ORD_NUM, 0 AS REM_TYP_AFF, "
    "i AS u, i AS __place FROM range(4000) t(i)"
)


def numbered(project: str) -> duckdb.DuckDBPyConnection:
    """Return a session with the lines of one project, old and new values side by side."""
    connection = duckdb.connect()
    make_lines(connection, LINES, seed_of(project_key(b"m" * 32, project), "2022"))
    connection.execute(
        f"CREATE TABLE pair AS SELECT t.*, l.n, {', '.join(f'{v} AS new_{c}' for c, v in NEW_VALUES.items())} "
        f"FROM line l JOIN ({LINES}) t USING (__place)"
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
    one, again = (numbered("one").execute("SELECT DCT_ORD_NUM, n FROM pair ORDER BY 1").fetchall() for _ in "12")
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
    make_lines(connection, f"{LINES} UNION ALL SELECT * REPLACE ({second} AS u) FROM ({LINES})", b"s" * 32)
    owned = connection.execute("SELECT count(u), count(*) FROM link_k9").fetchone()
    assert owned == ((4000, 4000) if second == "u" else (0, 4000))


def looked_up(lines: str, row: str) -> list[tuple[object, ...]]:
    """Return the line that a row of another table finds among lines, by its nine columns."""
    connection = duckdb.connect()
    make_lines(connection, lines, b"s" * 32)
    return connection.execute(f"SELECT l.u FROM ({row}) t {joined_to_line('t')}").fetchall()


@pytest.mark.parametrize(
    "change",
    [
        "DATE '2022-01-02' AS FLX_DIS_DTD",
        "DATE '2031-01-01' AS FLX_TRT_DTD",
        "NULL::DATE AS FLX_TRT_DTD",
        "2 AS FLX_EMT_TYP",
        "-1 AS FLX_EMT_NUM",
        "29 AS FLX_EMT_ORD",
        "'01C' AS ORG_CLE_NUM",
        "4001 AS DCT_ORD_NUM",
        "2 AS PRS_ORD_NUM",
        "-1 AS REM_TYP_AFF",
    ],
)
def test_a_key_that_differs_in_one_column_finds_no_line(change: str) -> None:
    """The nine columns are numbered one to one: nothing outside the values of the lines falls on one of them."""
    row = f"SELECT * FROM ({LINES}) WHERE DCT_ORD_NUM = 17"
    assert looked_up(LINES, row) == [(17,)]
    assert not looked_up(LINES, f"SELECT * REPLACE ({change}) FROM ({row})")


@pytest.mark.parametrize("statements", [3, 1 << 24, (1 << 31) - 1])
@pytest.mark.parametrize("line", [1, 128, (1 << 31) - 1])
def test_no_number_is_too_large_to_be_told_from_another(statements: int, line: int) -> None:
    """Any value that the columns can hold: dates of 1600, statements and lines at the end of their range."""
    lines = (
        f"{LINES} UNION ALL SELECT * REPLACE (DATE '1600-01-01' AS FLX_TRT_DTD, 32767::SMALLINT AS FLX_EMT_NUM, "
        f"(-32768)::SMALLINT AS FLX_EMT_ORD, {statements} AS DCT_ORD_NUM, {line} AS PRS_ORD_NUM, 32767 AS REM_TYP_AFF, "
        f"9999 AS u, 9999 AS __place) FROM ({LINES}) WHERE DCT_ORD_NUM = 17"
    )
    row = f"SELECT * FROM ({lines}) WHERE u IN (17, 9999)"
    assert sorted(looked_up(lines, row)) == [(17,), (9999,)]


def test_lines_that_cannot_be_numbered_stop_the_build() -> None:
    """Keys of which every column is out of its mind are told, not mixed up."""
    body = ", ".join(f"('{n}')" for n in range(5000))
    wild = (
        "SELECT * REPLACE (DATE '5877641-06-24' AS FLX_DIS_DTD, DATE '5877641-06-24' AS FLX_TRT_DTD, "
        "32767::SMALLINT AS FLX_EMT_TYP, 32767::SMALLINT AS FLX_EMT_NUM, 32767::SMALLINT AS FLX_EMT_ORD, "
        f"2147483647 AS DCT_ORD_NUM, b.v AS ORG_CLE_NUM) FROM ({LINES}), (VALUES {body}) b(v) WHERE DCT_ORD_NUM = 17"
    )
    with pytest.raises(ExtractProblem, match="too far apart"):
        make_lines(duckdb.connect(), f"{LINES} UNION ALL SELECT * EXCLUDE (v) FROM ({wild})", b"s" * 32)
