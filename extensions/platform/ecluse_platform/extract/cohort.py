"""Cohorts: the persons to whom a permit limits an extract, from a list or from a query that the extractor runs."""

from __future__ import annotations

from pathlib import Path

import duckdb

from ecluse_platform.core.policy.project import Cohort
from ecluse_platform.extract import sql
from ecluse_platform.extract.owners import OWNERS
from ecluse_platform.extract.problems import ExtractProblem
from ecluse_platform.extract.source import Source

# Columns that a cohort may consist of, and the domain that they are a key of.
_KEYS = {
    ("BEN_IDT_ANO",): "idt",
    ("BEN_NIR_PSA", "BEN_RNG_GEM"): "psa_rng",
    ("BEN_NIR_PSA",): "psa",
}


def limit_to_cohort(
    connection: duckdb.DuckDBPyConnection, cohort: Cohort, source: Source, folder: Path, fewest: int
) -> None:
    """Keep only the cohort's persons in the tables of owners; refuse a cohort of fewer than ``fewest``.

    A person of whom nobody is certain (twins' shared number, fictitious numbers) is in no cohort.
    """
    selected = (
        _from_query(connection, cohort.sql, source)
        if cohort.sql is not None
        else _from_list(connection, folder / str(cohort.persons), str(cohort.persons))
    )
    table, columns = OWNERS[_KEYS[selected]]
    matches = " AND ".join(
        f"p.{name} = CAST(c.{sql.name(column)} AS {'SMALLINT' if name == 'rng' else 'VARCHAR'})"
        for name, column in zip(columns, selected, strict=True)
    )
    try:
        connection.execute(
            sql.statement(
                "CREATE OR REPLACE TEMP TABLE member AS SELECT DISTINCT p.u FROM cohort c JOIN $table p ON $matches "
                "WHERE p.u IS NOT NULL AND p.kept",
                table=table,
                matches=matches,
            )
        )
    except duckdb.ConversionException:
        # The library's own words would quote the cohort.
        raise ExtractProblem(
            "the cohort has a BEN_RNG_GEM that is no number.",
            "Correct the list or the query: ranks are 1, 2 and so on.",
        ) from None
    if sql.one_row(connection, "SELECT count(*) FROM member")[0] < fewest:
        raise ExtractProblem(
            f"the cohort has fewer than {fewest} persons that the source knows.",
            "Widen the cohort: policy allows none so small (extracts.smallest_cohort in platform.yaml).",
        )
    for table, _ in OWNERS.values():
        connection.execute(
            sql.statement(
                "UPDATE $table SET kept = false WHERE u IS NULL OR u NOT IN (SELECT u FROM member)", table=table
            )
        )


def _from_list(connection: duckdb.DuckDBPyConnection, path: Path, shown: str) -> tuple[str, ...]:
    reader = "read_parquet($path)" if path.suffix == ".parquet" else "read_csv($path, header=true, all_varchar=true)"
    relation = sql.statement(reader, path=sql.literal(str(path)))
    try:
        return _load(connection, sql.statement("FROM $relation", relation=relation))
    except duckdb.Error:
        # The library's own words could quote the list.
        raise ExtractProblem(
            f"the list of persons {shown} cannot be read.",
            "Put it in the extractor's folder of cohorts, as Parquet or as CSV with a header line.",
        ) from None


def _from_query(connection: duckdb.DuckDBPyConnection, query: str, source: Source) -> tuple[str, ...]:
    """Run the permit's query where nothing but the source can be read and nothing can be changed."""
    with duckdb.connect() as apart:
        for table in sorted(p for p in source.folder.iterdir() if any(p.rglob("*.parquet"))):
            apart.execute(
                sql.statement(
                    "CREATE VIEW $name AS FROM $files", name=sql.name(table.name), files=sql.parquet(str(table))
                )
            )
        apart.execute(sql.statement("SET allowed_directories = [$folder]", folder=sql.literal(str(source.folder))))
        for setting in ("enable_external_access", "autoload_known_extensions", "autoinstall_known_extensions"):
            apart.execute(sql.statement("SET $setting = false", setting=setting))
        apart.execute("SET lock_configuration = true")
        try:
            statements = apart.extract_statements(query)
            if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
                raise ExtractProblem("data.cohort.sql is not one SELECT.", "Write one SELECT that gives the persons.")
            found = apart.sql(query).to_arrow_table()
        except duckdb.Error as error:
            raise ExtractProblem(
                f"data.cohort.sql cannot be run ({type(error).__name__}).",
                "Check its names against the tables of the source.",
            ) from None
    connection.register("cohort_found", found)
    try:
        return _load(connection, "FROM cohort_found")
    finally:
        connection.unregister("cohort_found")


def _load(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[str, ...]:
    connection.execute(f"CREATE OR REPLACE TEMP TABLE cohort AS {query}")
    described = connection.execute("DESCRIBE cohort").fetchall()
    columns = {str(row[0]).upper() for row in described}
    for names in _KEYS:
        if columns == set(names):
            return names
    raise ExtractProblem(
        "the cohort does not say who its persons are.",
        "Give BEN_IDT_ANO, BEN_NIR_PSA with BEN_RNG_GEM, or BEN_NIR_PSA alone, and no other column.",
    )
