"""What a project may see: its granted tables and columns, and the quality-filter views made of them."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property

from sqlglot import exp

from ecluse_platform.core.dictionary.drift import portal_name
from ecluse_platform.core.disclosure.queries.places import Places, listed
from ecluse_platform.core.policy.catalogue import YEAR_COLUMN, Catalogue, Column, ColumnClass, Table, TableKind
from ecluse_platform.core.policy.project import Project
from ecluse_platform.core.privacy.plan.relation import ROW, Key, Meaning, Relation, Rule
from ecluse_platform.core.quality import QUALITY_VIEWS, QualityView
from ecluse_platform.core.refusals import Refusal

_OF_PROFESSIONALS = frozenset({ColumnClass.PROFESSIONAL, ColumnClass.ESTABLISHMENT})


@dataclass(frozen=True)
class World:
    """The names that a private query may use; all in small letters, as the planner writes them."""

    catalogue: Catalogue
    project: Project
    places: Places

    @cached_property
    def tables(self) -> dict[str, tuple[str, Table]]:
        """The granted tables whose rows are persons' or nobody's: never those that describe professionals."""
        found = ((t.name, self.catalogue.tables.get(t.name)) for t in self.project.data.tables)
        return {name.lower(): (name, table) for name, table in found if table is not None and not _describes(table)}

    @cached_property
    def schema(self) -> dict[str, dict[str, str]]:
        """The granted columns of each table, with their types."""
        return {
            low: {c.lower(): table.columns[c].type for c in self._granted(name)}
            for low, (name, table) in self.tables.items()
        }

    @cached_property
    def views(self) -> dict[str, QualityView]:
        """The quality-filter views that ship with the platform; a granted table of the same name is that table."""
        return {view.name: view for view in QUALITY_VIEWS if view.name not in self.tables}

    @cached_property
    def yearly(self) -> dict[str, str]:
        """The portal's names of single years, with what each of them holds: a year of a granted table, without it."""
        found: dict[str, str] = {}
        for low, (name, table) in self.tables.items():
            kind = self.schema[low].get(YEAR_COLUMN.lower())
            if table.yearly is None or kind is None:
                continue
            columns = ", ".join(f'"{column}"' for column in self.schema[low] if column != YEAR_COLUMN.lower())
            for year in self.project.data.years:
                held = f"'{year}'" if kind == "VARCHAR" else str(year)
                rows = f'SELECT {columns} FROM "{low}" WHERE "{YEAR_COLUMN.lower()}" = {held}'  # noqa: S608 - names of the catalogue
                found[portal_name(name, table, year).lower()] = rows
        return {name: rows for name, rows in found.items() if name not in self.tables}

    def column(self, base: tuple[str, str]) -> Column:
        """Return what the catalogue says of a base column."""
        return self.catalogue.tables[base[0]].columns[base[1]]

    def relation(self, low: str) -> Relation:
        """Return the type of a granted table: its keys, what they determine, what its columns mean."""
        name, table = self.tables[low]
        granted = self._granted(name)
        columns = {column.lower(): self._meaning(name, column, table.columns[column]) for column in granted}
        keys = tuple(
            Key(key.domain, tuple(c.lower() for c in key.columns))
            for key in table.keys
            if set(key.columns) <= set(granted)
        )
        rules: tuple[Rule, ...] = ()
        if table.primary_key and set(table.primary_key) <= set(granted):
            rules = ((frozenset(c.lower() for c in table.primary_key), frozenset({ROW})),)
        return Relation(table.kind is TableKind.PRIVATE, columns, keys, rules)

    def no_table(self, node: exp.Expr, name: str) -> Refusal:
        """Say why a name is no table of the project, and which names are."""
        known = [name for name, _ in self.tables.values()]
        upper = name.upper()
        if upper in self.catalogue.tables and _describes(self.catalogue.tables[upper]):
            return self.places.refusal("private_professionals_table", node, what=upper)
        if upper in self.catalogue.tables:
            return self.places.refusal("sql_table_not_granted", node, what=upper, known=listed(known))
        if "." in name or "/" in name:
            return self.places.refusal("sql_source", node, what=name, known=listed(known))
        close = get_close_matches(upper, known, n=3) or known
        return self.places.refusal("sql_unknown_table", node, what=name, known=listed(close))

    def no_column(self, node: exp.Expr, name: str, relations: list[Relation]) -> Refusal:
        """Say why a name is no column of what is read: it does not exist there, or the permit does not grant it."""
        upper = name.upper()
        read = {m.base[0] for relation in relations for m in relation.columns.values() if m.base is not None}
        held = {table for table in read & set(self.catalogue.tables) if upper in self.catalogue.tables[table].columns}
        if any(upper not in self._granted(table) for table in held):
            return self.places.refusal("sql_column_not_granted", node, what=upper)
        known = sorted({column.upper() for relation in relations for column in relation.columns})
        close = get_close_matches(upper, known, n=3) or known
        return self.places.refusal("sql_unknown_column", node, what=upper, known=listed(close))

    def _granted(self, name: str) -> tuple[str, ...]:
        """Name the granted columns in the catalogue's order: a star means the same in every process."""
        granted = next(t.columns for t in self.project.data.tables if t.name == name)
        return tuple(column for column in self.catalogue.tables[name].columns if column in granted)

    def _meaning(self, table: str, name: str, column: Column) -> Meaning:
        base = (table, name)
        whole = column.type in {"SMALLINT", "INTEGER", "BIGINT"}
        values: tuple[str | int, ...] | None = None
        if name == YEAR_COLUMN:
            values = tuple(y if whole else str(y) for y in self.project.data.years)
        elif column.nomenclature in self.catalogue.values:
            codes = self.catalogue.values[column.nomenclature]
            values = tuple(int(c) for c in codes if _whole(c)) if whole else tuple(codes)
        low, high = (None, None) if column.bounds is None else (str(column.bounds.low), str(column.bounds.high))
        return Meaning.of_base(column.type, base, values, low, high)


def _describes(table: Table) -> bool:
    """Say whether a reference table describes professionals or establishments, or is itself drawn from care."""
    return table.kind is TableKind.REFERENCE and any(
        c.column_class in _OF_PROFESSIONALS for c in table.columns.values()
    )


def _whole(code: str) -> bool:
    return code.removeprefix("-").isdecimal()
