"""A screening holds several tables, each with its memory and its proof; refusals are counted by actor and moment."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_OF_A_TABLE = ("table_sha256", "csv_sha256", "sql_sha256", "extract_version", "rows")
_REQUESTS = sa.table(
    "requests",
    sa.column("id", sa.String),
    sa.column("round", sa.Integer),
    sa.column("screening", sa.JSON(none_as_null=True)),
)


def upgrade() -> None:
    """Put the one table of each screening into a list; what was not remembered or proved then stays so."""
    connection = op.get_bind()
    for row in connection.execute(sa.select(_REQUESTS).where(_REQUESTS.c.screening.is_not(None))).all():
        screening = json.loads(row.screening) if isinstance(row.screening, str) else row.screening
        if screening and "tables" not in screening:
            changed = _REQUESTS.update().where(_REQUESTS.c.id == row.id)
            connection.execute(changed.values(screening=_several(screening, f"{row.id}-{row.round}-0")))
    op.create_index("audit_by_actor", "audit", ["actor", "at"])


def _several(old: dict[str, Any], item: str) -> dict[str, Any]:
    table = {key: old[key] for key in _OF_A_TABLE}
    nothing: dict[str, Any] = {"memory_sha256": None, "evidence_sha256": None, "proof": None, "compared": []}
    rest = {key: value for key, value in old.items() if key not in _OF_A_TABLE}
    return {"tables": [{"item": item, **table, **nothing}], **rest}
