"""Export requests in the database: every change takes its audit entry and is refused when it comes too late."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Select, insert, select, update
from sqlalchemy.orm import Session

from ecluse_platform.core.audit import Entry
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.core.requests import ExportRequest
from ecluse_platform.core.workflow import State
from ecluse_platform.egress.adapters.database.audit import SqlAuditLog
from ecluse_platform.egress.adapters.database.mapping import columns_of, request_of
from ecluse_platform.egress.adapters.database.tables import CommentRow, RequestRow, VoteRow


class SqlRequestReader:
    """Export requests as one transaction sees them."""

    def __init__(self, session: Session) -> None:
        """Read through a session whose transaction has begun."""
        self._session = session

    def get(self, request_id: str) -> ExportRequest:
        """Return a request; refuse when there is none."""
        found = self._read(select(RequestRow).where(RequestRow.id == request_id))
        if not found:
            raise Refusal("unknown_request")
        return found[0]

    def by_key(self, project: str, author: str, key: str) -> ExportRequest | None:
        """Return the request that this author's idempotency key already made."""
        found = self._read(select(RequestRow).filter_by(project=project, author=author, idempotency_key=key))
        return found[0] if found else None

    def of_project(self, project: str) -> Sequence[ExportRequest]:
        """Return the requests of a project, newest first."""
        return self._read(
            select(RequestRow).filter_by(project=project).order_by(RequestRow.created_at.desc(), RequestRow.id)
        )

    def in_states(self, states: frozenset[State]) -> Sequence[ExportRequest]:
        """Return the requests in some states, oldest change first."""
        values = [state.value for state in states]
        return self._read(
            select(RequestRow).where(RequestRow.state.in_(values)).order_by(RequestRow.updated_at, RequestRow.id)
        )

    def _read(self, query: Select[RequestRow]) -> list[ExportRequest]:
        rows = self._session.scalars(query).all()
        ids = [row.id for row in rows]
        votes: dict[str, list[VoteRow]] = defaultdict(list)
        for vote in self._session.scalars(
            select(VoteRow).where(VoteRow.request.in_(ids)).order_by(VoteRow.round, VoteRow.at, VoteRow.steward)
        ):
            votes[vote.request].append(vote)
        comments: dict[str, list[CommentRow]] = defaultdict(list)
        for comment in self._session.scalars(
            select(CommentRow).where(CommentRow.request.in_(ids)).order_by(CommentRow.position)
        ):
            comments[comment.request].append(comment)
        return [request_of(row, votes[row.id], comments[row.id]) for row in rows]


class SqlRequestStore(SqlRequestReader):
    """Export requests as one unit of work changes them."""

    def __init__(self, session: Session, audit: SqlAuditLog) -> None:
        """Write through the session of a unit of work, into whose audit log every change goes."""
        super().__init__(session)
        self._audit = audit

    def add(self, request: ExportRequest, *, audit: Entry) -> ExportRequest:
        """Store a new request."""
        stored = replace(request, version=1)
        self._session.execute(insert(RequestRow).values(**columns_of(stored)))
        self._append(stored, voted=0, commented=0)
        self._audit.append(audit)
        return stored

    def save(self, request: ExportRequest, *, audit: Entry) -> ExportRequest:
        """Store a changed request and return it with its new version; refuse one read before somebody else's change."""
        before = self.get(request.id)
        stored = replace(request, version=request.version + 1)
        done = self._session.execute(
            update(RequestRow)
            .where(RequestRow.id == request.id, RequestRow.version == request.version)
            .values(**columns_of(stored))
            .returning(RequestRow.id),
            execution_options={"synchronize_session": False},
        ).all()
        voted, commented = len(before.votes), len(before.comments)
        if not done or stored.votes[:voted] != before.votes or stored.comments[:commented] != before.comments:
            raise Refusal("changed_meanwhile")
        self._append(stored, voted, commented)
        self._audit.append(audit)
        self._session.expire_all()
        return stored

    def _append(self, request: ExportRequest, voted: int, commented: int) -> None:
        """Add what is new; votes and comments that are stored are never written again."""
        for vote in request.votes[voted:]:
            self._session.execute(
                insert(VoteRow).values(
                    request=request.id,
                    round=vote.round,
                    steward=vote.steward,
                    verdict=vote.verdict.value,
                    subject=vote.subject,
                    at=vote.at,
                )
            )
        for position, comment in enumerate(request.comments[commented:], start=commented):
            self._session.execute(
                insert(CommentRow).values(
                    request=request.id,
                    position=position,
                    author=comment.author,
                    audience=comment.audience.value,
                    round=comment.round,
                    text=comment.text,
                    at=comment.at,
                )
            )
