"""A database of an earlier release is brought to this one with everything that was said in it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.orm import Session

from ecluse_platform.core.workflow import State
from ecluse_platform.egress.adapters.database.engine import begin_writing, open_engine
from ecluse_platform.egress.adapters.database.migrating import migrate
from ecluse_platform.egress.adapters.database.requests import SqlRequestReader

AT = datetime(2026, 11, 1, 9, tzinfo=UTC)
SCREENING = {
    "table_sha256": "1" * 64,
    "csv_sha256": "2" * 64,
    "sql_sha256": "3" * 64,
    "extract_version": "20261101T060000Z-0123abcd",
    "policy_digest": "4" * 64,
    "rules_digest": "5" * 64,
    "mark": "c",
    "rows": 7,
    "at": AT.isoformat(),
}


def first_release(engine: sa.Engine) -> None:
    """Make the schema of the first migration, with a released request and one that was never screened."""
    with engine.connect() as connection:
        begin_writing(connection)
        config = Config()
        config.set_main_option("script_location", "ecluse_platform.egress:migrations")
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        columns = {
            "project": "p",
            "author": "a",
            "title": "t",
            "purpose": "x",
            "body_sha256": "0" * 64,
            "created_at": AT,
            "updated_at": AT,
            "round": 2,
            "attempts": 1,
            "version": 1,
        }
        names = ", ".join(columns)
        values = ", ".join(f":{name}" for name in columns)
        insert = sa.text(
            f"INSERT INTO requests (id, idempotency_key, state, items, screening, {names}) "
            f"VALUES (:id, :id, :state, '[]', :screening, {values})"
        )
        for name, state, screening in (("r1", "released", json.dumps(SCREENING)), ("r2", "submitted", None)):
            connection.execute(insert, {"id": name, "state": state, "screening": screening, **columns})
        connection.commit()


def test_a_screening_of_one_table_becomes_one_of_a_list(tmp_path: Path, database_url: str | None) -> None:
    """Its hashes stay; what was neither remembered nor proved then is so marked, and the rest is as it was."""
    engine = open_engine(database_url or f"sqlite:///{tmp_path / 'old.db'}")
    first_release(engine)
    migrate(engine)
    migrate(engine)
    with Session(engine) as session:
        released, waiting = SqlRequestReader(session).get("r1"), SqlRequestReader(session).get("r2")
    engine.dispose()
    assert (released.state, waiting.screening) == (State.RELEASED, None)
    assert released.screening is not None
    [table] = released.screening.tables
    assert (table.item, table.csv_sha256, table.rows) == ("r1-2-0", "2" * 64, 7)
    assert (table.memory_sha256, table.evidence_sha256, table.proof, table.compared) == (None, None, None, ())
    assert (released.screening.mark, released.screening.at) == ("c", AT)
