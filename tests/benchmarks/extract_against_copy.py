"""Building an extract, side by side with a plain DuckDB `COPY` of the same rows, in one run.

    python tests/benchmarks/extract_against_copy.py [PATIENTS] [REPEATS]

The source is synthetic, one year of care. The extract grants every column (one potential identifier) of ER_PRS_F and of
its detail tables; the whole country, so that both sides move the same rows. The plain side copies the same columns,
partition by partition, with the same compression at the same level and row groups of the same size: once as the rows
lie in the source, and once ordered by person, as an extract must be. Both sides may use all processors. Reported: rows
per second of each, the size of what was written, and the ratios, by the clock and by processor time (which other work
on the machine disturbs less); the median of the repeats.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import duckdb
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from ecluse_platform.core.policy.bundle import PolicyBundle
from ecluse_platform.core.policy.catalogue import ColumnClass
from ecluse_platform.core.policy.project import GrantedTable
from ecluse_platform.extract import Places, Secrets, build_extract
from ecluse_platform.policyfiles import load_policies
from ecluse_platform.synth import Settings, generate

ROOT = Path(__file__).parents[2]
PROJECT = "antibio-national"
TABLES = ("IR_BEN_R", "ER_PRS_F", "ER_PHA_F", "ER_BIO_F", "ER_CAM_F", "ER_ETE_F", "ER_TIP_F")
KEY = "FLX_DIS_DTD,FLX_TRT_DTD,FLX_EMT_TYP,FLX_EMT_NUM,FLX_EMT_ORD,ORG_CLE_NUM,DCT_ORD_NUM,PRS_ORD_NUM,REM_TYP_AFF"
YEAR = 2022


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


def main(patients: int, repeats: int) -> None:
    """Measure and print."""
    policies = granting(load_policies(ROOT / "policies"))
    signing = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    secrets = Secrets(b"a key for benchmarks, of enough bytes", signing)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        source = root / "source"
        generate(Settings(patients, YEAR, YEAR, 1), source, lambda _: None)
        found: dict[str, list[Took]] = {"extract": [], "copy": [], "ordered copy": []}
        rows, sizes = 0, dict.fromkeys(found, 0)
        for turn in range(repeats):
            home = root / f"{turn}"
            places = Places(source, home / "extracts", home / "cohorts", home / "keys", home / "journal")

            def build(places: Places = places) -> None:
                nonlocal rows
                made = build_extract(policies, PROJECT, places, secrets, "operator1", datetime.now(UTC), lambda _: None)
                rows = sum(entry.rows for entry in made.tables.values())

            folders = {"copy": home / "c", "ordered copy": home / "o", "extract": places.extracts}
            found["copy"].append(timed(lambda home=home: copy(policies, source, home / "c", ordered=False)))
            found["ordered copy"].append(timed(lambda home=home: copy(policies, source, home / "o", ordered=True)))
            found["extract"].append(timed(build))
            sizes = {name: written(folder) for name, folder in folders.items()}
            shutil.rmtree(home)
    say(f"{rows:,} rows, {patients:,} patients, {os.cpu_count()} processors, median of {repeats}")
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
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000, int(sys.argv[2]) if len(sys.argv) > 2 else 3)
