"""The catalogue: the source tables, what their columns mean and what they reveal."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from ecluse_platform.core.names import ColumnName, TableName
from ecluse_platform.core.policy.columns import (
    CODE_LIST_PATTERN,
    TYPE_PATTERN,
    Bounds,
    Column,
    ColumnClass,
    Former,
    PotentialIdentifier,
    Unit,
    Year,
)
from ecluse_platform.core.policy.strict import Policy
from ecluse_platform.core.text import Text

__all__ = [
    "YEAR_COLUMN",
    "Archive",
    "Bounds",
    "Catalogue",
    "Column",
    "ColumnClass",
    "DescribedTable",
    "Former",
    "Key",
    "Link",
    "Partition",
    "PotentialIdentifier",
    "Table",
    "TableKind",
    "Unit",
    "Yearly",
]

YEAR_COLUMN = "ANNEE"
CodeListName = Annotated[str, StringConstraints(pattern=CODE_LIST_PATTERN)]
StorageType = Annotated[str, StringConstraints(pattern=TYPE_PATTERN)]


class TableKind(StrEnum):
    """Whether the rows of a table speak of persons."""

    PRIVATE = "private"
    REFERENCE = "reference"


class Partition(StrEnum):
    """How the files of a table are cut."""

    FLUX_MONTH = "flux_month"
    YEAR = "year"


class Key(Policy):
    """Columns whose equality proves that two rows speak of the same person."""

    domain: Annotated[
        str,
        Field(
            pattern=r"^[a-z0-9_]+$", description="Name of the key space, shared by the tables that can be joined on it."
        ),
    ]
    columns: Annotated[
        tuple[ColumnName, ...], Field(min_length=1, description="All columns of the key, in the order of the domain.")
    ]


class Yearly(Policy):
    """A table that the portal holds once per year, joined here into one with the year in its first column."""

    pattern: Annotated[
        str,
        Field(
            pattern=r"^[A-Z0-9_]*\{(yy|yyyy)\}[A-Z0-9_]*$",
            description="The portal's name of one year: {yy} stands for two digits of the year, {yyyy} for four.",
        ),
    ]


class Archive(Policy):
    """Older years of a table, which the portal holds under other names."""

    pattern: Annotated[
        str,
        Field(pattern=r"^[A-Z0-9_]*\{yyyy\}[A-Z0-9_]*$", description="The portal's name of one archived year."),
    ]
    until: Annotated[Year, Field(description="Last archived year.")]


class Table(Policy):
    """One source table."""

    title: Annotated[Text, Field(description="What one row of the table is.")]
    kind: Annotated[
        TableKind, Field(description="Whether its rows speak of persons (private) or are national reference data.")
    ]
    primary_key: Annotated[
        tuple[ColumnName, ...], Field(description="Columns that identify one row; empty when the table has none.")
    ]
    keys: Annotated[
        tuple[Key, ...],
        Field(description="For a private table: the keys by which it can be joined without mixing persons."),
    ]
    owner: Annotated[
        str | None,
        Field(description="For a private table: domain of the key that leads to the person of a row."),
    ]
    care_date: Annotated[
        ColumnName | None, Field(description="Column that decides the year of care; null when the table has none.")
    ]
    partition: Annotated[
        Partition | None, Field(description="How its files are cut: by month of flux, by year, or not at all (null).")
    ] = None
    yearly: Annotated[
        Yearly | None, Field(description="For a table that the portal holds once per year: how it is named there.")
    ] = None
    archive: Annotated[
        Archive | None, Field(description="For a table whose old years the portal holds apart: how they are named.")
    ] = None
    columns: Annotated[
        dict[ColumnName, Column], Field(min_length=1, description="Columns, in the order of the source.")
    ]

    @model_validator(mode="after")
    def _keys_are_columns(self) -> Table:
        unknown = sorted(set(self._named()) - set(self.columns))
        if unknown:
            raise ValueError(f"these key columns are not columns of the table: {', '.join(unknown)}")
        if (self.kind is TableKind.PRIVATE) != (self.owner is not None):
            raise ValueError("a private table, and only a private table, names the key of its owner")
        if self.owner is not None and self.owner not in {key.domain for key in self.keys}:
            raise ValueError("`owner` must be the domain of one of the table's keys")
        if (self.yearly is not None) != (next(iter(self.columns)) == YEAR_COLUMN):
            raise ValueError(f"a yearly table, and only a yearly table, starts with the column {YEAR_COLUMN}")
        return self

    def _named(self) -> Iterator[str]:
        yield from self.primary_key
        for key in self.keys:
            yield from key.columns
        if self.care_date is not None:
            yield self.care_date
        for column in self.columns.values():
            if column.coarser is not None:
                yield column.coarser

    @property
    def person_key(self) -> Key | None:
        """The key that leads to the person of a row; None for reference data."""
        return next((key for key in self.keys if key.domain == self.owner), None)


class DescribedTable(Policy):
    """A table of which the dictionary knows names and types; without keys and classes it can be granted to nobody."""

    title: Annotated[Text, Field(description="What the table holds.")]
    product: Annotated[str, Field(min_length=2, description="The part of the source it belongs to.")]
    columns: Annotated[
        dict[ColumnName, StorageType], Field(min_length=1, description="Storage type of each column, in order.")
    ]


class Link(Policy):
    """Columns of one table whose values are those of another's."""

    table: Annotated[TableName, Field(description="The table that refers.")]
    columns: Annotated[tuple[ColumnName, ...], Field(min_length=1, description="Its columns.")]
    target: Annotated[TableName, Field(description="The table referred to.")]
    target_columns: Annotated[tuple[ColumnName, ...], Field(min_length=1, description="The columns meant there.")]

    @model_validator(mode="after")
    def _sides_match(self) -> Link:
        if len(self.columns) != len(self.target_columns):
            raise ValueError("a link names as many columns on both sides")
        return self


class Catalogue(Policy):
    """policies/catalogue/<name>.yaml: all that is known of the source tables."""

    name: Annotated[
        str,
        Field(
            pattern=r"^[a-z][a-z0-9-]{1,31}$",
            description="The source's short name; a project's privacy budget is kept for it, so it never changes.",
        ),
    ]
    title: Annotated[Text, Field(description="The name of the source.")]
    identifiers_per_person: Annotated[
        int,
        Field(
            ge=1,
            description="Most identifiers that linked rows may give one person; beyond, the rows have no owner.",
        ),
    ]
    tables: Annotated[dict[TableName, Table], Field(min_length=1, description="Source tables by name.")]
    described: Annotated[
        dict[TableName, DescribedTable],
        Field(default_factory=dict, description="Tables that the dictionary shows and that no permit may grant."),
    ]
    values: Annotated[
        dict[CodeListName, dict[str, Text | None]],
        Field(default_factory=dict, description="Codes of the code lists, with their meaning where it is known."),
    ]
    links: Annotated[
        tuple[Link, ...], Field(description="Which columns of which tables hold the values of which others.")
    ] = ()

    @model_validator(mode="after")
    def _tables_are_told_apart(self) -> Catalogue:
        both = sorted(set(self.tables) & set(self.described))
        if both:
            raise ValueError(f"these tables are described twice: {', '.join(both)}")
        return self
