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

STATEMENT = (
    "FLX_DIS_DTD", "FLX_TRT_DTD", "FLX_EMT_TYP", "FLX_EMT_NUM", "FLX_EMT_ORD", "ORG_CLE_NUM", "DCT_ORD_NUM",
)  # fmt: skip
BODY = "organisme"
BODY_COLUMN = "ORG_CLE_NUM"
# Owner and number of each line: as it is where each line has its own key, by key where some share one.
_ALONE = "SELECT $key, s.n, k.u FROM kept_line k JOIN numbered s ON $same"
_SHARED = (
    "SELECT $first, $others, s.n, CASE WHEN min(u) = max(u) AND count(u) = count(*) THEN min(u) END AS u "
    "FROM kept_line k JOIN numbered s ON $same GROUP BY s.n, $others"
)
_SENDERS, _SEQUENCES = 98, 28
_NONCE_BYTES, _NUMBER_BYTES = 16, 8


def make_lines(connection: duckdb.DuckDBPyConnection, kept: str, key: tuple[str, ...], seed: bytes) -> None:
    """Create ``link_k9(<nine columns>, u, n)``: the owner and the new number of each line that is kept.

    ``kept`` is SQL for the kept rows of the table of lines with their owner ``u``, ``key`` its nine columns, ``seed``
    32 bytes that only this project and partition have. A line of two persons has no owner.
    """
    statement, others = sql.names(STATEMENT), [c for c in key if c not in STATEMENT]
    connection.execute(sql.statement("CREATE OR REPLACE TEMP TABLE kept_line AS $kept", kept=kept))
    connection.execute(
        sql.statement(
            "CREATE OR REPLACE TEMP TABLE statement AS SELECT $columns FROM "
            "(SELECT DISTINCT $columns FROM kept_line) ORDER BY hash($columns), DCT_ORD_NUM",
            columns=statement,
        )
    )
    counted = connection.execute("SELECT count(*) FROM statement").fetchall()
    connection.register("new_number", pa.table({"n": permutation(seed, counted[0][0])}))
    connection.execute("CREATE OR REPLACE TEMP TABLE numbered AS FROM statement POSITIONAL JOIN new_number")
    connection.unregister("new_number")
    connection.execute(
        sql.statement(
            "CREATE OR REPLACE TEMP TABLE link_k9 AS $rows",
            rows=sql.statement(
                _ALONE if _unique(connection, key) else _SHARED,
                key=sql.names(key, "k"),
                first=", ".join(f"any_value(k.{sql.name(c)}) AS {sql.name(c)}" for c in STATEMENT),
                others=sql.names(others, "k"),
                same=" AND ".join(f"k.{sql.name(c)} IS NOT DISTINCT FROM s.{sql.name(c)}" for c in STATEMENT),
            ),
        )
    )
    for table in ("kept_line", "statement", "numbered"):
        connection.execute(sql.statement("DROP TABLE $table", table=table))


def _unique(connection: duckdb.DuckDBPyConnection, key: tuple[str, ...]) -> bool:
    """Say whether no two kept lines share a key; different hashes prove it, equal ones only make it doubtful."""
    query = sql.statement("SELECT count(*) = count(DISTINCT hash($key)) FROM kept_line", key=sql.names(key))
    return bool(connection.execute(query).fetchall()[0][0])


def permutation(seed: bytes, count: int) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    """Return the numbers 1 to ``count`` in an order drawn from the ChaCha20 stream of ``seed`` (32 bytes)."""
    stream = Cipher(ChaCha20(seed, bytes(_NONCE_BYTES)), mode=None).encryptor().update(bytes(_NUMBER_BYTES * count))
    numbers = np.empty(count, np.int32)
    numbers[np.argsort(np.frombuffer(stream, np.uint64), kind="stable")] = np.arange(1, count + 1, dtype=np.int32)
    return numbers


def seed_of(key: bytes, label: str) -> bytes:
    """Derive the seed of one partition from the project's key."""
    return hmac.digest(key, b"statements\x1f" + label.encode(), sha256)


# What replaces each column, in terms of the line's row ``l``, the row itself ``t`` and the body's pseudonym ``b``.
NEW_VALUES = {
    "FLX_TRT_DTD": "date_trunc('month', t.FLX_TRT_DTD)::DATE",
    "FLX_EMT_NUM": f"(1 + l.n % {_SENDERS})::SMALLINT",
    "FLX_EMT_ORD": f"(1 + (l.n // {_SENDERS}) % {_SEQUENCES})::SMALLINT",
    "ORG_CLE_NUM": "b.new",
    "DCT_ORD_NUM": "l.n",
}
