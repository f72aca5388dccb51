"""Pseudonyms: real HMAC-SHA-256, one key per project, no silent collision."""

from __future__ import annotations

import hmac
from hashlib import sha256
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from ecluse_platform.extract import keys
from ecluse_platform.extract.keys import install, make_pseudonyms, project_key, read_master_key
from ecluse_platform.extract.problems import ExtractProblem

MASTER = b"m" * 32


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    """A session that holds one project's key."""
    opened = duckdb.connect()
    install(opened, project_key(MASTER, "one"))
    return opened


def test_pseudonyms_are_the_hmac_that_anyone_with_the_key_can_recompute(connection: duckdb.DuckDBPyConnection) -> None:
    """The SQL computes the same HMAC as Python's standard library."""
    make_pseudonyms(connection, "psa", ["SELECT 'ABC' UNION ALL SELECT 'é' UNION ALL SELECT NULL"])
    key = project_key(MASTER, "one")
    expected = {v: hmac.new(key, f"psa\x1f{v}".encode(), sha256).hexdigest()[:17].upper() for v in ("ABC", "é")}
    assert dict(connection.execute("FROM pseudonym_psa").fetchall()) == expected


def test_projects_and_spaces_have_unrelated_pseudonyms(connection: duckdb.DuckDBPyConnection) -> None:
    """The same value becomes something else in another project and in another space."""
    seen = set()
    other = duckdb.connect()
    install(other, project_key(MASTER, "two"))
    for opened in (connection, other):
        for space in ("psa", "idt"):
            make_pseudonyms(opened, space, ["SELECT 'ABC'"])
            seen.add(opened.execute(f"SELECT new FROM pseudonym_{space}").fetchone())
    assert len(seen) == 4


def test_a_collision_stops_the_build(connection: duckdb.DuckDBPyConnection) -> None:
    """With one character for a hundred values two must meet; they would become one person, so it is refused."""
    with pytest.raises(ExtractProblem, match="same pseudonym"):
        make_pseudonyms(connection, "psa", ["SELECT i::VARCHAR FROM range(100) t(i)"], length=1)


def test_no_sql_text_holds_the_key(connection: duckdb.DuckDBPyConnection) -> None:
    """The macro names the key's variables; it does not contain them."""
    text = connection.execute(
        "SELECT macro_definition FROM duckdb_functions() WHERE function_name = 'keyed'"
    ).fetchone()
    assert text is not None
    assert "getvariable" in text[0]


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 31 + b"\n"])
def test_a_short_key_is_refused(tmp_path: Path, content: bytes) -> None:
    """A key that could be guessed protects nobody."""
    (tmp_path / "key").write_bytes(content)
    with pytest.raises(ExtractProblem, match="shorter"):
        read_master_key(tmp_path / "key")


def test_a_missing_key_is_refused(tmp_path: Path) -> None:
    """There is no default key."""
    with pytest.raises(ExtractProblem, match="cannot be read"):
        read_master_key(tmp_path / "none")


@pytest.mark.parametrize("held", [0, 1 << 10])
def test_pseudonyms_are_found_in_memory_and_by_statement_alike(
    connection: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch, held: int
) -> None:
    """Each value gets its own, in the order asked for; a value that the space does not have gets none."""
    monkeypatch.setattr(keys, "FEW_VALUES", held)
    make_pseudonyms(connection, "psa", ["SELECT i::VARCHAR FROM range(100) t(i)"])
    expected = dict(connection.execute("FROM pseudonym_psa").fetchall())
    asked = ["7", "99", "unknown", "7", "0"]
    found = keys.Pseudonyms(connection).of("psa", pa.array(asked)).to_pylist()
    assert found == [expected.get(value) for value in asked]
