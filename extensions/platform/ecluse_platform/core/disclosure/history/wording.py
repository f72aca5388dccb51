"""How rows are called, and what is said of those that earlier releases hide."""

from __future__ import annotations

from ecluse_platform.core.disclosure.table import ProtectedTable, Row
from ecluse_platform.core.text import Text

WORDING = Text(
    fr="pourrait être soustraite d'un tableau déjà sorti",
    en="could be subtracted from a table that is already out",
)


def words_of(table: ProtectedTable, row: Row) -> str:
    """Name a row by its labels: ``SEX=1, AGE=Total``."""
    named = zip(table.dimensions, row.labels, row.totals, strict=True)
    parts = (f"{name}={table.obeys.total_label if total else label or ''}" for name, label, total in named)
    return ", ".join(parts) or table.obeys.total_label
