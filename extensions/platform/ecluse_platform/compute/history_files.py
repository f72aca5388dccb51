"""Memories on disk: one table's cells as sets of persons, whole or absent, and read only when nothing has changed.

``<item>.parquet`` holds one line per person, (u, s), where ``s`` numbers the set of cells that hold this person;
``<item>.sets.parquet`` says which cells each set has, (s, cell); where the table shows more than persons,
``<item>.events.parquet`` holds (cell, u, n), the person's rows in the cell. The first one's metadata has the labels,
which cells are shown, and the hashes of the others: its own hash stands for all of them.
"""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

import duckdb
from pydantic import BaseModel, ConfigDict, ValidationError

from ecluse_platform.core.disclosure.history.partition import Publication

_ITEM = re.compile(r"[a-z0-9]{1,40}-[0-9]{1,4}-[0-9]{1,2}")
_KEY = "ecluse"
_CHUNK = 1 << 20


class MemoryDamaged(Exception):
    """A memory is missing, or is not what was written: nothing can be compared, so nothing may leave."""


class Meta(BaseModel):
    """What a memory says of itself."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    item: str
    labels: tuple[str, ...]
    shown: tuple[bool, ...]
    primary: tuple[bool, ...]
    sets: str
    events: str | None


@dataclass(frozen=True)
class Memory:
    """One table as remembered, and where its lines are."""

    meta: Meta
    persons: Path
    sets: Path
    events: Path | None


def is_item(item: str) -> bool:
    """Say whether a name can be that of a memory: request, round and place in the request, nothing of a path."""
    return _ITEM.fullmatch(item) is not None


def persons_file(folder: Path, item: str) -> Path:
    """Return where the persons of a table are."""
    if not is_item(item):
        raise MemoryDamaged("not the name of a memory")
    return folder / f"{item}.parquet"


def read_memory(connection: duckdb.DuckDBPyConnection, folder: Path, item: str, sha256: str) -> Memory:
    """Return a memory whose files are, byte for byte, those that were written; raise MemoryDamaged otherwise."""
    path = persons_file(folder, item)
    if sha256_of_file(path) != sha256:
        raise MemoryDamaged("a memory has changed")
    question = f"SELECT decode(value) FROM parquet_kv_metadata({text(str(path))}) WHERE decode(key) = '{_KEY}'"  # noqa: S608 - a path of our own
    try:
        found = connection.execute(question).fetchone()
        meta = Meta.model_validate_json(found[0] if found else "")
    except (duckdb.Error, ValidationError) as error:
        raise MemoryDamaged("a memory does not say what it is") from error
    if meta.item != item:
        raise MemoryDamaged("a memory speaks of another table")
    sets, events = _beside(path, "sets"), None if meta.events is None else _beside(path, "events")
    if sha256_of_file(sets) != meta.sets or (events is not None and sha256_of_file(events) != meta.events):
        raise MemoryDamaged("a part of a memory has changed")
    return Memory(meta, path, sets, events)


def write_memory(connection: duckdb.DuckDBPyConnection, folder: Path, publication: Publication, *, events: bool) -> str:
    """Write the temporary tables ``folks``, ``sets`` and ``members`` as a memory; return its SHA-256.

    Each file is whole or absent, and the one that names the others comes last.
    """
    path = persons_file(folder, publication.item)
    sets = _copy(connection, "SELECT s, cell FROM sets ORDER BY s, cell", _beside(path, "sets"), "")
    rows = None
    if events:
        rows = _copy(connection, "SELECT cell, u, n FROM members ORDER BY cell, u", _beside(path, "events"), "")
    meta = Meta(
        item=publication.item,
        labels=publication.labels,
        shown=tuple(publication.shown.tolist()),
        primary=tuple(publication.primary.tolist()),
        sets=sets,
        events=rows,
    )
    note = f", KV_METADATA {{{_KEY}: {text(meta.model_dump_json())}}}"
    return _copy(connection, "SELECT u, s FROM folks ORDER BY u", path, note)


def _beside(path: Path, part: str) -> Path:
    return path.with_name(f"{path.stem}.{part}.parquet")


def _copy(connection: duckdb.DuckDBPyConnection, query: str, path: Path, note: str) -> str:
    partial = path.with_name(f"{path.stem}.partial")
    partial.unlink(missing_ok=True)
    connection.execute(f"COPY ({query}) TO {text(str(partial))} (FORMAT parquet, COMPRESSION zstd{note})")
    digest = sha256_of_file(partial)
    _flush(partial)
    partial.rename(path)
    _flush(path.parent)
    return digest


def sha256_of_file(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal; raise MemoryDamaged when it cannot be read."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while part := file.read(_CHUNK):
                digest.update(part)
    except OSError as error:
        raise MemoryDamaged("a memory cannot be read") from error
    return digest.hexdigest()


def _flush(path: Path) -> None:
    # The rename itself must survive a power cut, not only the bytes.
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def text(value: str) -> str:
    """Write a string as SQL."""
    return "'" + value.replace("'", "''") + "'"
