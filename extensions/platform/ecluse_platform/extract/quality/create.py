"""Create the quality-filter views that a permit allows; the others are named, so that people learn what they lack."""

from __future__ import annotations

import duckdb

from ecluse_platform.core.quality import QUALITY_VIEWS
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
    return tuple(missing)
