"""Owners: which person each row speaks of, even when the person has several identifiers.

A person is a connected component of the graph that links BEN_NIR_PSA and BEN_IDT_ANO in the rows of IR_BEN_R whose
number is regular. Fictitious and provisional numbers link nothing: many people share some of them.

An owner is a number that only the project's key gives, from the smallest pseudonym of the component: it stays the same
from one build to the next, so that sets of persons can be compared between versions.
"""

from __future__ import annotations

from types import MappingProxyType

import duckdb

from ecluse_platform.extract import sql
from ecluse_platform.extract.keys import message
from ecluse_platform.extract.problems import ExtractProblem

_REGULAR = "00"
# For each domain of IR_BEN_R: the table of its owners, with its key columns in the order of the domain.
OWNERS = MappingProxyType(
    {"psa_rng": ("person", ("psa", "rng")), "psa": ("person_psa", ("psa",)), "idt": ("person_idt", ("idt",))}
)


def make_persons(
    connection: duckdb.DuckDBPyConnection, persons: str, departments: tuple[str, ...] | None, most_identifiers: int
) -> None:
    """Create the tables of ``OWNERS``, each with ``u`` (NULL when nobody certain owns the key) and ``kept``.

    ``persons`` is SQL for the source table. A pseudonym that several ranks share, as twins do, leads to nobody.
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
    # Sixty-three bits of the keyed hash: a positive BIGINT.
    connection.execute(
        sql.statement(
            "CREATE OR REPLACE TEMP TABLE owner AS SELECT label, "
            "(('0x' || substr(keyed($message), 1, 16))::UBIGINT & 9223372036854775807)::BIGINT AS u "
            "FROM (SELECT label FROM (SELECT DISTINCT psa AS id, label FROM link UNION ALL "
            "SELECT DISTINCT idt, label FROM link) GROUP BY label HAVING count(DISTINCT id) <= $most)",
            message=message("owner", "label"),
            most=str(most_identifiers),
        )
    )
    if not sql.one_row(connection, "SELECT count(*) = count(DISTINCT u) FROM owner")[0]:
        raise ExtractProblem(
            "two persons get the same number.",
            "Change the pseudonym key, then build the extracts of all projects again.",
        )
    # A key with rows of two persons, or with any row that is not regular, belongs to nobody certain.
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE owned AS SELECT psa, rng, idt, resident, CASE WHEN regular THEN u END AS u "
        "FROM ben LEFT JOIN (SELECT DISTINCT psa, idt, label FROM link) USING (psa, idt) LEFT JOIN owner USING (label)"
    )
    for table, columns in OWNERS.values():
        one_rank = " AND min(rng) = max(rng)" if columns == ("psa",) else ""
        connection.execute(
            sql.statement(
                "CREATE OR REPLACE TEMP TABLE $table AS SELECT $columns, bool_and(resident) AS kept, "
                "CASE WHEN min(u) = max(u) AND count(u) = count(*)$one_rank THEN min(u) END AS u "
                "FROM owned WHERE $known GROUP BY $columns",
                table=table,
                columns=", ".join(columns),
                one_rank=one_rank,
                known=" AND ".join(f"{c} IS NOT NULL" for c in columns),
            )
        )


def mark_owners(connection: duckdb.DuckDBPyConnection) -> None:
    """Give each key a number, ``mark``, that changes when its owner does or when it is no longer kept."""
    for table, columns in OWNERS.values():
        connection.execute(
            sql.statement(
                "CREATE OR REPLACE TEMP TABLE $table AS SELECT *, hash($columns, u, kept) AS mark FROM $table",
                table=table,
                columns=", ".join(columns),
            )
        )


def _label_components(connection: duckdb.DuckDBPyConnection) -> None:
    """Give every link the smallest pseudonym of its component, by passing labels on until none changes."""
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE link AS SELECT DISTINCT psa, idt, psa AS label FROM ben "
        "WHERE regular AND psa IS NOT NULL AND idt IS NOT NULL"
    )
    while True:
        connection.execute(
            "CREATE OR REPLACE TEMP TABLE passed AS SELECT psa, idt, label, least(p.least, i.least) AS smaller "
            "FROM link JOIN (SELECT psa, min(label) AS least FROM link GROUP BY psa) p USING (psa) "
            "JOIN (SELECT idt, min(label) AS least FROM link GROUP BY idt) i USING (idt)"
        )
        changed = sql.one_row(connection, "SELECT count(*) FROM passed WHERE smaller < label")[0]
        connection.execute("CREATE OR REPLACE TEMP TABLE link AS SELECT psa, idt, smaller AS label FROM passed")
        if changed == 0:
            return
