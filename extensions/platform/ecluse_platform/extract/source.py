"""Hold the source against the catalogue before reading it: every file, every column needed, every type."""

from __future__ import annotations

from pathlib import Path

import duckdb

from ecluse_platform.extract import sql
from ecluse_platform.extract.plan import ExtractPlan, TablePlan
from ecluse_platform.extract.problems import ExtractProblem


def check_source(connection: duckdb.DuckDBPyConnection, source: Path, plan: ExtractPlan) -> None:
    """Raise, with the file's name, at the first thing that is missing, unreadable or of another type."""
    for needed in plan.needed:
        folder = source / needed.name
        files = sorted(folder.rglob("*.parquet")) if folder.is_dir() else []
        if not files:
            raise ExtractProblem(
                f"the source has no Parquet file for {needed.name} under {source}.",
                "Name the source folder with --source, or make synthetic tables with `ecluse synth`.",
            )
        for file in files:
            _check_file(connection, file, str(file.relative_to(source)), needed)


def _check_file(connection: duckdb.DuckDBPyConnection, file: Path, shown: str, needed: TablePlan) -> None:
    read = sql.statement(
        "DESCRIBE SELECT * FROM read_parquet($file, hive_partitioning=false)", file=sql.literal(str(file))
    )
    try:
        found = {str(row[0]): str(row[1]) for row in connection.execute(read).fetchall()}
    except duckdb.Error:
        # The library's own words could quote what it read.
        raise ExtractProblem(
            f"{shown} is not a complete Parquet file.", "Restore this file of the source, then build again."
        ) from None
    for column in needed.columns:
        expected = needed.table.columns[column].type
        if column not in found:
            raise ExtractProblem(
                f"{shown} has no column {column}.",
                "Restore the column, or correct the catalogue if the source changed.",
            )
        if found[column] != expected:
            raise ExtractProblem(
                f"{shown}: {column} is {found[column]}, the catalogue says {expected}.",
                "Convert the column, or correct the catalogue if the source changed.",
            )
