"""How Alembic reaches the database: through the connection that ``migrating`` gives it, in its transaction."""

from __future__ import annotations

from alembic import context

from ecluse_platform.egress.adapters.database.tables import Base

context.configure(
    connection=context.config.attributes["connection"], target_metadata=Base.metadata, transactional_ddl=False
)
context.run_migrations()
