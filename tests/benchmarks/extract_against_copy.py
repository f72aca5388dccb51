"""Building an extract, side by side with a plain DuckDB `COPY` of the same rows, in one run.

    python tests/benchmarks/extract_against_copy.py [PATIENTS] [REPEATS] [months | year | sql]

The source is synthetic, one year of care. The extract grants every column (one potential identifier) of ER_PRS_F and of
its detail tables; the whole country, so that both sides move the same rows. The plain side copies the same columns,
partition by partition, with the same compression at the same level and row groups of the same size: once as the rows
lie in the source, and once ordered by person, as an extract must be. Both sides may use all processors. Reported: rows
per second of each, the size of what was written, and the ratios, by the clock and by processor time (which other work
on the machine disturbs less); the median of the repeats. Then the most memory that a process takes in which nothing
but the same build is done.

Lines lie in partitions of a month. With `year` they lie in one partition, the months one after the other: from 190,000
patients on it has more lines than a build holds in memory, which are left to SQL. `sql` leaves the months to SQL too.
"""

from __future__ import annotations

import os
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from statistics import median

import duckdb
import pyarrow.parquet as pq
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from ecluse_platform.core.policy.bundle import PolicyBundle
from ecluse_platform.core.policy.catalogue import ColumnClass
from ecluse_platform.core.policy.project import GrantedTable
from ecluse_platform.extract import Manifest, Places, Secrets, build_extract, heldpersons
from ecluse_platform.policyfiles import load_policies
from ecluse_platform.synth import Settings, generate

ROOT = Path(__file__).parents[2]
PROJECT = "antibio-national"
TABLES = ("IR_BEN_R", "ER_PRS_F", "ER_PHA_F", "ER_BIO_F", "ER_CAM_F", "ER_ETE_F", "ER_TIP_F")
KEY = "FLX_DIS_DTD,FLX_TRT_DTD,FLX_EMT_TYP,FLX_EMT_NUM,FLX_EMT_ORD,ORG_CLE_NUM,DCT_ORD_NUM,PRS_ORD_NUM,REM_TYP_AFF"
YEAR = 2022
HOW = ("months", "year", "sql")


@dataclass(frozen=True)
class Took:
    """Seconds by the clock and of processor time."""

    clock: float
    processor: float


def say(line: str) -> None:
    """Print one line."""
    sys.stdout.write(f"{line}\n")


def timed(work: Callable[[], object]) -> Took:
    """Run some work once."""
    began, used = time.perf_counter(), time.process_time()
    work()
    return Took(time.perf_counter() - began, time.process_time() - used)


def written(folder: Path) -> int:
    """Return the bytes of all Parquet files below a folder."""
    return sum(file.stat().st_size for file in folder.rglob("*.parquet"))


def lines_of(file: Path) -> int:
    """Return how many rows a file has."""
    return pq.read_metadata(file).num_rows


def granting(policies: PolicyBundle) -> PolicyBundle:
    """Return policies by which the project is granted all that the benchmark copies."""
    tables = tuple(GrantedTable(name=name, columns=tuple(columns(policies, name))) for name in TABLES)
    project = policies.projects[PROJECT]
    data = project.data.model_copy(update={"tables": tables, "years": (YEAR - 1, YEAR, YEAR + 1)})
    return replace(policies, projects={**policies.projects, PROJECT: project.model_copy(update={"data": data})})


def columns(policies: PolicyBundle, table: str) -> list[str]:
    """Return the columns of a table that may be granted together."""
    described = policies.catalogue.tables[table].columns
    return [
        c for c, d in described.items() if d.column_class is not ColumnClass.POTENTIAL_IDENTIFIER or c == "EXE_SOI_DTD"
    ]


def copy(policies: PolicyBundle, source: Path, target: Path, *, ordered: bool) -> None:
    """Copy the same columns, partition by partition."""
    with duckdb.connect(config={"threads": os.cpu_count() or 2}) as connection:
        for table in TABLES:
            names = ", ".join(columns(policies, table))
            for file in sorted((source / table).rglob("*.parquet")):
                path = target / file.relative_to(source)
                path.parent.mkdir(parents=True, exist_ok=True)
                order = ""
                if ordered:
                    order = "ORDER BY BEN_NIR_PSA" if "BEN_NIR_PSA" in names else f"ORDER BY {KEY}"
                connection.execute(
                    f"COPY (SELECT {names} FROM read_parquet('{file}', hive_partitioning=false) {order}) TO '{path}' "
                    "(FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE 122880)"
                )


def build(policies: PolicyBundle, source: Path, home: Path) -> Manifest:
    """Build the extract, under keys of its own, below a folder."""
    signing = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    secrets = Secrets(b"a key for benchmarks, of enough bytes", signing)
    places = Places(source, home / "extracts", home / "cohorts", home / "keys", home / "journal")
    return build_extract(policies, PROJECT, places, secrets, "operator1", datetime.now(UTC), lambda _: None)


def leave_to_sql(how: str) -> None:
    """Make this process build as if there were too many persons for memory, if asked to."""
    if how == "sql":
        heldpersons.MOST_ROWS = 0


def most_memory(how: str, source: Path, home: Path) -> int:
    """Build the extract and return the most memory that this process ever had, in KiB."""
    leave_to_sql(how)
    build(granting(load_policies(ROOT / "policies")), source, home)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def in_one_partition(source: Path) -> None:
    """Put the months of each table of lines into one file."""
    with duckdb.connect() as connection:
        connection.execute("SET preserve_insertion_order = true")
        for table in TABLES:
            folder = source / table
            if (folder / "part-0000.parquet").is_file():
                continue
            whole = source / f"{table}.parquet"
            connection.execute(
                f"COPY (FROM read_parquet('{folder}/*/*.parquet', hive_partitioning=false)) TO '{whole}' "
                "(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)"
            )
            shutil.rmtree(folder)
            folder.mkdir()
            whole.rename(folder / "part-0000.parquet")


def main(patients: int, repeats: int, how: str) -> None:
    """Measure and print."""
    policies = granting(load_policies(ROOT / "policies"))
    leave_to_sql(how)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        source = root / "source"
        generate(Settings(patients, YEAR, YEAR, 1), source, lambda _: None)
        if how == "year":
            in_one_partition(source)
        found: dict[str, list[Took]] = {"extract": [], "copy": [], "ordered copy": []}
        rows, sizes = 0, dict.fromkeys(found, 0)
        for turn in range(repeats):
            home = root / f"{turn}"

            def extract(home: Path = home) -> None:
                nonlocal rows
                rows = sum(entry.rows for entry in build(policies, source, home).tables.values())

            folders = {"copy": home / "c", "ordered copy": home / "o", "extract": home / "extracts"}
            found["copy"].append(timed(lambda home=home: copy(policies, source, home / "c", ordered=False)))
            found["ordered copy"].append(timed(lambda home=home: copy(policies, source, home / "o", ordered=True)))
            found["extract"].append(timed(extract))
            sizes = {name: written(folder) for name, folder in folders.items()}
            shutil.rmtree(home)
        with get_context("spawn").Pool(1) as process:
            memory = process.apply(most_memory, (how, source, root / "memory"))
        largest = max(map(lines_of, (source / "ER_PRS_F").rglob("*.parquet")))
    say(f"{rows:,} rows, {patients:,} patients, {os.cpu_count()} processors, median of {repeats}; {how}")
    say(f"the largest partition of ER_PRS_F has {largest:,} lines; most memory of the build: {memory / 1024:,.0f} MiB")
    middle = {
        name: Took(median(t.clock for t in took), median(t.processor for t in took)) for name, took in found.items()
    }
    for name, took in middle.items():
        say(
            f"{name:>13}: {took.clock:7.2f} s, {took.processor:7.2f} s of processor, "
            f"{rows / took.clock:12,.0f} rows/s, {sizes[name] / 1e6:7.1f} MB"
        )
    for name in ("copy", "ordered copy"):
        clock, processor = (
            middle[name].clock / middle["extract"].clock,
            middle[name].processor / middle["extract"].processor,
        )
        say(f"throughput against the {name}: {clock:.2f} by the clock, {processor:.2f} by processor time")


if __name__ == "__main__":
    asked = [*sys.argv[1:], *("20000", "3", HOW[0])[len(sys.argv) - 1 :]]
    if asked[2] not in HOW:
        raise SystemExit(f"{asked[2]} is none of {', '.join(HOW)}")
    main(int(asked[0]), int(asked[1]), asked[2])
