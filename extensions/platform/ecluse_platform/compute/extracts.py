"""A project's current extract, found through its manifest; anything doubtful about it means no answer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ecluse_platform.core.extract_manifest import (
    LARGEST_MANIFEST,
    MANIFEST,
    SIGNATURE,
    NotSigned,
    checked_manifest,
)
from ecluse_platform.core.refusals import Refusal

_VERSION = re.compile(r"^[0-9]{8}T[0-9]{6}Z-[0-9a-f]{8}$")


class ExtractDamaged(Exception):
    """The extract is there but cannot be trusted; the reason is for operators and holds no data."""


@dataclass(frozen=True)
class Extract:
    """One version of a project's extract and the Parquet files of its tables."""

    version: str
    folder: Path
    files: dict[str, tuple[Path, ...]]


def current_extract(extracts: Path, project: str, key: Path) -> Extract:
    """Return the project's current extract; refuse when none is built, raise ExtractDamaged when it is not whole.

    ``key`` is the file of the public key (PEM) that checks the extractor's signature.
    """
    home = extracts / project
    try:
        version = (home / "current").read_text(encoding="ascii").strip()
    except FileNotFoundError:
        raise Refusal("no_extract", {"project": project}) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ExtractDamaged("its `current` file cannot be read") from error
    if not _VERSION.match(version):
        raise ExtractDamaged("its `current` file does not name a version")
    folder = home / version
    manifest = _manifest(folder, project, version, key)
    tables = manifest.get("tables")
    if not isinstance(tables, dict):
        raise ExtractDamaged("its manifest lists no tables")
    return Extract(version, folder, {str(name): _files(folder, name, tables[name]) for name in tables})


def _manifest(folder: Path, project: str, version: str, key: Path) -> dict[str, object]:
    path = folder / MANIFEST
    try:
        if path.stat().st_size > LARGEST_MANIFEST:
            raise ExtractDamaged("its manifest is too large")
        text, signature, public_key = path.read_bytes(), (folder / SIGNATURE).read_bytes(), key.read_bytes()
        return checked_manifest(text, signature, public_key, project, version)
    except OSError as error:
        raise ExtractDamaged("its manifest, its signature or the key cannot be read") from error
    except NotSigned as error:
        raise ExtractDamaged(str(error)) from error


def _files(folder: Path, table: str, entry: object) -> tuple[Path, ...]:
    listed = entry.get("files") if isinstance(entry, dict) else None
    if not isinstance(listed, list) or not listed:
        raise ExtractDamaged(f"its manifest lists no file of {table}")
    return tuple(_file(folder, table, item) for item in listed)


def _file(folder: Path, table: str, item: object) -> Path:
    """Return a file only when it lies in its table's folder and has the size that the manifest says.

    Its hash is checked when the extract is built and by ``ecluse extract verify``: reading all of it for each query
    would take longer than most queries. Only the extractor can write here.
    """
    if not isinstance(item, dict) or not isinstance(item.get("path"), str):
        raise ExtractDamaged(f"its manifest names a file of {table} in no known way")
    relative = PurePosixPath(item["path"])
    if relative.is_absolute() or ".." in relative.parts or relative.parts[:1] != (table,):
        raise ExtractDamaged(f"a file of {table} would lie outside its folder")
    path = folder / relative
    try:
        whole = path.is_file() and path.stat().st_size == item.get("bytes")
        inside = path.resolve().is_relative_to(folder.resolve())
    except OSError as error:
        raise ExtractDamaged(f"a file of {table} cannot be read") from error
    if not whole or not inside:
        raise ExtractDamaged(f"a file of {table} is missing or has changed")
    return path
