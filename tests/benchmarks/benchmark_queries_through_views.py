"""Run inside a workspace image: the eight benchmark queries through the project's views, beside raw `read_parquet`.

Both sides run the same quality filters; ours reads the tables through the views of `snds.duckdb`, the other through
nothing but the Parquet files. Each line is the median, over pairs run one after the other, of raw seconds divided by
ours: 1.00 means that the views cost nothing.
"""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path

import duckdb

import ecluse

QUERIES = Path("/queries")
DATA = Path("/data")
PAIRS = 5
FILTERS = ("ben", "patient", "pha", "mco", "ace", "ald", "deces")


def raw(project: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """Return a connection of the same threads that reads the files themselves, with the same quality filters."""
    threads = project.execute("SELECT current_setting('threads')").fetchall()[0][0]
    plain = duckdb.connect(config={"threads": threads})
    for folder in sorted(path for path in DATA.iterdir() if path.is_dir()):
        plain.execute(
            f"CREATE VIEW {folder.name} AS FROM read_parquet('{folder}/**/*.parquet', hive_partitioning=false)"
        )
    if project.execute("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'finess_doublons'").fetchall()[0][0]:
        codes = project.execute("FROM finess_doublons").fetchall()
        plain.execute("CREATE TABLE finess_doublons (ETA_NUM VARCHAR)")
        plain.executemany("INSERT INTO finess_doublons VALUES (?)", codes)
    definitions = dict(project.execute("SELECT view_name, sql FROM duckdb_views() WHERE NOT internal").fetchall())
    for name in FILTERS:
        if name in definitions:
            plain.execute(definitions[name])
    return plain


def seconds(connection: duckdb.DuckDBPyConnection, query: str) -> float:
    """Return how long a query takes, its answer fetched."""
    began = time.perf_counter()
    connection.execute(query).fetchall()
    return time.perf_counter() - began


def main() -> None:
    """Compare the two sides on each query."""
    project = ecluse.connect()
    plain = raw(project)
    medians = []
    for path in sorted(QUERIES.glob("*.sql")):
        query = path.read_text(encoding="utf-8")
        ours, theirs = (sorted(map(repr, side.execute(query).fetchall())) for side in (project, plain))
        if ours != theirs:
            sys.exit(f"{path.stem}: the two sides do not answer the same")
        ratios = []
        for pair in range(PAIRS):
            sides = [project, plain] if pair % 2 == 0 else [plain, project]
            taken = {id(side): seconds(side, query) for side in sides}
            ratios.append(taken[id(plain)] / taken[id(project)])
        medians.append(statistics.median(ratios))
        sys.stdout.write(
            f"{path.stem.upper()}  raw / views {medians[-1]:5.2f}   from {min(ratios):.2f} to {max(ratios):.2f}\n"
        )
        sys.stdout.flush()
    sys.stdout.write(f"B1 to B8, geometric mean {statistics.geometric_mean(medians):.2f}\n")


if __name__ == "__main__":
    main()
