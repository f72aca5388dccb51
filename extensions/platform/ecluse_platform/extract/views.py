"""``snds.duckdb``: one view per table under its portal name, with labels as comments."""

from __future__ import annotations

from pathlib import Path

import duckdb

from ecluse_platform.core.text import Text
from ecluse_platform.extract import sql
from ecluse_platform.extract.plan import OWNER_COLUMN, ExtractPlan, TablePlan

DATABASE = "snds.duckdb"
MOUNT = "/data"


def write_views(folder: Path, plan: ExtractPlan) -> Path:
    """Write the database next to the tables; its views will read them under ``/data``, where workspaces mount them.

    DuckDB reads the files when a view is created, and ``/data`` does not exist here. So the views take the folder
    from a macro, which first names this folder and in the end ``/data``: views look the macro up each time.
    """
    path = folder / DATABASE
    with duckdb.connect(str(path)) as connection:
        _point_to(connection, str(folder))
        for table in plan.tables:
            _make_view(connection, table)
        _point_to(connection, MOUNT)
        connection.execute("CHECKPOINT")
    return path


def _point_to(connection: duckdb.DuckDBPyConnection, folder: str) -> None:
    connection.execute(sql.statement("CREATE OR REPLACE MACRO data_folder() AS $folder", folder=sql.literal(folder)))


def _make_view(connection: duckdb.DuckDBPyConnection, table: TablePlan) -> None:
    connection.execute(
        sql.statement(
            "CREATE VIEW $view AS SELECT $star FROM read_parquet(data_folder() || $below, hive_partitioning=false)",
            view=sql.name(table.name),
            star=f"* EXCLUDE ({sql.name(OWNER_COLUMN)})" if table.private else "*",
            below=sql.literal(f"/{table.name}/**/*.parquet"),
        )
    )
    _comment(connection, f"VIEW {sql.name(table.name)}", table.table.title)
    for column in table.columns:
        _comment(connection, f"COLUMN {sql.name(table.name)}.{sql.name(column)}", table.table.columns[column].label)


def _comment(connection: duckdb.DuckDBPyConnection, target: str, text: Text) -> None:
    connection.execute(
        sql.statement("COMMENT ON $target IS $words", target=target, words=sql.literal(f"{text.fr}\n{text.en}"))
    )
