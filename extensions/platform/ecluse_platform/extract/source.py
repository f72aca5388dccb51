"""Hold the source against the catalogue before reading it: every file, every column needed, every type, every year."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import file_digest, sha256
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from ecluse_platform.core.dictionary.drift import place_of
from ecluse_platform.core.policy.catalogue import YEAR_COLUMN, Catalogue, Partition
from ecluse_platform.extract import sql
from ecluse_platform.extract.plan import ExtractPlan, TablePlan
from ecluse_platform.extract.problems import ExtractProblem

FLUX_MONTH = "FLX_DIS_DTD"
# The column that says where in its partition a row lies: the file's turn times PLACES_IN_FILE, plus the row's number.
PLACE = "__place"
PLACES_IN_FILE = 1 << 40


@dataclass(frozen=True)
class SourceFile:
    """One file: SQL for each column needed, and the name under which it holds each, None where it has none."""

    path: str
    reads: dict[str, str]
    names: dict[str, str | None]

    @property
    def metadata(self) -> pq.FileMetaData:
        """Return what the file says of itself; that of the last files asked about is remembered."""
        found = Path(self.path).stat()
        return _metadata(self.path, found.st_mtime_ns, found.st_size, found.st_ino)

    def select(self, columns: Iterable[str] | None = None) -> str:
        """Return SQL for some of the columns, for all that are needed when none are named."""
        return ", ".join(self.reads[column] for column in (self.reads if columns is None else columns))


@dataclass(frozen=True)
class Part:
    """One partition of a source table: its folder below the table's, its files, the digest of their bytes."""

    label: str
    files: tuple[SourceFile, ...]
    digest: str

    @property
    def relation(self) -> str:
        """Return SQL that reads it."""
        return _read_together(self.files)

    def placed(self, columns: Iterable[str]) -> str:
        """Return SQL that reads some of its columns with the place of each row."""
        return _read_in_turn(self.files, columns)


@dataclass(frozen=True)
class Source:
    """The tables that a build reads, partition by partition."""

    folder: Path
    parts: dict[str, dict[str, Part]]

    @property
    def digest(self) -> str:
        """Return one digest for every byte that was read."""
        lines = [f"{name}/{label} {p.digest}" for name, parts in self.parts.items() for label, p in parts.items()]
        return sha256("\n".join(sorted(lines)).encode()).hexdigest()

    def whole(self, table: str) -> str:
        """Return SQL that reads all partitions of a table."""
        return _read_together([file for part in self.parts[table].values() for file in part.files])

    def placed(self, table: str, labels: Iterable[str], columns: Iterable[str]) -> str:
        """Return SQL for some columns of some partitions of a table, with the place of each row among their files."""
        return _read_in_turn([file for label in labels for file in self.parts[table][label].files], columns)


def open_source(connection: duckdb.DuckDBPyConnection, source: Path, plan: ExtractPlan) -> Source:
    """Return what will be read; raise, with the file's name, at the first thing missing, unreadable or of another type.

    A column that a year of the source did not have, by the catalogue, is read as NULL or under its former name.
    """
    parts = {}
    for name, needed in plan.needed.items():
        folder = source / name
        files = sorted(folder.rglob("*.parquet")) if folder.is_dir() else []
        if not files:
            raise ExtractProblem(
                f"the source has no Parquet file for {name} under {source}.",
                "Name the source folder with --source, or make synthetic tables with `ecluse synth`.",
            )
        by_label: dict[str, list[Path]] = {}
        for file in files:
            by_label.setdefault(_label(file, folder), []).append(file)
        parts[name] = {
            label: _part(connection, source, plan.catalogue, needed, label, found) for label, found in by_label.items()
        }
    return Source(source, parts)


@lru_cache(maxsize=32)
def _metadata(path: str, *_stamp: int) -> pq.FileMetaData:
    return pq.read_metadata(path)


def _label(file: Path, folder: Path) -> str:
    label = file.parent.relative_to(folder).as_posix()
    return "" if label == "." else label


def _part(
    connection: duckdb.DuckDBPyConnection,
    source: Path,
    catalogue: Catalogue,
    needed: TablePlan,
    label: str,
    files: list[Path],
) -> Part:
    lines, reads = [], []
    for file in files:
        shown = str(file.relative_to(source))
        lines.append(f"{shown} {_digest(file, shown)}")
        names = _names(connection, catalogue, file, shown, needed)
        reads.append(SourceFile(str(file), _columns(needed, names), names))
    return Part(label, tuple(reads), sha256("\n".join(lines).encode()).hexdigest())


def _read_together(files: Iterable[SourceFile]) -> str:
    """Return SQL that reads files, all those that are read alike at once."""
    alike: dict[str, list[str]] = {}
    for file in files:
        alike.setdefault(file.select(), []).append(file.path)
    return sql.union(
        sql.statement(
            "(SELECT $columns FROM read_parquet([$files], hive_partitioning=false))",
            columns=columns,
            files=sql.literals(listed),
        )
        for columns, listed in alike.items()
    )


def _read_in_turn(files: Iterable[SourceFile], columns: Iterable[str]) -> str:
    once = tuple(dict.fromkeys(columns))
    return sql.union(
        sql.statement(
            "(SELECT $columns $first + file_row_number AS $place "
            "FROM read_parquet($file, hive_partitioning=false, file_row_number=true))",
            columns=f"{file.select(once)}," if once else "",
            first=str(turn * PLACES_IN_FILE),
            place=sql.name(PLACE),
            file=sql.literal(file.path),
        )
        for turn, file in enumerate(files)
    )


def _digest(file: Path, shown: str) -> str:
    try:
        with file.open("rb") as stream:
            return file_digest(stream, "sha256").hexdigest()
    except OSError:
        raise ExtractProblem(f"{shown} cannot be read.", "Restore this file of the source, then build again.") from None


def _columns(needed: TablePlan, names: dict[str, str | None]) -> dict[str, str]:
    """Return SQL for each column needed of one file, under its name of today."""
    columns = {}
    for column, name in names.items():
        if name is None:
            columns[column] = f"CAST(NULL AS {needed.table.columns[column].type}) AS {sql.name(column)}"
        else:
            columns[column] = sql.name(name) if name == column else f"{sql.name(name)} AS {sql.name(column)}"
    return columns


def _names(
    connection: duckdb.DuckDBPyConnection, catalogue: Catalogue, file: Path, shown: str, needed: TablePlan
) -> dict[str, str | None]:
    """Return each column needed with its name in one file, None where the source did not have it."""
    read = sql.statement("read_parquet($file, hive_partitioning=false)", file=sql.literal(str(file)))
    try:
        described = connection.execute(sql.statement("DESCRIBE SELECT * FROM $read", read=read)).fetchall()
    except duckdb.Error:
        # The library's own words could quote what it read.
        raise ExtractProblem(
            f"{shown} is not a complete Parquet file.", "Restore this file of the source, then build again."
        ) from None
    found = {str(row[0]): str(row[1]) for row in described}
    names = {}
    for column in needed.columns:
        name: str | None = column
        if column not in found:
            years = _years(connection, read, needed, found)
            name = _before(catalogue, needed.name, column, years, found, shown)
        expected = needed.table.columns[column].type
        if name is not None and found[name] != expected:
            raise ExtractProblem(
                f"{shown}: {name} is {found[name]}, the catalogue says {expected}.",
                "Convert the column, or correct the catalogue if the source changed.",
            )
        names[column] = name
    return names


def _years(
    connection: duckdb.DuckDBPyConnection, read: str, needed: TablePlan, found: dict[str, str]
) -> tuple[int, ...]:
    """Return the years that a file speaks of, () when nothing in it says so."""
    if needed.table.partition is Partition.YEAR and YEAR_COLUMN in found:
        year = sql.name(YEAR_COLUMN)
    elif needed.table.partition is Partition.FLUX_MONTH and FLUX_MONTH in found:
        year = f"year({sql.name(FLUX_MONTH)})"
    else:
        return ()
    rows = connection.execute(
        sql.statement("SELECT DISTINCT $year FROM $read WHERE $year IS NOT NULL", year=year, read=read)
    ).fetchall()
    return tuple(int(row[0]) for row in rows)


def _before(
    catalogue: Catalogue, table: str, column: str, years: tuple[int, ...], found: dict[str, str], shown: str
) -> str | None:
    """Return the former name of a column that a file lacks, None when the source did not have it in those years."""
    places = {place_of(catalogue, table, column, year) for year in years}
    elsewhere = {place for place in places if place is None or place.table != table or place.recoded}
    if places and places == elsewhere:
        return None
    names = {place.column for place in places if place is not None}
    if not elsewhere and len(names) == 1 and (name := names.pop()) in found:
        return name
    raise ExtractProblem(
        f"{shown} has no column {column}.", "Restore the column, or correct the catalogue if the source changed."
    )
