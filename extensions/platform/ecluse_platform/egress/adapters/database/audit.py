"""The audit log in the database: appended to, read, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from ecluse_platform.core.audit import AuditEntry, Broken, Entry, link
from ecluse_platform.core.audit_actions import Action
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.egress.adapters.database.tables import AuditRow

_BATCH = 1000


class SqlAuditReader:
    """The audit log as one transaction sees it."""

    def __init__(self, session: Session) -> None:
        """Read through a session whose transaction has begun."""
        self._session = session

    def count(self) -> int:
        """Return how many entries there are."""
        return self._session.scalar(select(func.count()).select_from(AuditRow)) or 0

    def read(self) -> Iterator[AuditEntry | Broken]:
        """Yield the entries in order; one that cannot be read comes as ``Broken``."""
        rows = self._session.scalars(select(AuditRow).order_by(AuditRow.number).execution_options(yield_per=_BATCH))
        return (_entry(row) for row in rows)

    def of_request(self, request_id: str) -> Sequence[AuditEntry]:
        """Return what happened to one request, oldest first."""
        rows = self._session.scalars(select(AuditRow).filter_by(request=request_id).order_by(AuditRow.number))
        return [found for row in rows if isinstance(found := _entry(row), AuditEntry)]

    def count_since(self, moment: datetime, actor: str, action: Action) -> int:
        """Return how many entries of one kind one actor has from a moment on."""
        known = select(func.count()).select_from(AuditRow).filter_by(actor=actor, action=action.value)
        return self._session.scalar(known.where(AuditRow.at >= _written(moment))) or 0

    def at(self, number: int) -> AuditEntry | None:
        """Return the entry of a number, None when there is none that can be read."""
        row = self._session.get(AuditRow, number)
        found = None if row is None else _entry(row)
        return found if isinstance(found, AuditEntry) else None

    def head(self) -> AuditEntry | None:
        """Return the newest entry, None when the log is empty; refuse to go on from one that cannot be read."""
        row = self._session.scalars(select(AuditRow).order_by(AuditRow.number.desc()).limit(1)).first()
        found = None if row is None else _entry(row)
        if isinstance(found, Broken):
            raise Refusal("service_unreachable", {"service": "audit"})
        return found


class SqlAuditLog(SqlAuditReader):
    """The audit log as one unit of work extends it."""

    def __init__(self, session: Session, clock: Callable[[], datetime]) -> None:
        """Append through the session of a unit of work, which is the only writer while it lasts."""
        super().__init__(session)
        self._clock = clock
        self.last: AuditEntry | None = None

    def append(self, entry: Entry) -> AuditEntry:
        """Link an entry to the head."""
        linked = link(self.last or self.head(), self._clock(), entry)
        self._session.execute(
            insert(AuditRow).values(
                number=linked.number,
                at=_written(linked.at),
                action=entry.action.value,
                actor=entry.actor,
                project=entry.project,
                request=entry.request,
                details=json.dumps(dict(entry.details), sort_keys=True),
                previous=linked.previous,
                digest=linked.digest,
            )
        )
        self.last = linked
        return linked


def _written(moment: datetime) -> str:
    """Write a moment as entries do; moments of one zone sort as text."""
    return moment.isoformat(timespec="microseconds")


def _entry(row: AuditRow) -> AuditEntry | Broken:
    try:
        entry = Entry(Action(row.action), row.actor, row.project, row.request, json.loads(row.details))
        return AuditEntry(row.number, datetime.fromisoformat(row.at), entry, row.previous, row.digest)
    except (ValueError, TypeError, AttributeError, Refusal):
        return Broken(row.number, "cannot be read as an entry")
