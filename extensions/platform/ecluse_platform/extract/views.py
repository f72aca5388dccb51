"""``snds.duckdb``: one view per table under its portal names, quality filters, code lists, labels as comments."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from ecluse_platform.core.dictionary.drift import portal_name
from ecluse_platform.core.policy.catalogue import YEAR_COLUMN
from ecluse_platform.core.policy.codelist import CodeList
from ecluse_platform.core.text import Text
from ecluse_platform.extract import codes, quality, sql
from ecluse_platform.extract.keys import pseudonym
from ecluse_platform.extract.plan import OWNER_COLUMN, ExtractPlan, TablePlan

DATABASE = "snds.duckdb"
MOUNT = "/data"
ESTABLISHMENTS = "finess"
# Tables whose published filters leave out establishments that report their stays twice.
_OF_HOSPITALS = {"T_MCO_B", "T_MCO_FMSTC"}


def write_views(
    folder: Path, plan: ExtractPlan, builder: duckdb.DuckDBPyConnection, codelists: Mapping[str, CodeList]
) -> tuple[str, ...]:
    """Write the database next to the tables; return the quality filters for which the permit grants too little.

    Its views will read the tables under ``/data``, where workspaces mount them. DuckDB reads the files when a view is
    created or commented, and ``/data`` does not exist here. So the views take the folder from a macro, which first
    names a folder of empty tables and in the end ``/data``: views look the macro up each time. ``builder`` is the
    session that holds the project's key.
    """
    path = folder / DATABASE
    with duckdb.connect(str(path)) as connection, TemporaryDirectory(dir=folder) as empty:
        _point_to(connection, empty)
        connection.execute("BEGIN")
        for table in plan.tables:
            _write_empty(connection, table, Path(empty))
            _make_view(connection, table)
            for year in plan.years if table.table.yearly and YEAR_COLUMN in table.columns else ():
                _make_yearly_view(connection, table, year)
        if _OF_HOSPITALS & {table.name for table in plan.tables}:
            _duplicates(connection, builder)
        connection.execute("COMMIT")
        missing = quality.create(connection)
        codes.create(connection, plan.catalogue, codelists)
        _point_to(connection, MOUNT)
        connection.execute("CHECKPOINT")
    return missing


def _point_to(connection: duckdb.DuckDBPyConnection, folder: str) -> None:
    connection.execute(sql.statement("CREATE OR REPLACE MACRO data_folder() AS $folder", folder=sql.literal(folder)))


def _write_empty(connection: duckdb.DuckDBPyConnection, table: TablePlan, folder: Path) -> None:
    """Write a file with the table's columns and no row: all that a view needs to be made."""
    (folder / table.name).mkdir()
    columns = ", ".join(f"CAST(NULL AS {kind}) AS {sql.name(column)}" for column, kind in table.types.items())
    connection.execute(
        sql.statement(
            "COPY (SELECT $columns LIMIT 0) TO $path (FORMAT parquet)",
            columns=columns,
            path=sql.literal(str(folder / table.name / "empty.parquet")),
        )
    )


def _make_view(connection: duckdb.DuckDBPyConnection, table: TablePlan) -> None:
    connection.execute(
        sql.statement(
            "CREATE VIEW $view AS SELECT $star FROM read_parquet(data_folder() || $below, hive_partitioning=false)",
            view=sql.name(table.name),
            star=f"* EXCLUDE ({sql.name(OWNER_COLUMN)})" if table.private else "*",
            below=sql.literal(f"/{table.name}/**/*.parquet"),
        )
    )
    _describe(connection, table, table.name, table.columns)


def _make_yearly_view(connection: duckdb.DuckDBPyConnection, table: TablePlan, year: int) -> None:
    """Show one year under the name that the portal gives it, without the column that the portal does not have."""
    name = portal_name(table.name, table.table, year)
    columns = tuple(column for column in table.columns if column != YEAR_COLUMN)
    connection.execute(
        sql.statement(
            "CREATE VIEW $view AS SELECT $columns FROM $union WHERE $year = $wanted",
            view=sql.name(name),
            columns=sql.names(columns),
            union=sql.name(table.name),
            year=sql.name(YEAR_COLUMN),
            wanted=str(year),
        )
    )
    _describe(connection, table, name, columns)


def _duplicates(connection: duckdb.DuckDBPyConnection, builder: duckdb.DuckDBPyConnection) -> None:
    """Write the establishments that report their stays twice, under the numbers that the project knows them by."""
    listed = files(quality).joinpath("finess_doublons.txt").read_text(encoding="utf-8").split()
    known = builder.execute(
        sql.statement(
            "SELECT $pseudonym FROM (VALUES $listed) AS d(v) ORDER BY 1",
            pseudonym=pseudonym(ESTABLISHMENTS, "v"),
            listed=", ".join(f"({sql.literal(number)})" for number in listed),
        )
    ).fetchall()
    connection.execute("CREATE TABLE finess_doublons(ETA_NUM VARCHAR)")
    connection.executemany("INSERT INTO finess_doublons VALUES (?)", known)
    words = "Établissements qui déclarent deux fois leurs séjours\nEstablishments that report their stays twice"
    connection.execute(sql.statement("COMMENT ON TABLE finess_doublons IS $words", words=sql.literal(words)))


def _describe(connection: duckdb.DuckDBPyConnection, table: TablePlan, view: str, columns: tuple[str, ...]) -> None:
    _comment(connection, f"VIEW {sql.name(view)}", table.table.title)
    for column in columns:
        _comment(connection, f"COLUMN {sql.name(view)}.{sql.name(column)}", table.table.columns[column].label)


def _comment(connection: duckdb.DuckDBPyConnection, target: str, text: Text) -> None:
    connection.execute(
        sql.statement("COMMENT ON $target IS $words", target=target, words=sql.literal(f"{text.fr}\n{text.en}"))
    )
