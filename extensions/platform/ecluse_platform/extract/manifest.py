"""The manifest: every file of a version with its SHA-256, signed, and the check that nothing changed since."""

from __future__ import annotations

from hashlib import file_digest, sha256
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from ecluse_platform.core.signatures import verifies

MANIFEST = "manifest.json"
SIGNATURE = "manifest.sig"
_VERSION_DIGITS = 8


class File(BaseModel):
    """One file, by its path below the version's folder."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: str
    sha256: str
    bytes: int


class TableFile(File):
    """One partition of a table; ``made_from`` is a keyed hash of all that it was made from."""

    rows: int
    unowned_rows: int
    made_from: str


class TableEntry(BaseModel):
    """One table: its rows, those that no certain person owns, its files, and what partitions without rows came from."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rows: int
    unowned_rows: int
    files: tuple[TableFile, ...]
    empty: dict[str, str]


class Manifest(BaseModel):
    """What one version of an extract holds, and from which permit, source and builder it comes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    project: str
    version: str
    built_at: str
    builder: str
    permit: str
    policy_digest: str
    source_digest: str
    database: File
    dictionary: File
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
        return (self.database, self.dictionary, *(f for entry in self.tables.values() for f in entry.files))


def describe_file(folder: Path, path: Path) -> File:
    """Hash one file."""
    with path.open("rb") as stream:
        digest = file_digest(stream, "sha256").hexdigest()
    return File(path=path.relative_to(folder).as_posix(), sha256=digest, bytes=path.stat().st_size)


def read_manifest(folder: Path, public_key: bytes) -> Manifest | None:
    """Return the manifest of a version; None when it cannot be read, or is not the one that the extractor signed."""
    try:
        written = (folder / MANIFEST).read_bytes()
        manifest = Manifest.model_validate_json(written)
        signed = verifies(public_key, written, (folder / SIGNATURE).read_bytes())
    except (OSError, ValidationError):
        return None
    stamp = manifest.version.rpartition("-")[0]
    named = folder.name == manifest.version == manifest.sealed(stamp).version
    return manifest if signed and named and manifest.text().encode() == written else None


def differences(folder: Path, public_key: bytes) -> tuple[str, ...]:
    """Name every file of a version that changed, went missing or was added; nothing when it is as it was built."""
    try:
        manifest = Manifest.model_validate_json((folder / MANIFEST).read_bytes())
    except (OSError, ValidationError):
        return (f"{MANIFEST}: missing or unreadable",)
    found = []
    if read_manifest(folder, public_key) is None:
        found.append(f"{MANIFEST}: changed, or not signed by this installation's extractor")
    listed = {file.path: file for file in manifest.files()}
    present = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_symlink() or not p.is_dir()}
    found += [f"{path}: missing" for path in sorted(set(listed) - present)]
    found += [f"{path}: not in the manifest" for path in sorted(present - set(listed) - {MANIFEST, SIGNATURE})]
    found += [f"{path}: changed" for path in sorted(present & set(listed)) if not is_as_listed(folder, listed[path])]
    return tuple(found)


def is_as_listed(folder: Path, file: File) -> bool:
    """Say whether a file is still, byte for byte, the one that was listed."""
    found = describe_file(folder, folder / file.path)
    return (found.sha256, found.bytes) == (file.sha256, file.bytes)
