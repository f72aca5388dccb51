"""What a query of the small world computes, cell by cell, as the compute service's child would."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

import small_world
from ecluse_platform.compute.measuring import Measured, measure
from ecluse_platform.core.disclosure import ProtectedTable, VerifiedQuery
from ecluse_platform.core.disclosure.protecting import protect_table
from ecluse_platform.core.disclosure.queries.plan import plan_query
from ecluse_platform.core.policy.disclosure import DisclosureProfile

MOST = 5000
Labels = tuple[str | None, ...]


def planned(sql: str, profile: DisclosureProfile | None = None) -> VerifiedQuery:
    """Plan a query of the small project."""
    rules = profile or small_world.profile()
    return plan_query(small_world.catalogue(), small_world.project(), rules, sql, small_world.LONGEST_SQL)


def measured(connection: duckdb.DuckDBPyConnection, query: VerifiedQuery) -> Measured:
    """Compute the cells of a query on the small tables of a connection, as often as it is asked."""
    connection.execute("DROP TABLE IF EXISTS facts")
    return measure(connection, query, small_world.profile().total_label, MOST, MOST)


def labels_of(found: Measured) -> list[tuple[Labels, tuple[bool, ...]]]:
    """Return each cell's labels, None for a total, and which of them are totals."""
    cells = []
    for codes in found.layout.codes:
        pairs = list(zip(found.layout.dimensions, codes, strict=True))
        totals = tuple(bool(code == dimension.total) for dimension, code in pairs)
        labels = tuple(None if code == d.total else d.categories[code] for d, code in pairs)
        cells.append((labels, totals))
    return cells


@dataclass(frozen=True)
class Counted:
    """A cell that is shown or hidden, and how many persons and rows it has."""

    labels: Labels
    persons: int
    rows: int


def counted(found: Measured) -> list[Counted]:
    """Return the cells that become rows of the table, in their order."""
    numbers = zip(labels_of(found), found.statistics.persons, found.statistics.rows, strict=True)
    cells = [Counted(labels, int(persons), int(rows)) for (labels, _), persons, rows in numbers]
    return [cell for cell, published in zip(cells, found.layout.published, strict=True) if published]


def protected(query: VerifiedQuery, found: Measured, profile: DisclosureProfile) -> ProtectedTable:
    """Protect what was computed, as the compute service's child would; raise Refusal where it would."""
    return protect_table(found.layout, found.statistics, query.measures, profile, recent=query.recent).table
