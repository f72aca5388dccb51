"""The extractor's records: signed where it works, checked before the audit log takes them over."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256

from ecluse_platform.core.audit import Entry
from ecluse_platform.core.audit_actions import Action
from ecluse_platform.core.signatures import WrongKey, sign, verifies

SUFFIX = ".json"


class BadRecord(Exception):
    """A record that is damaged, or that the extractor did not sign."""


def signed_record(record: Mapping[str, object], private_key: bytes) -> tuple[bytes, str]:
    """Return a record as it is written, and its SHA-256."""
    text = json.dumps(record, sort_keys=True, ensure_ascii=False)
    signed = {"record": text, "signature": sign(private_key, text.encode()).hex()}
    return json.dumps(signed).encode() + b"\n", sha256(text.encode()).hexdigest()


def checked_record(written: bytes, public_key: bytes) -> tuple[dict[str, object], str]:
    """Return a record and its SHA-256; raise BadRecord when its signature does not hold."""
    try:
        signed = json.loads(written)
        text, signature = str(signed["record"]), bytes.fromhex(signed["signature"])
        record = json.loads(text) if verifies(public_key, text.encode(), signature) else None
    except (ValueError, KeyError, TypeError, WrongKey) as error:
        raise BadRecord("the record cannot be read") from error
    if not isinstance(record, dict):
        raise BadRecord("the record is not signed by this installation's extractor")
    return record, sha256(text.encode()).hexdigest()


def entry_of(record: Mapping[str, object], digest: str) -> Entry:
    """Return what the audit log says of a record."""
    rows = record.get("rows")
    details: dict[str, str | int] = {
        "done_at": str(record["at"]),
        "policy_digest": str(record["policy_digest"]),
        "manifest_sha256": str(record["manifest_sha256"]),
        "record_sha256": digest,
    }
    if record["permit"]:
        details["permit"] = str(record["permit"])
    if record["action"] == Action.EXTRACT_BUILT:
        details["extract_version"] = str(record["version"])
        details["source_digest"] = str(record["source_digest"])
        counted = rows.items() if isinstance(rows, dict) else ()
        details["rows"] = " ".join(f"{table}={number}" for table, number in sorted(counted))
    else:
        details |= {key: str(record[key]) for key in ("files", "bytes", "key", "memory")}
    return Entry(Action(str(record["action"])), str(record["actor"]), str(record["project"]), None, details)
