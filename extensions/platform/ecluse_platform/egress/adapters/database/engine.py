"""The connection to the database, and what both databases must promise: durable, serial units of work."""

from __future__ import annotations

import sqlite3

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.pool import ConnectionPoolEntry

# Milliseconds that a writer waits for another one; units of work are short.
BUSY_MS = 10_000
# One lock for all writers: the audit chain has one head.
WRITER_LOCK = 0x0EC1_05E0


def open_engine(url: str) -> Engine:
    """Open a database by its URL; a plain ``postgresql://`` uses the driver that is installed."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(url)
    return create_engine(parsed.set(drivername="postgresql+psycopg"), pool_pre_ping=True, hide_parameters=True)


def is_sqlite(connection: Connection) -> bool:
    """Say whether a connection is to SQLite."""
    return connection.dialect.name == "sqlite"


def begin_writing(connection: Connection) -> None:
    """Make this transaction the only writer until it ends."""
    if is_sqlite(connection):
        # The driver's own deferred BEGIN is off: a reader turned writer could fail half-way, an immediate one cannot.
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": WRITER_LOCK})


def begin_reading(connection: Connection) -> None:
    """Make all reads of this transaction see one moment."""
    if is_sqlite(connection):
        connection.exec_driver_sql("BEGIN")
    else:
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))


def _sqlite(url: str) -> Engine:
    engine = create_engine(url, connect_args={"check_same_thread": False}, hide_parameters=True)
    event.listen(engine, "connect", _promise_durability)
    return engine


def _promise_durability(connection: sqlite3.Connection, _record: ConnectionPoolEntry) -> None:
    connection.isolation_level = None
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "trusted_schema = OFF",
        f"busy_timeout = {BUSY_MS}",
    ):
        connection.execute(f"PRAGMA {pragma}").close()
