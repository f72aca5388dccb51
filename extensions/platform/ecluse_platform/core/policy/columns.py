"""One column of a source table: its type, what it reveals, and what its name was in other years."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field, model_validator

from ecluse_platform.core.names import COLUMN_PATTERN, TABLE_PATTERN, ColumnName, TableName
from ecluse_platform.core.policy.strict import Policy
from ecluse_platform.core.text import Text

TYPE_PATTERN = r"^(VARCHAR|DATE|SMALLINT|INTEGER|BIGINT|DOUBLE|DECIMAL\(\d+,\d+\))$"
CODE_LIST_PATTERN = r"^[A-Z][A-Z0-9_]*$"
FIRST_YEAR = 1990
LAST_YEAR = 2100
_REFERENCE = rf"{TABLE_PATTERN.removesuffix('$')}\.{COLUMN_PATTERN.removeprefix('^')}"

Year = Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR)]


class ColumnClass(StrEnum):
    """What a column may be used for when results leave."""

    PSEUDONYM = "pseudonym"
    PROFESSIONAL = "professional"
    ESTABLISHMENT = "establishment"
    POTENTIAL_IDENTIFIER = "potential_identifier"
    TECHNICAL_KEY = "technical_key"
    DIMENSION = "dimension"
    DATE = "date"
    MEASURE = "measure"


class Unit(StrEnum):
    """A protected unit beside the person."""

    PROFESSIONAL = "professional"
    ESTABLISHMENT = "establishment"


class PotentialIdentifier(StrEnum):
    """The five potential identifiers of the SNDS; access profiles open one at a time."""

    BIRTH_MONTH = "birth_month"
    RESIDENCE = "residence"
    CARE_DATE = "care_date"
    DEATH_DATE = "death_date"
    DEATH_PLACE = "death_place"


_UNITS = {ColumnClass.PROFESSIONAL: Unit.PROFESSIONAL, ColumnClass.ESTABLISHMENT: Unit.ESTABLISHMENT}
REKEYED = frozenset({ColumnClass.PSEUDONYM, *_UNITS})


class Bounds(Policy):
    """The range to which a measure is held: what the source publishes or the operator sets, whatever the data says."""

    low: Annotated[float, Field(description="Least value that one row may add to a sum.")]
    high: Annotated[float, Field(description="Largest value that one row may add to a sum.")]

    @model_validator(mode="after")
    def _is_a_range(self) -> Bounds:
        if not self.low < self.high:
            raise ValueError("`low` must be below `high`")
        return self


class Former(Policy):
    """Where the same fact stood in earlier years."""

    column: Annotated[ColumnName, Field(description="The column's name then.")]
    table: Annotated[TableName | None, Field(description="The table it was in then; null for the same table.")]
    until: Annotated[Year, Field(description="Last year in which it stood there.")]
    recoded: Annotated[
        bool, Field(description="Whether its values or its grain differ, so that it cannot simply be read instead.")
    ]


class Column(Policy):
    """One column of a source table."""

    type: Annotated[str, Field(pattern=TYPE_PATTERN, description="DuckDB storage type.")]
    column_class: Annotated[
        ColumnClass, Field(alias="class", description="What the column reveals and may be used for.")
    ]
    label: Annotated[Text, Field(description="What the column holds.")]
    pseudonym: Annotated[
        str | None,
        Field(
            pattern=r"^[a-z_]+$",
            description="For an identifier of a person, professional or establishment: the space of identifiers it "
            "belongs to; equal spaces are re-keyed alike.",
        ),
    ] = None
    identifier: Annotated[
        PotentialIdentifier | None,
        Field(description="For a potential identifier: which of the five it is; two of one kind are no crossing."),
    ] = None
    coarser: Annotated[
        ColumnName | None,
        Field(description="Column of the same table that tells the same less finely, offered where this is refused."),
    ] = None
    sensitive: Annotated[
        bool, Field(description="Whether the value tells something intimate of a person: health, poverty, death.")
    ] = False
    bounds: Annotated[
        Bounds | None,
        Field(description="For a measure that may be summed: the range of one row, never drawn from the data."),
    ] = None
    nomenclature: Annotated[
        str | None, Field(pattern=CODE_LIST_PATTERN, description="Code list of its values, null when none is known.")
    ] = None
    refers: Annotated[
        str | None,
        Field(pattern=_REFERENCE, description="Column of a reference table that explains its values, TABLE.COLUMN."),
    ] = None
    since: Annotated[Year | None, Field(description="First year in which the source has it, null for always.")] = None
    until: Annotated[Year | None, Field(description="Last year in which the source has it, null for still.")] = None
    formerly: Annotated[
        tuple[Former, ...], Field(description="Where the same fact stood in earlier years, oldest first.")
    ] = ()

    @model_validator(mode="after")
    def _class_and_keys_agree(self) -> Column:
        if (self.column_class in REKEYED) != (self.pseudonym is not None):
            raise ValueError(
                "a pseudonym or an identifier of a professional or establishment, and nothing else, names its space "
                "under `pseudonym`"
            )
        if self.pseudonym is not None and self.type != "VARCHAR":
            raise ValueError("what is re-keyed must be VARCHAR: a number cannot hold the new identifier")
        if (self.column_class is ColumnClass.POTENTIAL_IDENTIFIER) != (self.identifier is not None):
            raise ValueError("a potential identifier, and only one, says under `identifier` which of the five it is")
        if self.bounds is not None and self.column_class is not ColumnClass.MEASURE:
            raise ValueError("only a measure has `bounds`")
        if self.since is not None and self.until is not None and self.until < self.since:
            raise ValueError("`until` comes before `since`")
        return self

    @property
    def unit(self) -> Unit | None:
        """Which protected unit, beside the person, the column identifies."""
        return _UNITS.get(self.column_class)
