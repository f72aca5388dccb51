"""Memories of purged projects go when a signed record says so, and only then."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from ecluse_platform.compute.forgetting import forget_purged
from ecluse_platform.core.journal import signed_record
from ecluse_platform.core.signatures import public_half

AT = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


def private_key() -> bytes:
    """Return a new signing key."""
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


KEY = private_key()


def write_record(folder: Path, project: str, *, key: bytes = KEY, action: str = "extract_purged") -> None:
    """Write what the extractor would."""
    folder.mkdir(exist_ok=True)
    record = {"action": action, "project": project, "at": AT.isoformat()}
    (folder / f"{action}-{len(list(folder.iterdir()))}.json").write_bytes(signed_record(record, key)[0])


def remember(history: Path, project: str, name: str, seconds: int) -> Path:
    """Write a memory so many seconds after the purge."""
    path = history / project / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"persons")
    os.utime(path, (AT.timestamp() + seconds,) * 2)
    return path


def test_a_purged_project_is_forgotten_and_no_other(tmp_path: Path) -> None:
    """Every file of it goes, its folder too; a second look finds nothing."""
    history, journal = tmp_path / "history", tmp_path / "journal"
    for name in ("r1-1-1.parquet", "r1-1-1.sets.parquet"):
        remember(history, "purged", name, -60)
    other = remember(history, "other", "r2-1-1.parquet", -60)
    write_record(journal, "purged")
    write_record(journal, "other", action="extract_built")
    assert forget_purged(journal, public_half(KEY), history) == {"purged": 2}
    assert not (history / "purged").exists()
    assert other.exists()
    assert forget_purged(journal, public_half(KEY), history) == {}


def test_what_came_after_the_purge_stays(tmp_path: Path) -> None:
    """A project whose permit begins again is not robbed of its new memories."""
    before = remember(tmp_path / "history", "again", "r1-1-1.parquet", -60)
    after = remember(tmp_path / "history", "again", "r2-1-1.parquet", 60)
    write_record(tmp_path / "journal", "again")
    assert forget_purged(tmp_path / "journal", public_half(KEY), tmp_path / "history") == {"again": 1}
    assert (before.exists(), after.exists()) == (False, True)


@pytest.mark.parametrize("project", ["theirs", "../theirs", ".."])
def test_a_record_of_another_key_or_of_a_path_changes_nothing(tmp_path: Path, project: str) -> None:
    """Whoever can write into the journal cannot make compute forget."""
    memory = remember(tmp_path / "history", "theirs", "r1-1-1.parquet", -60)
    write_record(tmp_path / "journal", project, key=private_key() if project == "theirs" else KEY)
    assert forget_purged(tmp_path / "journal", public_half(KEY), tmp_path / "history") == {}
    assert memory.exists()


def test_without_a_journal_nothing_is_forgotten(tmp_path: Path) -> None:
    """No folder, no records, nothing to do."""
    memory = remember(tmp_path / "history", "theirs", "r1-1-1.parquet", -60)
    assert forget_purged(tmp_path / "journal", public_half(KEY), tmp_path / "history") == {}
    assert memory.exists()
