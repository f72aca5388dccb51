"""The unit of work: what happens inside it is stored whole, with its audit entries, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from ecluse_platform.core.audit import Checkpoint
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.egress.adapters.database.audit import SqlAuditLog, SqlAuditReader
from ecluse_platform.egress.adapters.database.engine import begin_reading, begin_writing
from ecluse_platform.egress.adapters.database.ledger import SqlLedger, SqlLedgerReader
from ecluse_platform.egress.adapters.database.requests import SqlRequestReader, SqlRequestStore


@dataclass(frozen=True)
class SqlReading:
    """A consistent look at the database."""

    requests: SqlRequestReader
    audit: SqlAuditReader
    ledger: SqlLedgerReader


@dataclass(frozen=True)
class SqlWriting:
    """A unit of work on the database."""

    requests: SqlRequestStore
    audit: SqlAuditLog
    ledger: SqlLedger


class SqlStore:
    """The database of the service; ``committed`` is told the new head of the audit log after each commit."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime], committed: Callable[[Checkpoint], None]) -> None:
        """Serve an engine whose schema is up to date."""
        self._engine = engine
        self._clock = clock
        self._committed = committed

    def reading(self) -> AbstractContextManager[SqlReading]:
        """Open a consistent look."""
        return self._reading()

    def writing(self) -> AbstractContextManager[SqlWriting]:
        """Open a unit of work; units of work never overlap."""
        return self._writing()

    @contextmanager
    def _reading(self) -> Iterator[SqlReading]:
        with self._session() as session:
            begin_reading(session.connection())
            yield SqlReading(SqlRequestReader(session), SqlAuditReader(session), SqlLedgerReader(session))
            session.rollback()

    @contextmanager
    def _writing(self) -> Iterator[SqlWriting]:
        with self._session() as session:
            begin_writing(session.connection())
            audit = SqlAuditLog(session, self._clock)
            yield SqlWriting(SqlRequestStore(session, audit), audit, SqlLedger(session, audit))
            session.commit()
        if audit.last is not None:
            self._committed(Checkpoint(audit.last.number, audit.last.digest))

    @contextmanager
    def _session(self) -> Iterator[Session]:
        try:
            with Session(self._engine, autoflush=False) as session:
                yield session
        except OperationalError as error:
            # The database is away, full or locked for longer than a writer waits: nothing was stored.
            raise Refusal("service_unreachable", {"service": "database"}) from error
