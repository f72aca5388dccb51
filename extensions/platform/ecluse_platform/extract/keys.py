"""The project's key, and pseudonyms made with it: HMAC-SHA-256, computed inside DuckDB over distinct values."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from threading import Lock

import duckdb
import pyarrow as pa

from ecluse_platform.extract import sql
from ecluse_platform.extract.problems import ExtractProblem
from ecluse_platform.extract.texts import ABSENT, Texts

SHORTEST_KEY = 32
# Seventeen hexadecimal characters: as long as the SNDS's own pseudonyms, and 68 bits.
PSEUDONYM_LENGTH = 17
_BLOCK = 64
_SALT_SUFFIX = ".key"
# Numbers that the source gives to nobody: programs filter on them, so they stay as they are.
NOBODY = ("xxxxxxxxxxxxxxxxx", "XXXXXXXXXXXXXXXXD")
# Below this, a space's pseudonyms are found sooner in memory than by a statement.
FEW_VALUES = 1 << 22
# Absent from every identifier, so that no two (space, value) pairs give the same message.
_SEPARATOR = "\x1f"


def read_signing_key(path: Path) -> bytes:
    """Read the private key that signs manifests and records (PEM)."""
    try:
        return path.read_bytes()
    except OSError:
        raise ExtractProblem(
            f"the signing key {path} cannot be read.",
            "Name the file with --signing-key or $ECLUSE_EXTRACT_SIGNING_KEY.",
        ) from None


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


def project_key(master: bytes, project: str, salt: bytes = b"") -> bytes:
    """Derive the project's own key: whoever learns it learns nothing of another project's."""
    return hmac.digest(master, b"ecluse project\x1f" + project.encode() + b"\x1f" + salt, sha256)


def project_salt(folder: Path, project: str) -> bytes:
    """Return the project's salt, made at its first build; without it nobody can derive the project's key again."""
    path = folder / f"{project}{_SALT_SUFFIX}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            partial = path.with_name(f".{path.name}.partial")
            partial.unlink(missing_ok=True)
            partial.touch(mode=0o400)
            partial.chmod(0o600)
            partial.write_bytes(secrets.token_hex(SHORTEST_KEY).encode())
            partial.replace(path)
        salt = path.read_bytes()
    except OSError:
        raise ExtractProblem(
            f"the key folder {folder} cannot be used.", "Name a folder of the extractor's own with $ECLUSE_KEYS."
        ) from None
    if len(salt) < SHORTEST_KEY:
        raise ExtractProblem(f"the key of {project} is damaged.", "Restore it from the operator's backup.")
    return salt


def has_salt(folder: Path, project: str) -> bool:
    """Say whether the project still has a salt."""
    return (folder / f"{project}{_SALT_SUFFIX}").exists()


def destroy_salt(folder: Path, project: str) -> bool:
    """Destroy the project's salt; say whether there was one."""
    path = folder / f"{project}{_SALT_SUFFIX}"
    try:
        path.write_bytes(bytes(path.stat().st_size))
    except FileNotFoundError:
        return False
    path.unlink()
    return True


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


def pseudonym(space: str, value: str, length: int = PSEUDONYM_LENGTH) -> str:
    """Return SQL for the pseudonym of one value; the numbers of nobody stay as they are."""
    hashed = f"upper(left(keyed({message(space, value)}), {length}))"
    return f"CASE WHEN {value} IN ({sql.literals(NOBODY)}) THEN {value} ELSE {hashed} END"


def pseudonym_table(space: str) -> str:
    """Name the table ``(old, new)`` of a space's pseudonyms."""
    return sql.name(f"pseudonym_{space}")


def make_pseudonyms(
    connection: duckdb.DuckDBPyConnection, space: str, sources: Iterable[str], length: int = PSEUDONYM_LENGTH
) -> None:
    """Create ``pseudonym_table(space)`` over the values of some queries.

    Two values that would share a pseudonym stop the build: they would silently become one person.
    """
    table = pseudonym_table(space)
    connection.execute(
        sql.statement(
            "CREATE OR REPLACE TABLE $table AS SELECT v AS old, $pseudonym AS new "
            "FROM (SELECT DISTINCT v FROM ($sources) AS s(v) WHERE v IS NOT NULL)",
            table=table,
            pseudonym=pseudonym(space, "v", length),
            sources=" UNION ALL ".join(sources),
        )
    )
    if not sql.one_row(connection, sql.statement("SELECT count(*) = count(DISTINCT new) FROM $table", table=table))[0]:
        raise ExtractProblem(
            f"two identifiers of the space {space} get the same pseudonym.",
            "Change the pseudonym key, then build the extracts of all projects again.",
        )


class Pseudonyms:
    """Looks pseudonyms up: of a space of few values in memory, of any other in the session's table."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Look up in the tables of one session."""
        self._connection = connection
        self._held: dict[str, tuple[Texts, pa.Array] | None] = {}
        self._one_at_a_time = Lock()

    def of(self, space: str, values: pa.Array) -> pa.Array:
        """Return the pseudonym of each value, NULL where the space has none."""
        with self._one_at_a_time:
            held = self._few(space)
            if held is None:
                return _looked_up(self._connection, space, values)
        old, new = held
        turns = old.turns(values)
        return new.take(pa.array(turns, mask=turns == ABSENT))

    def _few(self, space: str) -> tuple[Texts, pa.Array] | None:
        if space not in self._held:
            table = sql.statement("FROM $table", table=pseudonym_table(space))
            few = sql.one_row(self._connection, f"SELECT count(*) {table}")[0] <= FEW_VALUES
            rows = self._connection.sql(table).to_arrow_table() if few else None
            self._held[space] = (
                None
                if rows is None
                else (Texts(rows.column("old").combine_chunks()), rows.column("new").combine_chunks())
            )
        return self._held[space]


def _looked_up(connection: duckdb.DuckDBPyConnection, space: str, values: pa.Array) -> pa.Array:
    connection.register("old_value", pa.table({"old": values, "turn": pa.array(range(len(values)))}))
    found = connection.sql(
        sql.statement(
            "SELECT p.new FROM old_value v LEFT JOIN $table p ON v.old = p.old ORDER BY v.turn",
            table=pseudonym_table(space),
        )
    ).to_arrow_table()
    connection.unregister("old_value")
    return found.column("new").combine_chunks()
