"""What of the audit log a person may read about one request: never a vote that is still blind."""

from __future__ import annotations

from collections.abc import Sequence

from ecluse_platform.core.audit import AuditEntry
from ecluse_platform.core.audit_actions import Action
from ecluse_platform.core.requests import ExportRequest
from ecluse_platform.core.review import is_blind

_REVIEW = frozenset({Action.VOTE_CAST, Action.COMMENT_ADDED})
# Attempts of people who were refused, and the machine's inner failures, are for stewards and operators.
_INSIDE = frozenset({Action.VOTE_CAST, Action.VOTE_REFUSED, Action.COMMENT_ADDED, Action.DOWNLOAD_REFUSED})


def seen_by_project(entries: Sequence[AuditEntry]) -> tuple[AuditEntry, ...]:
    """Return the steps the project may know; the decision shows in the request's state, not in single votes."""
    return tuple(found for found in entries if found.entry.action not in _INSIDE)


def seen_by_steward(request: ExportRequest, steward: str, entries: Sequence[AuditEntry]) -> tuple[AuditEntry, ...]:
    """Return the steps a steward may know: the others' votes and words of an undecided round are left out."""
    return tuple(
        found
        for found in entries
        if not (
            is_blind(request)
            and found.entry.action in _REVIEW
            and found.entry.details.get("round") == request.round
            and found.entry.actor not in {steward, request.author}
        )
    )
