"""Bringing a database to the schema of this release, at start; the migrations travel in the package."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine

from ecluse_platform.egress.adapters.database.engine import begin_writing

_SCRIPTS = "ecluse_platform.egress:migrations"


def migrate(engine: Engine) -> None:
    """Apply every migration that is missing, as one transaction that no other writer overlaps."""
    with engine.connect() as connection:
        begin_writing(connection)
        config = Config()
        config.set_main_option("script_location", _SCRIPTS)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()
