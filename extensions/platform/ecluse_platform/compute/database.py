"""DuckDB as a query meets it: the views of one extract, no other file, no setting left to change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

import duckdb

from ecluse_platform.compute.job import Job, Limits, View

# The owner of each row, in every private table's files; a row without one belongs to nobody and counts nowhere.
_OWNER = "__u"
LONGEST_MESSAGE = 200
_QUIET = {
    "allow_community_extensions": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "default_null_order": "nulls_last",
    "max_temp_directory_size": "0KiB",
    "python_enable_replacements": "false",
    "temp_directory": "",
}


class TypesDoNotFit(Exception):
    """The query cannot be bound even to empty tables: what is said depends on no data."""


class WrongExtract(Exception):
    """The files are not what the catalogue says."""


def check_types(job: Job) -> None:
    """Bind the query to empty tables first, so that whatever is wrong with its types is said without any data."""
    with empty_twin(job.views) as twin:
        twin.execute(f"EXPLAIN {job.query.guarded_sql}")


@contextmanager
def empty_twin(views: Mapping[str, View]) -> Iterator[duckdb.DuckDBPyConnection]:
    """Give a database of empty tables with the columns and types of the views, and no file that it could read.

    It is made for these views and closed at the end. What fails on it is raised as TypesDoNotFit. Opening one takes
    longer than most of what is asked of it: all that is to be checked of a question is checked on the same.
    """
    twin = duckdb.connect(config={**_QUIET, "threads": "1", "enable_external_access": "false"})
    try:
        for name, view in views.items():
            columns = ", ".join(f"{_quoted(column)} {kind}" for column, kind in _typed(view))
            twin.execute(f"CREATE TABLE {_quoted(name)} ({columns})")
        yield twin
    except duckdb.Error as error:
        raise TypesDoNotFit(str(error).splitlines()[0][:LONGEST_MESSAGE]) from None
    finally:
        twin.close()


def open_extract(job: Job) -> duckdb.DuckDBPyConnection:
    """Open the views of an extract; from then on DuckDB reaches its folder and that of memories, and stays so."""
    folders = [job.folder, *([] if job.remembering is None else [job.remembering.folder])]
    return open_views(job.views, job.limits, folders)


def open_views(views: Mapping[str, View], limits: Limits, folders: Iterable[str]) -> duckdb.DuckDBPyConnection:
    """Open views of files within some limits; from then on DuckDB reaches these folders alone, and stays so."""
    settings = {"threads": str(limits.threads), "memory_limit": f"{limits.memory_mib}MiB"}
    connection = duckdb.connect(config={**_QUIET, **settings})
    for name, view in views.items():
        try:
            connection.execute(_view(name, view))
            found = {str(row[0]): str(row[1]) for row in connection.execute(f"DESCRIBE {_quoted(name)}").fetchall()}
        except duckdb.Error as error:
            raise WrongExtract(name) from error
        if any(_family(found[column]) != _family(kind) for column, kind in _typed(view)):
            raise WrongExtract(name)
    connection.execute(f"SET allowed_directories = [{', '.join(map(_text, folders))}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def _view(name: str, view: View) -> str:
    columns = ", ".join(_quoted(column) for column, _ in _typed(view))
    files = ", ".join(_text(file) for file in view.files)
    owned = f" WHERE {_quoted(_OWNER)} IS NOT NULL" if view.private else ""
    read = f"read_parquet([{files}], hive_partitioning = false)"
    return f"CREATE VIEW {_quoted(name)} AS SELECT {columns} FROM {read}{owned}"  # noqa: S608 - names come from the catalogue, files from the manifest, both quoted


def _typed(view: View) -> list[tuple[str, str]]:
    return [*view.columns.items(), *([(_OWNER, "BIGINT")] if view.private else [])]


def _family(kind: str) -> str:
    return kind if kind in {"VARCHAR", "DATE"} else "number"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
