"""The audit log as a value: what an entry may hold, how entries are chained, and how a break is found."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from ecluse_platform.core.audit_actions import DETAILS, KEYS, Action
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.core.requests import sha256_of

GENESIS = "0" * 64
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,63}")
_REQUEST_ID = re.compile(r"[a-z0-9-]{1,40}")
Detail = str | int


@dataclass(frozen=True)
class Entry:
    """One thing that happened, before it is linked: who did what to which request, with allow-listed details."""

    action: Action
    actor: str
    project: str | None = None
    request: str | None = None
    details: Mapping[str, Detail] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        """Refuse a key the action does not list and a value that is not of the key's one written form."""
        names = [self.actor] if self.project is None else [self.actor, self.project]
        if any(_NAME.fullmatch(name) is None for name in names):
            raise Refusal("audit_detail", {"key": "actor"})
        if self.request is not None and _REQUEST_ID.fullmatch(self.request) is None:
            raise Refusal("audit_detail", {"key": "request"})
        for key, value in self.details.items():
            if key not in DETAILS[self.action] or KEYS[key].fullmatch(str(value)) is None:
                raise Refusal("audit_detail", {"key": key if key in KEYS else "?"})


@dataclass(frozen=True)
class AuditEntry:
    """One linked entry: its digest covers all of it and the digest before it."""

    number: int
    at: datetime
    entry: Entry
    previous: str
    digest: str


@dataclass(frozen=True)
class Checkpoint:
    """A signed statement, kept elsewhere, that the log once had this entry at its head."""

    number: int
    digest: str


@dataclass(frozen=True)
class Intact:
    """Every link holds and every checkpoint is in the chain."""

    entries: int
    head: str


@dataclass(frozen=True)
class Broken:
    """The first entry at which the log cannot be what was written."""

    number: int
    why: str


def canonical(number: int, at: datetime, entry: Entry, previous: str) -> bytes:
    """Return the one byte form of an entry: sorted keys, no spaces, UTC, so that a digest means one thing."""
    return json.dumps(
        {
            "number": number,
            "at": at.isoformat(timespec="microseconds"),
            "action": entry.action.value,
            "actor": entry.actor,
            "project": entry.project,
            "request": entry.request,
            "details": dict(entry.details),
            "previous": previous,
        },
        ensure_ascii=True,
        sort_keys=True,
        separators=(",", ":"),
    ).encode()


def link(head: AuditEntry | None, at: datetime, entry: Entry) -> AuditEntry:
    """Return the entry that comes after a head."""
    number, previous = (1, GENESIS) if head is None else (head.number + 1, head.digest)
    return AuditEntry(number, at, entry, previous, sha256_of(canonical(number, at, entry, previous)))


def verify(entries: Iterable[AuditEntry | Broken], checkpoints: Iterable[Checkpoint]) -> Intact | Broken:
    """Walk the log in order and return the first entry that was edited, removed, moved or cut off.

    An entry that could not even be read comes as ``Broken`` and is returned as it is.
    """
    expected: dict[int, set[str]] = {}
    for checkpoint in checkpoints:
        # Two checkpoints that disagree on one number are kept both: at most one can be in the chain.
        expected.setdefault(checkpoint.number, set()).add(checkpoint.digest)
    number, head = 0, GENESIS
    for found in entries:
        if isinstance(found, Broken):
            return found
        number += 1
        why = _break_at(number, head, found) or _contradiction(found, expected.get(number, set()))
        if why is not None:
            return Broken(number, why)
        head = found.digest
    if expected and max(expected) > number:
        return Broken(number + 1, "cut off: a signed checkpoint names a later entry")
    return Intact(number, head)


def _break_at(number: int, head: str, found: AuditEntry) -> str | None:
    if found.number != number:
        return "missing or out of order"
    if found.previous != head:
        return "does not follow the entry before it"
    if found.digest != sha256_of(canonical(number, found.at, found.entry, found.previous)):
        return "content does not match its digest"
    return None


def _contradiction(found: AuditEntry, signed: set[str]) -> str | None:
    return None if signed <= {found.digest} else "differs from a signed checkpoint"
