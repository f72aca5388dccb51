"""The dictionary as lines: one per table and one per column, for the file that an extract ships."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from ecluse_platform.core.policy.catalogue import Catalogue, Column, DescribedTable, Table


@dataclass(frozen=True)
class Entry:
    """One line of the dictionary; ``column_name`` is None for the line of the table itself.

    ``granted`` says whether the permit grants it, ``source`` how the portal names the table, ``type`` of a table how
    its files are cut, ``class`` of a table whether it is private or reference data, ``keys`` of a table its primary
    key and of a column the domains of keys it is part of. What has no value is None, never empty.
    """

    table_name: str
    column_name: str | None
    position: int
    type: str | None
    label_fr: str | None
    label_en: str | None
    granted: bool
    column_class: str | None = None
    identifier: str | None = None
    keys: str | None = None
    code_list: str | None = None
    refers: str | None = None
    coarser: str | None = None
    sensitive: bool = False
    low: float | None = None
    high: float | None = None
    since: int | None = None
    until: int | None = None
    formerly: str | None = None
    source: str | None = None


def entries(catalogue: Catalogue, granted: Mapping[str, Collection[str]]) -> Iterator[Entry]:
    """Yield the whole dictionary, in the catalogue's order; ``granted`` names the permit's columns by table."""
    links = _links(catalogue)
    for name, table in catalogue.tables.items():
        yield _table(name, table, granted=name in granted)
        keys = _key_domains(table)
        for position, (column_name, column) in enumerate(table.columns.items(), start=1):
            line = _column(name, column_name, position, column)
            yield replace(
                line,
                granted=column_name in granted.get(name, ()),
                keys=keys.get(column_name),
                refers=column.refers or links.get((name, column_name)),
            )
    for name, described in catalogue.described.items():
        yield from _described(name, described, links)


def _table(name: str, table: Table, *, granted: bool) -> Entry:
    source = table.yearly.pattern if table.yearly else name
    if table.archive:
        source = f"{source}, {table.archive.pattern} ≤ {table.archive.until}"
    return Entry(
        table_name=name,
        column_name=None,
        position=0,
        type=table.partition.value if table.partition else None,
        label_fr=table.title.fr,
        label_en=table.title.en,
        granted=granted,
        column_class=table.kind.value,
        keys=" ".join(table.primary_key) or None,
        source=source,
    )


def _column(table: str, name: str, position: int, column: Column) -> Entry:
    return Entry(
        table_name=table,
        column_name=name,
        position=position,
        type=column.type,
        label_fr=column.label.fr,
        label_en=column.label.en,
        granted=False,
        column_class=column.column_class.value,
        identifier=column.identifier.value if column.identifier else None,
        code_list=column.nomenclature,
        coarser=column.coarser,
        sensitive=column.sensitive,
        low=column.bounds.low if column.bounds else None,
        high=column.bounds.high if column.bounds else None,
        since=column.since,
        until=column.until,
        formerly=", ".join(f"{f.table or table}.{f.column} ≤ {f.until}" for f in column.formerly) or None,
    )


def _described(name: str, table: DescribedTable, links: Mapping[tuple[str, str], str]) -> Iterator[Entry]:
    yield Entry(name, None, 0, None, table.title.fr, table.title.en, granted=False, source=table.product)
    for position, (column, kind) in enumerate(table.columns.items(), start=1):
        yield Entry(name, column, position, kind, None, None, granted=False, refers=links.get((name, column)))


def _key_domains(table: Table) -> dict[str, str]:
    """Return the domains of the keys that each column is part of."""
    domains: dict[str, list[str]] = {}
    for key in table.keys:
        for column in key.columns:
            domains.setdefault(column, []).append(key.domain)
    return {column: " ".join(names) for column, names in domains.items()}


def _links(catalogue: Catalogue) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], list[str]] = {}
    for link in catalogue.links:
        for column, target in zip(link.columns, link.target_columns, strict=True):
            found.setdefault((link.table, column), []).append(f"{link.target}.{target}")
    return {place: " ".join(targets) for place, targets in found.items()}
