"""Run inside a workspace image: what `ecluse.connect()` and `scan()` cost beside DuckDB on the same Parquet files.

Each line is the median, over pairs run one after the other, of our seconds divided by plain DuckDB's.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

import duckdb
import polars as pl

import ecluse

PAIRS = 9
KEY = [
    "FLX_DIS_DTD", "FLX_TRT_DTD", "FLX_EMT_TYP", "FLX_EMT_NUM", "FLX_EMT_ORD",
    "ORG_CLE_NUM", "DCT_ORD_NUM", "PRS_ORD_NUM", "REM_TYP_AFF",
]  # fmt: skip
SQL = f"""
SELECT year(p.EXE_SOI_DTD) AS annee, h.PHA_PRS_C13, count(DISTINCT p.BEN_NIR_PSA) AS personnes, count(*) AS lignes
FROM {{prs}} p JOIN {{pha}} h USING ({", ".join(KEY)}) GROUP BY ALL
"""


def views(connection: duckdb.DuckDBPyConnection) -> int:
    """Count dispensings by year and drug through the project's views."""
    return len(connection.execute(SQL.format(prs="ER_PRS_F", pha="ER_PHA_F")).fetchall())


def files(connection: duckdb.DuckDBPyConnection) -> int:
    """Count the same on the Parquet files themselves."""
    prs, pha = (f"read_parquet('/data/{name}/**/*.parquet')" for name in ("ER_PRS_F", "ER_PHA_F"))
    return len(connection.execute(SQL.format(prs=prs, pha=pha)).fetchall())


def lazy() -> int:
    """Count the same with Polars."""
    joined = ecluse.scan("ER_PRS_F").join(ecluse.scan("ER_PHA_F"), on=KEY)
    counts = joined.group_by(pl.col("EXE_SOI_DTD").dt.year(), "PHA_PRS_C13").agg(
        pl.col("BEN_NIR_PSA").n_unique(), pl.len()
    )
    return counts.collect().height


def seconds(act: Callable[[], int]) -> float:
    """Return how long something takes."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def compare(what: str, ours: Callable[[], int], plain: Callable[[], int]) -> None:
    """Print the ratio of ours to plain DuckDB, after one round that counts for nothing."""
    if ours() != plain():
        sys.exit(f"{what}: the two sides do not count the same groups")
    ratios = sorted(seconds(ours) / seconds(plain) for _ in range(PAIRS))
    said = f"median ratio {statistics.median(ratios):5.2f}   from {ratios[0]:.2f} to {ratios[-1]:.2f}"
    sys.stdout.write(f"{what:40} {said}\n")


def main() -> None:
    """Compare the views, then Polars, with plain DuckDB of the same threads."""
    project = ecluse.connect()
    threads = project.execute("SELECT current_setting('threads')").fetchall()[0][0]
    plain = duckdb.connect(config={"threads": threads})
    compare("DuckDB views / DuckDB on the files", lambda: views(project), lambda: files(plain))
    compare("Polars scan / DuckDB on the files", lazy, lambda: files(plain))


if __name__ == "__main__":
    main()
