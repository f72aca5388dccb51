"""The manifest: every file of a version with its SHA-256, and the check that nothing changed since."""

from __future__ import annotations

from hashlib import file_digest, sha256
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

MANIFEST = "manifest.json"
_VERSION_DIGITS = 8


class File(BaseModel):
    """One file, by its path below the version's folder."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: str
    sha256: str
    bytes: int


class TableEntry(BaseModel):
    """One table: its rows, those that no certain person owns, its files."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rows: int
    unowned_rows: int
    files: tuple[File, ...]


class Manifest(BaseModel):
    """What one version of an extract holds, and from which permit and builder it comes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    project: str
    version: str
    built_at: str
    builder: str
    policy_digest: str
    database: File
    tables: dict[str, TableEntry]

    def sealed(self, stamp: str) -> Manifest:
        """Name the version after its moment and its contents: a changed manifest no longer fits its name."""
        digest = sha256(self.model_copy(update={"version": ""}).text().encode()).hexdigest()
        return self.model_copy(update={"version": f"{stamp}-{digest[:_VERSION_DIGITS]}"})

    def text(self) -> str:
        """Return the one way in which this manifest is written."""
        return self.model_dump_json(indent=1) + "\n"

    def files(self) -> tuple[File, ...]:
        """Return every file that it lists."""
        return (self.database, *(f for entry in self.tables.values() for f in entry.files))


def describe_file(folder: Path, path: Path) -> File:
    """Hash one file."""
    with path.open("rb") as stream:
        digest = file_digest(stream, "sha256").hexdigest()
    return File(path=str(path.relative_to(folder)), sha256=digest, bytes=path.stat().st_size)


def differences(folder: Path) -> tuple[str, ...]:
    """Name every file of a version that changed, went missing or was added; nothing when it is as it was built."""
    try:
        written = (folder / MANIFEST).read_text(encoding="utf-8")
        manifest = Manifest.model_validate_json(written)
    except (OSError, UnicodeDecodeError, ValidationError):
        return (f"{MANIFEST}: missing or unreadable",)
    found = []
    stamp = manifest.version.rpartition("-")[0]
    if (
        manifest.text() != written
        or manifest.sealed(stamp).version != manifest.version
        or folder.name != manifest.version
    ):
        found.append(f"{MANIFEST}: changed")
    listed = {file.path: file for file in manifest.files()}
    present = {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_symlink() or not p.is_dir()}
    found += [f"{path}: missing" for path in sorted(set(listed) - present)]
    found += [f"{path}: not in the manifest" for path in sorted(present - set(listed) - {MANIFEST})]
    found += [
        f"{path}: changed"
        for path in sorted(present & set(listed))
        if describe_file(folder, folder / path) != listed[path]
    ]
    return tuple(found)
