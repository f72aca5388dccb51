"""What of the audit log a person may read about one request: never a vote that is still blind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ecluse_platform.core.audit import AuditEntry
from ecluse_platform.core.audit_actions import Action
from ecluse_platform.core.requests import ExportRequest
from ecluse_platform.core.review import is_blind
from ecluse_platform.core.workflow import State

_REVIEW = frozenset({Action.VOTE_CAST, Action.COMMENT_ADDED})
# Attempts of people who were refused, and the machine's inner failures, are for stewards and operators.
_INSIDE = frozenset({Action.VOTE_REFUSED, Action.COMMENT_ADDED, Action.DOWNLOAD_REFUSED})


# The vote that closes a round leaves the request in one of these; every earlier vote leaves it in review.
_DECIDED = frozenset({State.APPROVED.value, State.RETURNED.value, State.REJECTED.value})


@dataclass(frozen=True)
class Event:
    """One line of a history: what happened, by whom (None: the stewards together, unnamed) and when."""

    what: str
    actor: str | None
    at: datetime


def seen_by_project(entries: Sequence[AuditEntry]) -> tuple[Event, ...]:
    """Return the steps the project may know: of votes only what they came to, never whose they were."""
    events = (_for_project(found) for found in entries if found.entry.action not in _INSIDE)
    return tuple(event for event in events if event is not None)


def seen_by_steward(request: ExportRequest, steward: str, entries: Sequence[AuditEntry]) -> tuple[Event, ...]:
    """Return the steps a steward may know: the others' votes and words of an undecided round are left out."""
    return tuple(
        _as_written(found)
        for found in entries
        if not (
            is_blind(request)
            and found.entry.action in _REVIEW
            and found.entry.details.get("round") == request.round
            and found.entry.actor not in {steward, request.author}
        )
    )


def _for_project(found: AuditEntry) -> Event | None:
    if found.entry.action is not Action.VOTE_CAST:
        return _as_written(found)
    state = found.entry.details.get("state")
    return Event(f"decided_{state}", None, found.at) if state in _DECIDED else None


def _as_written(found: AuditEntry) -> Event:
    return Event(found.entry.action.value, found.entry.actor, found.at)
