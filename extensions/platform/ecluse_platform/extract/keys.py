"""The project's key, and pseudonyms made with it: HMAC-SHA-256, computed inside DuckDB over distinct values."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

import duckdb

from ecluse_platform.extract import sql
from ecluse_platform.extract.problems import ExtractProblem

SHORTEST_KEY = 32
# Seventeen hexadecimal characters: as long as the SNDS's own pseudonyms, and 68 bits.
PSEUDONYM_LENGTH = 17
_BLOCK = 64
# Absent from every identifier, so that no two (space, value) pairs give the same message.
_SEPARATOR = "\x1f"


def read_master_key(path: Path) -> bytes:
    """Read the installation's pseudonym key; a short or missing one is refused."""
    try:
        key = path.read_bytes().strip()
    except OSError:
        raise ExtractProblem(
            f"the pseudonym key {path} cannot be read.", "Name the file with --key-file or $ECLUSE_PSEUDONYM_KEY."
        ) from None
    if len(key) < SHORTEST_KEY:
        raise ExtractProblem(
            f"the pseudonym key {path} is shorter than {SHORTEST_KEY} bytes.", "Make a new key of random bytes."
        )
    return key


def project_key(master: bytes, project: str) -> bytes:
    """Derive the project's own key: whoever learns it learns nothing of another project's."""
    return hmac.digest(master, b"ecluse project\x1f" + project.encode(), sha256)


def install(connection: duckdb.DuckDBPyConnection, key: bytes) -> None:
    """Put the key's two HMAC pads into the session, so that no SQL text ever holds it."""
    padded = key.ljust(_BLOCK, b"\0")
    connection.execute("SET VARIABLE inner_pad = ?", [bytes(b ^ 0x36 for b in padded)])
    connection.execute("SET VARIABLE outer_pad = ?", [bytes(b ^ 0x5C for b in padded)])
    connection.execute(
        "CREATE TEMP MACRO keyed(message) AS sha256(getvariable('outer_pad') || "
        "unhex(sha256(getvariable('inner_pad') || encode(message))))"
    )


def message(space: str, *values: str) -> str:
    """Return SQL for the message of one value: its space, then its parts, unambiguously separated."""
    parts = [sql.literal(space), *(f"coalesce(CAST({value} AS VARCHAR), '')" for value in values)]
    return f" || {sql.literal(_SEPARATOR)} || ".join(parts)


def make_pseudonyms(
    connection: duckdb.DuckDBPyConnection, space: str, sources: Iterable[str], length: int = PSEUDONYM_LENGTH
) -> None:
    """Create the temporary table ``pseudonym_<space>(old, new)`` over the values of some queries.

    Two values that would share a pseudonym stop the build: they would silently become one person.
    """
    table = sql.name(f"pseudonym_{space}")
    connection.execute(
        sql.statement(
            "CREATE OR REPLACE TEMP TABLE $table AS SELECT v AS old, upper(left(keyed($message), $length)) AS new "
            "FROM (SELECT DISTINCT v FROM ($sources) AS s(v) WHERE v IS NOT NULL)",
            table=table,
            message=message(space, "v"),
            length=str(length),
            sources=" UNION ALL ".join(sources),
        )
    )
    counted = connection.execute(
        sql.statement("SELECT count(*) = count(DISTINCT new) FROM $table", table=table)
    ).fetchone()
    if counted is None or not counted[0]:
        raise ExtractProblem(
            f"two identifiers of the space {space} get the same pseudonym.",
            "Change the pseudonym key, then build the extracts of all projects again.",
        )
