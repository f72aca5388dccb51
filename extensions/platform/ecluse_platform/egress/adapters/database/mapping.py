"""Between rows and values: what is stored comes back equal, or not at all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from pydantic import TypeAdapter

from ecluse_platform.core.requests import (
    Audience,
    Comment,
    Decision,
    ExportRequest,
    Fault,
    MachineRefusal,
    Query,
    Release,
    Revocation,
    Screening,
    Verdict,
    Vote,
)
from ecluse_platform.core.workflow import State
from ecluse_platform.egress.adapters.database.tables import CommentRow, RequestRow, VoteRow

T = TypeVar("T")

_ITEMS = TypeAdapter(tuple[Query, ...])
_SCREENING = TypeAdapter(Screening)
_REFUSAL = TypeAdapter(MachineRefusal)
_DECISION = TypeAdapter(Decision)
_RELEASE = TypeAdapter(Release)
_REVOCATION = TypeAdapter(Revocation)


def columns_of(request: ExportRequest) -> dict[str, Any]:
    """Return the columns of a request's own row."""
    return {
        "id": request.id,
        "project": request.project,
        "author": request.author,
        "title": request.title,
        "purpose": request.purpose,
        "idempotency_key": request.idempotency_key,
        "body_sha256": request.body_sha256,
        "created_at": request.created_at,
        "updated_at": request.updated_at,
        "state": request.state.value,
        "round": request.round,
        "attempts": request.attempts,
        "version": request.version,
        "fault": None if request.fault is None else request.fault.value,
        "items": _ITEMS.dump_python(request.items, mode="json"),
        "screening": _dumped(_SCREENING, request.screening),
        "refusal": _dumped(_REFUSAL, request.refusal),
        "decision": _dumped(_DECISION, request.decision),
        "release": _dumped(_RELEASE, request.release),
        "revocation": _dumped(_REVOCATION, request.revocation),
    }


def request_of(row: RequestRow, votes: Iterable[VoteRow], comments: Iterable[CommentRow]) -> ExportRequest:
    """Return the request of a row, with its votes and comments in the order in which they were made."""
    return ExportRequest(
        id=row.id,
        project=row.project,
        author=row.author,
        title=row.title,
        purpose=row.purpose,
        items=_ITEMS.validate_python(row.items),
        idempotency_key=row.idempotency_key,
        body_sha256=row.body_sha256,
        created_at=row.created_at,
        updated_at=row.updated_at,
        state=State(row.state),
        round=row.round,
        attempts=row.attempts,
        version=row.version,
        screening=_loaded(_SCREENING, row.screening),
        refusal=_loaded(_REFUSAL, row.refusal),
        fault=None if row.fault is None else Fault(row.fault),
        votes=tuple(_vote(vote) for vote in votes),
        comments=tuple(_comment(comment) for comment in comments),
        decision=_loaded(_DECISION, row.decision),
        release=_loaded(_RELEASE, row.release),
        revocation=_loaded(_REVOCATION, row.revocation),
    )


def _vote(row: VoteRow) -> Vote:
    return Vote(row.steward, Verdict(row.verdict), row.round, row.subject, row.at)


def _comment(row: CommentRow) -> Comment:
    return Comment(row.author, Audience(row.audience), row.round, row.text, row.at)


def _dumped(adapter: TypeAdapter[T], value: T | None) -> dict[str, Any] | None:
    if value is None:
        return None
    dumped: dict[str, Any] = adapter.dump_python(value, mode="json")
    return dumped


def _loaded(adapter: TypeAdapter[T], value: dict[str, Any] | None) -> T | None:
    return None if value is None else adapter.validate_python(value)
