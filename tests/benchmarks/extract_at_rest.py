"""What encryption at rest costs a reader: the ways side by side, on the same rows, in one run, as root.

    .venv/bin/python tests/benchmarks/extract_at_rest.py SOURCE [PAIRS]

SOURCE is a folder of `ecluse synth`. Its lines and dispensings are copied four times: onto a plain ext4, into a folder
that the kernel encrypts on the same ext4 (what `data.encryption: volume` does), into a gocryptfs folder if gocryptfs is
installed, and as Parquet with modular encryption, which PyArrow writes and DuckDB reads. Reported: the median seconds
of a query that reads much, with the files in the page cache and without, and their ratio to the plain files.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
from pyarrow.parquet.encryption import create_encryption_properties

from ecluse_platform.extract.sealed import close_sealed, open_sealed

TABLES = ("ER_PRS_F", "ER_PHA_F")
KEY = b"0123456789abcdef"
QUERY = """
SELECT BEN_SEX_COD, BEN_RES_DPT, count(*), count(DISTINCT BEN_NIR_PSA), sum(PRS_PAI_MNT) FROM {ER_PRS_F} GROUP BY ALL
UNION ALL
SELECT NULL, PHA_PRS_C13, count(*), count(DISTINCT DCT_ORD_NUM), sum(PHA_ACT_QSN) FROM {ER_PHA_F} GROUP BY ALL
"""


def run(*command: object, key: bytes | None = None) -> None:
    """Run a command of the system."""
    subprocess.run([str(word) for word in command], check=True, input=key, capture_output=True)


def copied(source: Path, target: Path) -> Path:
    """Copy the tables as they are."""
    for table in TABLES:
        shutil.copytree(source / table, target / table)
    return target


def modular(source: Path, target: Path) -> Path:
    """Write the tables again with Parquet's own encryption, all columns and the footer under one key."""
    for table in TABLES:
        for file in sorted((source / table).rglob("*.parquet")):
            path = target / file.relative_to(source)
            path.parent.mkdir(parents=True)
            properties = create_encryption_properties(footer_key=KEY)
            pq.write_table(
                pq.read_table(file, partitioning=None),
                path,
                compression="zstd",
                row_group_size=122_880,
                store_decimal_as_integer=True,
                # DuckDB 2.0 decrypts the first page of a column only, so each column has but one in a row group.
                data_page_size=1 << 30,
                max_rows_per_page=122_880,
                encryption_properties=properties,
            )
    return target


def seconds(folder: Path, options: str, *, cold: bool) -> float:
    """Return how long the query takes on the files of one folder."""
    tables = {t: f"read_parquet('{folder / t}/**/*.parquet', hive_partitioning=false{options})" for t in TABLES}
    with duckdb.connect(config={"threads": os.cpu_count() or 1}) as connection:
        connection.execute(f"PRAGMA add_parquet_key('k', '{KEY.decode()}')")
        if cold:
            os.sync()
            Path("/proc/sys/vm/drop_caches").write_text("1", encoding="ascii")
        began = time.perf_counter()
        connection.execute(QUERY.format(**tables)).fetchall()
        return time.perf_counter() - began


def main(source: Path, pairs: int) -> None:
    """Compare the ways."""
    undo: list[Callable[[], object]] = []
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        try:
            size = sum(p.stat().st_size for t in TABLES for p in (source / t).rglob("*.parquet"))
            image, disk = root / "disk.img", root / "disk"
            image.touch()
            os.truncate(image, 5 * size + (256 << 20))
            run("mkfs.ext4", "-q", "-O", "encrypt", image)
            disk.mkdir()
            run("mount", "-o", "loop", image, disk)
            undo.append(lambda: run("umount", disk))
            ways = {"plain": (copied(source, disk / "plain"), "")}
            sealed = disk / "sealed"
            open_sealed(sealed, KEY)
            undo.append(lambda: close_sealed(sealed))
            ways["kernel (fscrypt)"] = (copied(source, sealed), "")
            if shutil.which("gocryptfs") and Path("/dev/fuse").exists():
                cipher, clear = disk / "cipher", root / "clear"
                cipher.mkdir()
                clear.mkdir()
                run("gocryptfs", "-init", "-quiet", "-scryptn", "10", cipher, key=KEY + b"\n")
                run("gocryptfs", "-quiet", cipher, clear, key=KEY + b"\n")
                undo.append(lambda: run("umount", clear))
                ways["gocryptfs"] = (copied(source, clear), "")
            ways["Parquet modular"] = (modular(source, disk / "modular"), ", encryption_config={footer_key: 'k'}")
            for cold in (False, True):
                taken: dict[str, list[float]] = {way: [] for way in ways}
                for _ in range(pairs):
                    for way, (folder, options) in ways.items():
                        taken[way].append(seconds(folder, options, cold=cold))
                plain = statistics.median(taken["plain"])
                for way, found in taken.items():
                    middle = statistics.median(found)
                    sys.stdout.write(
                        f"{'read from disk' if cold else 'in the page cache':>17}  {way:<17} {middle:6.2f} s, "
                        f"{middle / plain:.2f} times plain\n"
                    )
        finally:
            for step in reversed(undo):
                step()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 5)
