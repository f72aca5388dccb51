"""The nine-column key: lines that follow their person, and numbers that no other project can recognise.

Inside a project the nine columns join as on the portal. Between projects they must not, so every column that could
tell one statement from another is replaced:

- DCT_ORD_NUM: statements are renumbered within each partition, in an order drawn from the project's key;
- ORG_CLE_NUM: a pseudonym of the insurance body, under the project's key;
- FLX_EMT_NUM, FLX_EMT_ORD: numbers computed from the new DCT_ORD_NUM, so they say nothing more;
- FLX_TRT_DTD: the first day of its month.

FLX_DIS_DTD (a month), FLX_EMT_TYP, PRS_ORD_NUM and REM_TYP_AFF are kept: programs filter on them and, without the
others, they name no line. Flow month and new DCT_ORD_NUM are unique together, so no two lines can come to share a key.

The order is a random permutation drawn from the ChaCha20 stream under a key derived from the project's: as unlike the
source's as a keyed hash would make it, at a tenth of the cost.
"""

from __future__ import annotations

import hmac
from hashlib import sha256

import duckdb
import numpy as np
import pyarrow as pa
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import ChaCha20

from ecluse_platform.extract import sql
from ecluse_platform.extract.problems import ExtractProblem
from ecluse_platform.extract.source import PLACE

BODY = "organisme"
BODY_COLUMN = "ORG_CLE_NUM"
# The other columns of a statement, and those of a line within it.
STATEMENT = ("FLX_DIS_DTD", "FLX_TRT_DTD", "FLX_EMT_TYP", "FLX_EMT_NUM", "FLX_EMT_ORD", "DCT_ORD_NUM")
WITHIN = ("PRS_ORD_NUM", "REM_TYP_AFF")
# Numbers of a line: its statement, and itself within the statement. Both fit: seven columns take less than 127 bits.
_CODED = (
    "SELECT $place, u, statement_code($statement, b.code) AS s, within_code($within) AS w, "
    "date_trunc('month', FLX_TRT_DTD)::DATE AS month FROM ($kept) k LEFT JOIN line_body b ON k.$body = b.old"
)
# Owner and number of each line: as it is where each line has its own key, by key where some share one.
_LINE = "SELECT $place, s, w, CASE WHEN n IS NOT NULL THEN u END AS u, month, n FROM coded LEFT JOIN numbered USING (s)"
_SHARED = (
    "SELECT s, w, any_value(n) AS n, any_value(month) AS month, "
    "CASE WHEN min(u) = max(u) AND count(u) = count(*) THEN min(u) END AS u "
    "FROM coded JOIN numbered USING (s) GROUP BY s, w"
)
_SHARED_LINE = "SELECT c.$place, s, w, l.u, c.month, l.n FROM coded c LEFT JOIN shared_line l USING (s, w)"
SENDERS, SEQUENCES = 98, 28
_NONCE_BYTES, _NUMBER_BYTES = 16, 8
_BIGINT, _HUGEINT = 1 << 63, 1 << 127


def make_lines(connection: duckdb.DuckDBPyConnection, kept: str, seed: bytes, lines: str | None = None) -> None:
    """Create ``line(__place, s, w, u, month, n)`` and, by key, ``link_k9``: owner and new number of each kept line.

    ``kept`` is SQL for the kept rows of the table of lines with their place and their owner ``u``, ``seed`` 32 bytes
    that only this project and partition have, ``lines`` SQL for the keys of all its rows, which is faster to look at.
    A line of two persons has no owner. Nine columns are slow to compare, so ``s`` and ``w`` number the keys that occur;
    ``joined_to_line`` gives the same numbers to the rows of other tables.
    """
    lines, place = lines or f"({kept})", sql.name(PLACE)
    _table(
        connection,
        "line_body",
        "SELECT v AS old, row_number() OVER (ORDER BY v) - 1 AS code "
        "FROM (SELECT DISTINCT $body AS v FROM $lines WHERE $body IS NOT NULL)",
        body=sql.name(BODY_COLUMN),
        lines=lines,
    )
    _make_codes(connection, lines)
    _table(connection, "coded", _CODED, place=place, body=sql.name(BODY_COLUMN), kept=kept, **_arguments("k"))
    _table(connection, "statement", "SELECT DISTINCT s FROM coded WHERE s IS NOT NULL ORDER BY s")
    count = sql.one_row(connection, "SELECT count(*) FROM statement")[0]
    connection.register("new_number", pa.table({"n": permutation(seed, count)}))
    _table(connection, "numbered", "FROM statement POSITIONAL JOIN new_number")
    connection.unregister("new_number")
    # Different hashes prove that no two lines share a key; equal ones only make it doubtful.
    alone = sql.one_row(connection, "SELECT count(*) = count(DISTINCT hash(s, w)) FROM coded")[0]
    if not alone:
        _table(connection, "shared_line", _SHARED)
    _table(connection, "line", _LINE if alone else _SHARED_LINE, place=place)
    by_key = "CREATE OR REPLACE TEMP VIEW link_k9 AS SELECT s, w, u, month, n FROM $line"
    connection.execute(sql.statement(by_key, line="line" if alone else "shared_line"))
    for table in ("coded", "statement", "numbered"):
        connection.execute(sql.statement("DROP TABLE $table", table=table))


def joined_to_line(alias: str) -> str:
    """Return SQL that joins the rows ``alias`` of a table with the nine columns to their line ``l``."""
    return sql.statement(
        "JOIN line_body lb ON $alias.$body = lb.old "
        "JOIN link_k9 l ON statement_code($statement, lb.code) = l.s AND within_code($within) = l.w",
        alias=alias,
        body=sql.name(BODY_COLUMN),
        **_arguments(alias),
    )


def _table(connection: duckdb.DuckDBPyConnection, name: str, rows: str, **parts: str) -> None:
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {sql.statement(rows, **parts)}")


def _arguments(alias: str) -> dict[str, str]:
    return {
        "statement": sql.names(STATEMENT, alias),
        "within": sql.names(WITHIN, alias),
    }


def _make_codes(connection: duckdb.DuckDBPyConnection, lines: str) -> None:
    """Create the macros that turn a key into two numbers, one to one over the lines; NULL for any other key.

    Each column is a digit, whose base is the range of its values in the lines.
    """
    columns = [*STATEMENT, *WITHIN]
    bounds = sql.one_row(
        connection,
        sql.statement(
            "SELECT $bounds FROM $lines",
            lines=lines,
            bounds=", ".join(f"min({_number(sql.name(c))}), max({_number(sql.name(c))})" for c in columns),
        ),
    )
    digits = {c: (int(bounds[2 * i] or 0), int(bounds[2 * i + 1] or 0)) for i, c in enumerate(columns)}
    bodies = int(sql.one_row(connection, "SELECT count(*) FROM line_body")[0])
    for name, parts in (
        ("statement_code", (*STATEMENT, BODY)),
        ("within_code", WITHIN),
    ):
        value, values, known = "0", 1, ["true"]
        for part in parts:
            low, high = (0, bodies - 1) if part == BODY else digits[part]
            number = part if part == BODY else _number(part)
            value = f"({value}) * {high - low + 1} + ({number} - {low})"
            values *= high - low + 1
            known.append(f"{number} BETWEEN {low} AND {high}")
        if values > _HUGEINT:
            raise ExtractProblem(
                "the nine columns of ER_PRS_F hold values too far apart to be numbered.",
                "Look for impossible dates or numbers in the source's lines.",
            )
        kind = "BIGINT" if values < _BIGINT else "HUGEINT"
        connection.execute(
            sql.statement(
                "CREATE OR REPLACE TEMP MACRO $name($parts) AS CASE WHEN $known THEN $value END",
                name=name,
                parts=", ".join(parts),
                known=" AND ".join(known),
                value=value.replace("(0)", f"0::{kind}", 1),
            )
        )


def _number(column: str) -> str:
    """Return SQL for the value of a key column as a whole number."""
    return f"({column} - DATE '1970-01-01')" if column.strip('"').endswith("_DTD") else f"{column}::BIGINT"


def permutation(seed: bytes, count: int) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    """Return the numbers 1 to ``count`` in an order drawn from the ChaCha20 stream of ``seed`` (32 bytes)."""
    stream = Cipher(ChaCha20(seed, bytes(_NONCE_BYTES)), mode=None).encryptor().update(bytes(_NUMBER_BYTES * count))
    numbers = np.empty(count, np.int32)
    numbers[np.argsort(np.frombuffer(stream, np.uint64), kind="stable")] = np.arange(1, count + 1, dtype=np.int32)
    return numbers


def seed_of(key: bytes, label: str) -> bytes:
    """Derive the seed of one partition from the project's key."""
    return hmac.digest(key, b"statements\x1f" + label.encode(), sha256)


# What replaces each column, in terms of the line ``l``; the body gets a pseudonym.
NEW_VALUES = {
    "FLX_TRT_DTD": "l.month",
    "FLX_EMT_NUM": f"(1 + l.n % {SENDERS})::SMALLINT",
    "FLX_EMT_ORD": f"(1 + (l.n // {SENDERS}) % {SEQUENCES})::SMALLINT",
    "DCT_ORD_NUM": "l.n",
}
