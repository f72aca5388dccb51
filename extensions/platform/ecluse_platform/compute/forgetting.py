"""Purged projects are forgotten: what compute remembers of them goes when the extractor's signed record says so.

Memories are mounted in compute alone, so a purge that runs in the extractor's container cannot delete them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from ecluse_platform.core.journal import SUFFIX, BadRecord, checked_record
from ecluse_platform.core.names import is_project_id

PURGED = "extract_purged"


def forget_purged(journal: Path, public_key: bytes, history: Path) -> Mapping[str, int]:
    """Delete the memories of purged projects; return how many files went, by project.

    Only files that are older than the record go: a project whose permit begins again keeps what came after. A record
    that the extractor did not sign changes nothing. Raises OSError when a file cannot be read or deleted.
    """
    gone: dict[str, int] = {}
    for project, moment in _purged(journal, public_key).items():
        folder = history / project
        old = [p for p in folder.rglob("*") if p.is_symlink() or (p.is_file() and p.stat().st_mtime <= moment)]
        for path in old:
            path.unlink()
        if old:
            gone[project] = len(old)
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
    return gone


def _purged(journal: Path, public_key: bytes) -> dict[str, float]:
    """Return the moment of each project's last purge, in seconds since 1970."""
    moments: dict[str, float] = {}
    for path in sorted(journal.glob(f"*{SUFFIX}")):
        try:
            record, _ = checked_record(path.read_bytes(), public_key)
            project, moment = str(record["project"]), datetime.fromisoformat(str(record["at"])).timestamp()
        except (BadRecord, KeyError, ValueError):
            continue
        if record.get("action") == PURGED and is_project_id(project):
            moments[project] = max(moment, moments.get(project, 0.0))
    return moments
