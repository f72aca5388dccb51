"""The extractor's journal: what it built and purged, signed and durable before anything changes.

The extractor has no network and no database. It leaves each record as a file; `ecluse audit gather` appends it to the
audit log, once. So that no change goes unrecorded and no record speaks of a change that did not happen, a record is
first written as announced, and confirmed by a change of its name when the change is made.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from ecluse_platform.core.signatures import sign, verifies

RECORD = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{16}\.json")
_ANNOUNCED = ".announced"
_SIGNATURE = "signature"


@contextmanager
def recorded(folder: Path, private_key: bytes, stamp: str, record: Mapping[str, object]) -> Iterator[str]:
    """Announce a record, give its SHA-256, and confirm it when the change inside succeeded; else forget it."""
    text = json.dumps(record, sort_keys=True, ensure_ascii=False)
    digest = sha256(text.encode()).hexdigest()
    final = folder / f"{stamp}-{digest[:16]}.json"
    announced = final.with_suffix(_ANNOUNCED)
    folder.mkdir(parents=True, exist_ok=True)
    signed = {"record": text, _SIGNATURE: sign(private_key, text.encode()).hex()}
    announced.write_text(json.dumps(signed) + "\n", encoding="utf-8")
    announced.chmod(0o644)
    _sync(announced)
    _sync(folder)
    try:
        yield digest
    except BaseException:
        announced.unlink(missing_ok=True)
        raise
    announced.rename(final)
    _sync(folder)


def settle(folder: Path, public_key: bytes, versions: set[str]) -> None:
    """Confirm or forget what an interrupted extractor announced: it happened if its version is the current one."""
    for announced in sorted(folder.glob(f"*{_ANNOUNCED}")):
        record = read_record(announced, public_key)
        if record is not None and record[0].get("version") in versions:
            announced.rename(announced.with_suffix(".json"))
        elif record is None or record[0].get("action") == "extract_built":
            announced.unlink()


def read_record(path: Path, public_key: bytes) -> tuple[dict[str, object], str] | None:
    """Return a record and its SHA-256; None when it is damaged or was not signed by this extractor."""
    try:
        signed = json.loads(path.read_text(encoding="utf-8"))
        text, signature = signed["record"], bytes.fromhex(signed[_SIGNATURE])
        if not verifies(public_key, text.encode(), signature):
            return None
        record = json.loads(text)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return (record, sha256(text.encode()).hexdigest()) if isinstance(record, dict) else None


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
