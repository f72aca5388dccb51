"""The project's data: the same Parquet files through DuckDB or through Polars, both at native speed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from ecluse.errors import EcluseError
from ecluse.language import words
from ecluse.resources import query_memory_mib, threads

if TYPE_CHECKING:
    import polars as pl

# Columns of the platform itself, such as the one that says whose row it is; the views leave them out too.
_INTERNAL = "__"


def connect() -> duckdb.DuckDBPyConnection:
    """Open the project's tables in DuckDB, read-only; temporary tables and files stay possible.

    Memory and threads are those of the workspace, larger queries spill into the home folder, and no extension is
    ever looked for on a network that is not there.
    """
    config: dict[str, str | bool | int | float | list[str]] = {
        "threads": threads(),
        "temp_directory": str(_spill()),
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    memory = query_memory_mib()
    if memory is not None:
        config["memory_limit"] = f"{memory}MiB"
    database = data_dir() / "snds.duckdb"
    if not database.is_file():
        raise EcluseError(words("no_data", place=str(data_dir())))
    return duckdb.connect(str(database), read_only=True, config=config)


def scan(table: str) -> pl.LazyFrame:
    """Return one of the project's tables as a Polars LazyFrame; nothing is read before it is collected."""
    known = table_names()
    if table not in known:
        raise EcluseError(words("no_table", table=table, known=", ".join(known)))
    # Both must be set before Polars is imported for the first time: it counts the machine's cores, not the grant.
    os.environ.setdefault("POLARS_MAX_THREADS", str(threads()))
    os.environ.setdefault("POLARS_TEMP_DIR", str(_spill()))
    import polars as pl  # noqa: PLC0415 - for the reason above

    frame = pl.scan_parquet(data_dir() / table / "**" / "*.parquet", hive_partitioning=False)
    return frame.select([name for name in frame.collect_schema().names() if not name.startswith(_INTERNAL)])


def table_names() -> list[str]:
    """Return the names of the project's tables."""
    root = data_dir()
    if not root.is_dir():
        raise EcluseError(words("no_data", place=str(root)))
    return sorted(folder.name for folder in root.iterdir() if folder.is_dir() and any(folder.rglob("*.parquet")))


def data_dir() -> Path:
    """Return where the project's extract is mounted."""
    return Path(os.environ.get("ECLUSE_DATA", "/data"))


def _spill() -> Path:
    folder = Path.home() / ".cache" / "ecluse"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
