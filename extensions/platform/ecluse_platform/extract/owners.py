"""Owners: which person each row speaks of, even when the person has several identifiers.

A person is a connected component of the graph that links BEN_NIR_PSA and BEN_IDT_ANO in the rows of IR_BEN_R whose
number is regular. Fictitious and provisional numbers link nothing: many people share some of them.
"""

from __future__ import annotations

import duckdb

from ecluse_platform.extract import sql
from ecluse_platform.extract.keys import message

_REGULAR = "00"


def make_persons(
    connection: duckdb.DuckDBPyConnection, persons: str, departments: tuple[str, ...] | None, most_identifiers: int
) -> None:
    """Create ``person(psa, rng, u, resident)``: one row per key of IR_BEN_R, ``u`` NULL when nobody certain owns it.

    ``persons`` is SQL for the source table. Owners are numbered in an order that only the project's key knows.
    """
    connection.execute(
        sql.statement(
            "CREATE OR REPLACE TEMP TABLE ben AS SELECT BEN_NIR_PSA AS psa, BEN_RNG_GEM AS rng, BEN_IDT_ANO AS idt, "
            "BEN_CDI_NIR IS NOT DISTINCT FROM $regular AS regular, $resident AS resident FROM $persons",
            regular=sql.literal(_REGULAR),
            resident="true"
            if departments is None
            else f"coalesce(BEN_RES_DPT IN ({sql.literals(departments)}), false)",
            persons=persons,
        )
    )
    _label_components(connection)
    connection.execute(
        sql.statement(
            "CREATE OR REPLACE TEMP TABLE owner AS SELECT label, row_number() OVER (ORDER BY keyed($message)) AS u "
            "FROM (SELECT label FROM (SELECT DISTINCT psa AS id, label FROM link UNION ALL "
            "SELECT DISTINCT idt, label FROM link) GROUP BY label HAVING count(DISTINCT id) <= $most)",
            message=message("owner", "label"),
            most=str(most_identifiers),
        )
    )
    # A key with rows of two persons, or with any row that is not regular, belongs to nobody certain.
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE person AS SELECT psa, rng, "
        "CASE WHEN bool_and(regular) AND count(DISTINCT u) = 1 AND count(u) = count(*) THEN min(u) END::BIGINT AS u, "
        "bool_or(resident) AS resident FROM ben LEFT JOIN (SELECT DISTINCT psa, idt, label FROM link) "
        "USING (psa, idt) LEFT JOIN owner USING (label) GROUP BY psa, rng"
    )


def _label_components(connection: duckdb.DuckDBPyConnection) -> None:
    """Give every link the smallest pseudonym of its component, by passing labels on until none changes."""
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE link AS SELECT DISTINCT psa, idt, psa AS label FROM ben "
        "WHERE regular AND psa IS NOT NULL AND idt IS NOT NULL"
    )
    while True:
        connection.execute(
            "CREATE OR REPLACE TEMP TABLE passed AS SELECT psa, idt, label, "
            "least(min(label) OVER (PARTITION BY psa), min(label) OVER (PARTITION BY idt)) AS smaller FROM link"
        )
        changed = connection.execute("SELECT count(*) FROM passed WHERE smaller < label").fetchone()
        connection.execute("CREATE OR REPLACE TEMP TABLE link AS SELECT psa, idt, smaller AS label FROM passed")
        if changed is None or changed[0] == 0:
            return
