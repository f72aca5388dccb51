"""What the extractor did becomes part of the audit log: each of its records once, none that it did not sign."""

from __future__ import annotations

from pathlib import Path

from ecluse_platform.core.audit import AuditEntry
from ecluse_platform.core.journal import SUFFIX, BadRecord, checked_record, entry_of
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.egress.ports import Store


def gather(store: Store, folder: Path, public_key: bytes) -> tuple[int, tuple[str, ...]]:
    """Append the records that the log does not have yet, oldest first, all or none; name those that it cannot take."""
    entries, refused = [], []
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        try:
            record, digest = checked_record(path.read_bytes(), public_key)
            entries.append((digest, entry_of(record, digest)))
        except (BadRecord, Refusal, OSError, KeyError, ValueError):
            refused.append(path.name)
    with store.writing() as work:
        known = {
            found.entry.details.get("record_sha256") for found in work.audit.read() if isinstance(found, AuditEntry)
        }
        new = [entry for digest, entry in entries if digest not in known]
        for entry in new:
            work.audit.append(entry)
    return len(new), tuple(refused)
