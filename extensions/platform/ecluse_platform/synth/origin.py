"""Which tables of a folder a generation may replace: those that an earlier one made, and no others."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

import pyarrow as pa
import pyarrow.parquet as pq

# Every file says that its rows are nobody's.
MARK = MappingProxyType({"ecluse": "synthetic"})


class NotOurs(Exception):
    """A folder holds what a generation must not replace, or another one is writing to it; the words say which."""


@contextmanager
def reserved(folder: Path) -> Iterator[None]:
    """Keep a folder for one generation. Raise NotOurs while another one has it; an ended process keeps nothing."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise NotOurs(f"Another `ecluse synth` is writing to {folder}. Wait, or choose another folder.") from None
        yield
    finally:
        os.close(handle)


def check_replaceable(folder: Path, tables: Iterable[str]) -> None:
    """Raise NotOurs, with the table's name, when a table in the folder was not made by a generation."""
    for table in tables:
        for file in sorted((folder / table).rglob("*")):
            if file.is_file() and not _is_marked(file):
                raise NotOurs(
                    f"{table} in {folder} was not made by `ecluse synth` and is not written over. "
                    "Move it away, or choose another folder with --out."
                )


def _is_marked(file: Path) -> bool:
    try:
        metadata = pq.read_metadata(file).metadata or {}
    except (OSError, pa.ArrowInvalid):
        return False
    return all(metadata.get(key.encode()) == value.encode() for key, value in MARK.items())
