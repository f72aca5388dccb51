"""The source changes with the years: where a column is found in each of them, and under which names of the portal."""

from __future__ import annotations

from dataclasses import dataclass

from ecluse_platform.core.names import TableName
from ecluse_platform.core.policy.catalogue import Catalogue, Table

_CENTURY = 100


@dataclass(frozen=True)
class Place:
    """A column of a table; ``recoded`` when its codes or its grain differ from those of the column asked for."""

    table: str
    column: str
    recoded: bool = False


def place_of(catalogue: Catalogue, table: str, column: str, year: int) -> Place | None:
    """Return where the fact that a column holds today stood in a year; None when the source did not have it then.

    A place that is not ``recoded`` may be read in the column's stead; another one only tells where to look.
    """
    described = catalogue.tables[table].columns[column]
    for former in described.formerly:
        if year <= former.until:
            return Place(former.table or table, former.column, former.recoded)
    if described.since is not None and year < described.since:
        return None
    if described.until is not None and year > described.until:
        return None
    return Place(table, column)


def portal_name(name: TableName, table: Table, year: int) -> str:
    """Return the name under which the portal holds one year of a table; of a flux year, for an archived table."""
    pattern = name
    if table.yearly is not None:
        pattern = table.yearly.pattern
    elif table.archive is not None and year <= table.archive.until:
        pattern = table.archive.pattern
    return pattern.replace("{yyyy}", f"{year:04}").replace("{yy}", f"{year % _CENTURY:02}")
