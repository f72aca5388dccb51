"""Reading what left: the archive that a researcher downloads."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from pathlib import Path
from typing import Any

THRESHOLD = 11
MARK = "c"


def read_archive(path: Path) -> dict[str, bytes]:
    """Return the files of a downloaded release by name."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def table_of(files: dict[str, bytes]) -> list[dict[str, str]]:
    """Return the rows of the one released table."""
    names = [name for name in files if name.endswith(".csv")]
    assert len(names) == 1, f"one table was asked for, the release holds {names}"
    return list(csv.DictReader(io.StringIO(files[names[0]].decode("utf-8"))))


def check_no_small_cell(rows: list[dict[str, str]], measures: tuple[str, ...]) -> tuple[int, int]:
    """Require that every measure is either large enough or the one mark; returns (published, hidden) rows."""
    published = hidden = 0
    for row in rows:
        values = [row[name] for name in measures]
        if MARK in values:
            assert set(values) == {MARK}, "a hidden row hides all of its measures behind the same mark"
            hidden += 1
        else:
            assert all(int(value) >= THRESHOLD for value in values), "a published value is below the threshold"
            published += 1
    return published, hidden


def hashes_in(files: dict[str, bytes]) -> set[str]:
    """Return the SHA-256 of each file of the release."""
    return {hashlib.sha256(content).hexdigest() for content in files.values()}


def json_of(files: dict[str, bytes], ending: str) -> Any:
    """Return the one JSON document of the release with this name's ending."""
    return json.loads(next(content for name, content in files.items() if name.endswith(ending)))
