"""The nine-column key: lines that follow their person, and numbers that no other project can recognise.

Inside a project the nine columns join as on the portal. Between projects they must not, so every column that could
tell one statement from another is replaced:

- DCT_ORD_NUM: statements are renumbered within each flow month, in an order that only the project's key knows;
- ORG_CLE_NUM: a pseudonym of the insurance body, under the project's key;
- FLX_EMT_NUM, FLX_EMT_ORD: numbers drawn from the keyed hash of the statement;
- FLX_TRT_DTD: the first day of its month.

FLX_DIS_DTD (a month), FLX_EMT_TYP, PRS_ORD_NUM and REM_TYP_AFF are kept: programs filter on them and, without the
others, they name no line. Flow month and new DCT_ORD_NUM are unique together, so no two lines can come to share a key.
"""

from __future__ import annotations

import duckdb

from ecluse_platform.extract import sql
from ecluse_platform.extract.keys import make_pseudonyms, message

STATEMENT = (
    "FLX_DIS_DTD", "FLX_TRT_DTD", "FLX_EMT_TYP", "FLX_EMT_NUM", "FLX_EMT_ORD", "ORG_CLE_NUM", "DCT_ORD_NUM",
)  # fmt: skip
BODY = "organisme"
_SENDERS, _SEQUENCES = 98, 28


def make_lines(connection: duckdb.DuckDBPyConnection, kept_lines: str, key: tuple[str, ...]) -> None:
    """Create ``statement`` (old columns, new numbers) and ``line`` (key, owner) from the lines that are kept.

    ``kept_lines`` is SQL for the kept rows of ER_PRS_F with their owner ``u``.
    """
    body = sql.statement("SELECT DISTINCT ORG_CLE_NUM FROM ($lines)", lines=kept_lines)
    make_pseudonyms(connection, BODY, [body])
    connection.execute(
        sql.statement(
            "CREATE OR REPLACE TEMP TABLE statement AS SELECT h.* EXCLUDE (hash), "
            "date_trunc('month', h.FLX_TRT_DTD)::DATE AS new_entered, "
            "(1 + ('0x' || substr(hash, 1, 8))::BIGINT % $senders)::SMALLINT AS new_sender, "
            "(1 + ('0x' || substr(hash, 9, 8))::BIGINT % $sequences)::SMALLINT AS new_sequence, "
            "(row_number() OVER (PARTITION BY h.FLX_DIS_DTD ORDER BY hash))::INTEGER AS new_statement, "
            "b.new AS new_body "
            "FROM (SELECT *, keyed($message) AS hash FROM (SELECT DISTINCT $columns FROM ($lines))) h "
            "LEFT JOIN pseudonym_organisme b ON h.ORG_CLE_NUM = b.old",
            senders=str(_SENDERS),
            sequences=str(_SEQUENCES),
            message=message("statement", *STATEMENT),
            columns=sql.names(STATEMENT),
            lines=kept_lines,
        )
    )
    connection.execute(
        sql.statement(
            "CREATE OR REPLACE TEMP TABLE line AS SELECT $key, "
            "CASE WHEN count(DISTINCT u) = 1 AND count(u) = count(*) THEN min(u) END AS u FROM ($lines) GROUP BY $key",
            key=sql.names(key),
            lines=kept_lines,
        )
    )


def same_statement(left: str, right: str) -> str:
    """Return SQL that is true when two rows belong to the same statement."""
    return " AND ".join(f"{left}.{sql.name(c)} IS NOT DISTINCT FROM {right}.{sql.name(c)}" for c in STATEMENT)


def same_line(left: str, right: str, key: tuple[str, ...]) -> str:
    """Return SQL that is true when two rows carry the same nine-column key."""
    return " AND ".join(f"{left}.{sql.name(c)} = {right}.{sql.name(c)}" for c in key)


NEW_VALUES = {
    "FLX_TRT_DTD": "s.new_entered",
    "FLX_EMT_NUM": "s.new_sender",
    "FLX_EMT_ORD": "s.new_sequence",
    "ORG_CLE_NUM": "s.new_body",
    "DCT_ORD_NUM": "s.new_statement",
}
