"""What a researcher chooses for a differentially private answer: privacy, and how much one person may count.

Nothing here is trusted: each value is held against the policy, and none is read from the data.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Number = Annotated[
    Decimal, Field(max_digits=18, allow_inf_nan=False, description="An exact decimal number; never binary floating.")
]


class Range(BaseModel):
    """The range to which each value of a column is clamped before it is summed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    low: Number
    high: Number

    @model_validator(mode="after")
    def _is_a_range(self) -> Self:
        if not self.low < self.high:
            raise ValueError("`low` must be below `high`")
        return self


class PrivacyAsk(BaseModel):
    """What goes with the SQL of a differentially private query.

    ``cells``: most cells of the result that one person may be in; ``rows``: most rows of one person that count in one
    cell. None: what the planner infers (1 where a relation has one row per person), else the profile's own default.
    ``bounds``: by output column. ``keys``: by dimension, the categories to answer for, where the catalogue names none;
    None there asks for unknown keys, found by a threshold that costs ``delta``. ``edges``: by output column, the bins
    of a histogram or quantile.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    epsilon: Annotated[Number, Field(description="Privacy loss of the whole answer; above 0.")]
    delta: Annotated[Number | None, Field(description="Chance that unknown keys may cost; null for known keys.")] = None
    cells: Annotated[int | None, Field(description="Most cells that one person may be in.")] = None
    rows: Annotated[int | None, Field(description="Most rows of one person that count in one cell.")] = None
    bounds: Annotated[dict[str, Range], Field(max_length=20, description="Ranges of summed columns, by output.")] = {}
    keys: Annotated[
        dict[str, Annotated[tuple[str | int, ...], Field(min_length=1, max_length=5000)]],
        Field(max_length=10, description="Categories to answer for, by dimension."),
    ] = {}
    edges: Annotated[
        dict[str, Annotated[tuple[Number, ...], Field(min_length=2, max_length=500)]],
        Field(max_length=20, description="Edges of bins, by output column."),
    ] = {}
