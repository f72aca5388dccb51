"""The catalogue: the source tables, what their columns mean and what they reveal."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field, model_validator

from ecluse_platform.core.names import ColumnName, TableName
from ecluse_platform.core.policy.strict import Policy
from ecluse_platform.core.text import Text


class TableKind(StrEnum):
    """Whether the rows of a table speak of persons."""

    PRIVATE = "private"
    REFERENCE = "reference"


class ColumnClass(StrEnum):
    """What a column may be used for when results leave."""

    PSEUDONYM = "pseudonym"
    POTENTIAL_IDENTIFIER = "potential_identifier"
    TECHNICAL_KEY = "technical_key"
    DIMENSION = "dimension"
    DATE = "date"
    MEASURE = "measure"


class Column(Policy):
    """One column of a source table."""

    type: Annotated[
        str,
        Field(
            pattern=r"^(VARCHAR|DATE|SMALLINT|INTEGER|BIGINT|DOUBLE|DECIMAL\(\d+,\d+\))$",
            description="DuckDB storage type.",
        ),
    ]
    column_class: Annotated[
        ColumnClass, Field(alias="class", description="What the column reveals and may be used for.")
    ]
    label: Annotated[Text, Field(description="What the column holds.")]
    pseudonym: Annotated[
        str | None,
        Field(
            pattern=r"^[a-z_]+$",
            description="For a pseudonym: the space of identifiers it belongs to; equal spaces are re-keyed alike.",
        ),
    ] = None

    @model_validator(mode="after")
    def _pseudonyms_name_their_space(self) -> Column:
        if (self.column_class is ColumnClass.PSEUDONYM) != (self.pseudonym is not None):
            raise ValueError("a pseudonym, and only a pseudonym, names its space under `pseudonym`")
        return self


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
    columns: Annotated[
        dict[ColumnName, Column], Field(min_length=1, description="Columns, in the order of the source.")
    ]

    @model_validator(mode="after")
    def _keys_are_columns(self) -> Table:
        named = {*self.primary_key, *(c for key in self.keys for c in key.columns)}
        if self.care_date is not None:
            named.add(self.care_date)
        unknown = sorted(named - set(self.columns))
        if unknown:
            raise ValueError(f"these key columns are not columns of the table: {', '.join(unknown)}")
        if (self.kind is TableKind.PRIVATE) != (self.owner is not None):
            raise ValueError("a private table, and only a private table, names the key of its owner")
        if self.owner is not None and self.owner not in {key.domain for key in self.keys}:
            raise ValueError("`owner` must be the domain of one of the table's keys")
        return self


class Catalogue(Policy):
    """policies/catalogue/<name>.yaml: all that is known of the source tables."""

    title: Annotated[Text, Field(description="The name of the source.")]
    identifiers_per_person: Annotated[
        int,
        Field(
            ge=1,
            description="Most identifiers that linked rows may give one person; beyond, the rows have no owner.",
        ),
    ]
    tables: Annotated[dict[TableName, Table], Field(min_length=1, description="Source tables by name.")]
