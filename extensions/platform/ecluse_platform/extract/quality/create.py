"""Create the quality-filter views that a permit allows; the others are named, so that people learn what they lack."""

from __future__ import annotations

import duckdb

from ecluse_platform.core.quality import QUALITY_VIEWS, QualityView
from ecluse_platform.extract import sql


def create(connection: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """Create each view whose tables and columns are there; return the names of those that could not be made.

    The tables of the permit must be views already, and ``finess_doublons`` must exist wherever T_MCO_B does.
    """
    missing = []
    for view in QUALITY_VIEWS:
        try:
            connection.execute(f"CREATE VIEW {sql.name(view.name)} AS {view.select}")
        except (duckdb.BinderException, duckdb.CatalogException):
            # The permit grants too little for it: the rest of the data is none the worse.
            missing.append(view.name)
            continue
        connection.execute(f"COMMENT ON VIEW {sql.name(view.name)} IS {sql.literal(view.comment)}")
        _label_columns(connection, view)
    return tuple(missing)


def _label_columns(connection: duckdb.DuckDBPyConnection, view: QualityView) -> None:
    """Say what each column means: what the view says, else what the table says from which it is taken."""
    known: dict[str, str] = {}
    for table in view.tables:
        comments = connection.execute(
            "SELECT column_name, comment FROM duckdb_columns() WHERE table_name = ? AND comment IS NOT NULL", [table]
        ).fetchall()
        known = {**dict(comments), **known}
    known.update({column: f"{text.fr}\n{text.en}" for column, text in view.columns.items()})
    for column, *_ in connection.execute(f"DESCRIBE {sql.name(view.name)}").fetchall():
        if column in known:
            target = f"{sql.name(view.name)}.{sql.name(column)}"
            connection.execute(f"COMMENT ON COLUMN {target} IS {sql.literal(known[column])}")
