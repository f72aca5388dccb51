"""The extractor's journal: what it built and purged, signed and durable before anything changes.

The extractor has no network and no database. It leaves each record as a file; `ecluse audit gather` appends it to the
audit log, once. So that no change goes unrecorded and no record speaks of a change that did not happen, a record is
first written as announced, and confirmed by a change of its name when the change is made.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from ecluse_platform.core.journal import SUFFIX, BadRecord, checked_record, signed_record

_ANNOUNCED = ".announced"


@contextmanager
def recorded(folder: Path, private_key: bytes, stamp: str, record: Mapping[str, object]) -> Iterator[str]:
    """Announce a record, give its SHA-256, and confirm it when the change inside succeeded; else forget it."""
    text, digest = signed_record(record, private_key)
    announced = folder / f"{stamp}-{digest[:16]}{_ANNOUNCED}"
    folder.mkdir(parents=True, exist_ok=True)
    announced.write_bytes(text)
    announced.chmod(0o644)
    _sync(announced)
    _sync(folder)
    try:
        yield digest
    except BaseException:
        announced.unlink(missing_ok=True)
        raise
    announced.rename(announced.with_suffix(SUFFIX))
    _sync(folder)


def settle(folder: Path, public_key: bytes, project: str, current: str | None) -> None:
    """Confirm or forget what an interrupted build of a project announced: it happened if its version is current."""
    for announced in sorted(folder.glob(f"*{_ANNOUNCED}")):
        try:
            record, _ = checked_record(announced.read_bytes(), public_key)
        except BadRecord:
            announced.unlink()
            continue
        if record.get("project") == project and record.get("action") == "extract_built":
            if record.get("version") == current:
                announced.rename(announced.with_suffix(SUFFIX))
            else:
                announced.unlink()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
