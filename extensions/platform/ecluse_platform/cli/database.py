"""The egress service's database as commands read it: one consistent look, never a change."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from ecluse_platform.cli.base import fail
from ecluse_platform.egress.adapters.database.engine import begin_reading, open_engine


@contextmanager
def database_session(folder: Path, database: str | None) -> Iterator[Session]:
    """Open the database for reading only."""
    path = (folder / "egress" / "egress.db").absolute()
    if database is None and not path.is_file():
        fail(f"there is no audit log at {path}: name the state folder with --state, or the database with --database")
    engine = open_engine(database or f"sqlite:///file:{quote(str(path))}?mode=ro&uri=true")
    try:
        with Session(engine) as session:
            begin_reading(session.connection())
            yield session
    except SQLAlchemyError as error:
        fail(f"the audit log cannot be read: {type(error).__name__}. Is this the database of an egress service?")
    finally:
        engine.dispose()
