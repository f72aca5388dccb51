"""What names mean in a query: the tables it reads and the granted columns that they have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches

from sqlglot import exp

from ecluse_platform.core.dictionary.drift import portal_name
from ecluse_platform.core.disclosure.queries.filters import Filter, filter_of, is_filter
from ecluse_platform.core.disclosure.queries.places import Places, listed
from ecluse_platform.core.policy.catalogue import YEAR_COLUMN, Catalogue, Column, Table, TableKind
from ecluse_platform.core.policy.project import Project
from ecluse_platform.core.refusals import Refusal

# A table may carry a sample, a pivot, a version in time…: whatever is not here is not a plain table.
_TABLE_PARTS = frozenset({"this", "alias"})


@dataclass(frozen=True)
class Source:
    """One table, or quality filter, as read by a query; the same one read twice is two sources."""

    alias: str
    label: str
    name: str
    table: Table = field(compare=False)
    granted: frozenset[str]
    null_extended: bool
    made_by: Filter | None = field(default=None, compare=False)

    @property
    def reads(self) -> tuple[str, ...]:
        """Name the tables that its rows come from."""
        return (self.name,) if self.made_by is None else self.made_by.reads

    @property
    def private(self) -> bool:
        """Say whether its rows speak of persons."""
        return self.table.kind is TableKind.PRIVATE


@dataclass(frozen=True)
class ColumnRef:
    """A granted column of one source."""

    source: Source
    name: str

    @property
    def column(self) -> Column:
        """Return what the catalogue says of it."""
        return self.source.table.columns[self.name]

    @property
    def written(self) -> str:
        """Its name as people write it: a filter's own columns in small letters, as in a workspace."""
        own = self.source.made_by is not None and self.name in self.source.made_by.own
        return self.name.lower() if own else self.name

    def sql(self) -> exp.Column:
        """Write it as generated SQL does, always with its source."""
        return exp.column(self.name, table=self.source.label)


class Scope:
    """The sources of one query, in order, and the columns merged by USING."""

    def __init__(self, catalogue: Catalogue, project: Project, places: Places) -> None:
        self._catalogue = catalogue
        self._project = project
        self._granted = {t.name: frozenset(t.columns) for t in project.data.tables}
        self._places = places
        self.sources: list[Source] = []
        self._merged: set[tuple[str, str]] = set()
        # Each is read once: a short text may name one hundreds of times.
        self._filters: dict[str, Filter] = {}

    @property
    def tables(self) -> tuple[str, ...]:
        """Name the tables that the project was granted."""
        return tuple(name for name in self._granted if name in self._catalogue.tables)

    @property
    def private_tables_read_twice(self) -> tuple[str, ...]:
        """Name the tables of persons' rows that the query joins with themselves."""
        tables = self._catalogue.tables
        reads = [name for source in self.sources if source.private for name in source.reads]
        names = [name for name in reads if tables[name].kind is TableKind.PRIVATE]
        return tuple(sorted({name for name in names if names.count(name) > 1}))

    def source(self, node: exp.Expr, *, null_extended: bool) -> Source:
        """Read a FROM or JOIN operand as a table of the permit; it enters the scope by ``enter``."""
        refuse = self._places.refusal
        plain = isinstance(node, exp.Table) and isinstance(node.this, exp.Identifier)
        if not plain or any(value for key, value in node.args.items() if key not in _TABLE_PARTS):
            raise refuse("sql_source", node, what=_words(node), known=listed(self.tables))
        alias = node.args.get("alias")
        if alias is not None and alias.args.get("columns"):
            raise refuse("sql_construct", node, what="AS … (…)")
        name = node.this.name.upper()
        label = f"t{len(self.sources) + 1}"
        if name not in self._granted and is_filter(name):
            made = self._filters.get(name) or filter_of(name, node, self._catalogue, self._project, self._places)
            self._filters[name] = made
            columns = frozenset(made.table.columns)
            return Source(node.alias_or_name.upper(), label, name.lower(), made.table, columns, null_extended, made)
        if name not in self._granted:
            raise self._no_table(node, name)
        # A column named by the permit but unknown to the catalogue has no class, so it cannot be judged.
        granted = self._granted[name] & frozenset(self._catalogue.tables[name].columns)
        return Source(node.alias_or_name.upper(), label, name, self._catalogue.tables[name], granted, null_extended)

    def enter(self, source: Source, node: exp.Expr) -> None:
        """Let the following names refer to a source."""
        if any(known.alias == source.alias for known in self.sources):
            raise self._places.refusal("sql_duplicate_alias", node, what=source.alias)
        self.sources.append(source)

    def merge(self, ref: ColumnRef) -> None:
        """Note that USING made this column one with another that is already in scope."""
        self._merged.add((ref.source.label, ref.name))

    def resolve(self, node: exp.Column) -> ColumnRef:
        """Return the granted column that a name means, whatever its case or quotes; refuse a doubtful one."""
        if node.args.get("db") or node.args.get("catalog") or not isinstance(node.this, exp.Identifier):
            raise self._places.refusal("sql_construct", node, what=node.sql(dialect="duckdb"))
        found = self.find(node.name, node.table)
        if len(found) == 1:
            return found[0]
        if found:
            known = listed(f"{ref.source.alias}.{ref.name}" for ref in found)
            raise self._places.refusal("sql_ambiguous_column", node, what=node.name, known=known)
        raise self._no_column(node)

    def find(self, name: str, alias: str = "") -> list[ColumnRef]:
        """List the granted columns that a name can mean."""
        name, alias = name.upper(), alias.upper()
        return [
            ColumnRef(source, name)
            for source in self.sources
            if name in source.granted and (source.alias == alias if alias else (source.label, name) not in self._merged)
        ]

    def read_back(self, node: exp.Column) -> ColumnRef:
        """Return what a generated column stands for."""
        source = next(source for source in self.sources if source.label == node.table)
        return ColumnRef(source, node.name)

    def _no_table(self, node: exp.Expr, name: str) -> Refusal:
        if name in self._catalogue.tables:
            return self._places.refusal("sql_table_not_granted", node, what=name, known=listed(self.tables))
        for table, year in self._years_of(name):
            return self._places.refusal("sql_table_of_a_year", node, what=name, known=table, year=str(year))
        close = get_close_matches(name, self.tables, n=3) or self.tables
        if "." in name or "/" in name:
            return self._places.refusal("sql_source", node, what=name, known=listed(self.tables))
        return self._places.refusal("sql_unknown_table", node, what=name, known=listed(close))

    def _years_of(self, name: str) -> Iterator[tuple[str, int]]:
        """Give the granted table, and the year, that the portal holds under a name of its own."""
        for table in self.tables:
            described = self._catalogue.tables[table]
            if described.yearly is None or YEAR_COLUMN not in self._granted[table]:
                continue
            yield from (
                (table, year)
                for year in self._project.data.years
                if portal_name(table, described, year).upper() == name
            )

    def _no_column(self, node: exp.Column) -> Refusal:
        name, alias = node.name.upper(), node.table.upper()
        sources = [s for s in self.sources if not alias or s.alias == alias]
        if any(name in source.table.columns for source in sources):
            return self._places.refusal("sql_column_not_granted", node, what=name)
        names = sorted({column for source in sources for column in source.granted})
        known = get_close_matches(name, names, n=3) or names or [source.alias for source in self.sources]
        return self._places.refusal(
            "sql_unknown_column", node, what=f"{node.table}.{node.name}".strip("."), known=listed(known)
        )


def _words(node: exp.Expr) -> str:
    return node.sql(dialect="duckdb", comments=False)
