"""What a differentially private query is once it has been accepted: values only, free of the text it came from.

The way of one answer: ``inner_sql`` gives one row per row of the person-local relation, with its owner. Rows outside
the known keys are left out; each row becomes the whole numbers of ``vectors``; of each owner and cell at most ``rows``
rows stay, except for vectors that ask whether there is any; they are added up per owner and cell; of each owner at most
``cells`` cells stay; vectors are summed per cell. What one person can change of a measurement is bounded by its
``largest`` in ``cells`` cells. Noise is drawn for each measurement; ``outputs`` are computed from noised numbers only.
"""

from __future__ import annotations

import hashlib
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from ecluse_platform.core.privacy.loss import Accounting


class _Value(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class OutputKind(StrEnum):
    """How a column of the answer follows from measurements."""

    PERSONS = "persons"
    ROWS = "rows"
    DISTINCT = "distinct"
    SUM = "sum"
    MEAN = "mean"
    DEVIATION = "deviation"
    PROPORTION = "proportion"
    HISTOGRAM = "histogram"
    QUANTILE = "quantile"


class Combine(StrEnum):
    """How the rows of one owner in one cell become one whole number."""

    ADD = "add"
    ANY = "any"
    NONE = "none"
    DISTINCT = "distinct"


class Dimension(_Value):
    """One dimension: column ``d1``, ``d2``… of the inner SQL.

    ``keys`` are the categories to answer for, public whatever the data says; None where they are unknown.
    """

    name: str
    column: str
    type: Annotated[str, Field(description="Its DuckDB type.")]
    keys: tuple[str | int | None, ...] | None


class Vector(_Value):
    """One whole number per owner and cell.

    ``sql`` is an expression over the columns of the inner SQL, total and whole: one value per row. ``combine`` ADD
    sums it over the rows of an owner in a cell, ANY gives 1 when some row has 1, else 0, NONE the opposite of ANY.
    DISTINCT is no sum: the cell's number is that of distinct non-NULL values of ``sql`` (of any type) over the kept
    rows of all owners, of whom each holds at most ``rows``. ``least`` and ``most`` bound the value of one row.
    ``scale``: the number shown is the sum divided by 10 to its power. What lies outside of the bounds is clamped,
    NULL counts 0. ``outside``: a condition that holds where ``sql`` itself has clamped a value.
    """

    name: str
    sql: str
    combine: Combine
    least: int
    most: int
    scale: int = 0
    outside: str | None = None

    def largest(self, rows: int) -> int:
        """Return the largest amount by which one owner can change one cell, with so many rows at most."""
        one = max(abs(self.least), abs(self.most))
        return one if self.combine in {Combine.ANY, Combine.NONE} else one * rows


class Measurement(_Value):
    """One draw of noise over one or several vectors and all cells.

    ``disjoint``: one row of an owner counts in at most one of the vectors (bins of a histogram; with and without a
    property), so that they share the sensitivity of one. ``share`` is its part of the query's loss, in ``of`` parts.
    """

    vectors: Annotated[tuple[str, ...], Field(min_length=1)]
    disjoint: bool = False
    share: Annotated[int, Field(ge=1)] = 1


class Output(_Value):
    """One column of the answer, from vectors by name (``of``), after the noise.

    PERSONS, ROWS, DISTINCT, SUM: the vector ``of[0]``. MEAN: ``of`` = (sum of differences to ``middle``, number of
    values), clipped to ``low``..``high``. DEVIATION (standard deviation): the same two and the sum of squared
    differences, clipped to 0..half the range. PROPORTION: ``of`` = (with, without), disjoint. HISTOGRAM: ``of`` = one
    vector per bin between ``edges``. QUANTILE: the same, and ``fraction``.
    """

    name: str
    kind: OutputKind
    of: Annotated[tuple[str, ...], Field(min_length=1)]
    decimals: int = 0
    middle: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    edges: tuple[Decimal, ...] = ()
    fraction: Decimal | None = None


class PrivateQuery(_Value):
    """A query of which one person changes a bounded amount.

    ``epsilon`` (and ``delta`` for unknown keys, else 0) is shared out over ``measurements`` by their shares.
    ``counted`` names the vector (of persons, else of rows) whose noised value is held against the small-cell
    threshold, cell by cell; it is always part of a measurement. One further measurement, of sensitivity 1, counts the
    persons of whom something was left out or clamped, where that can happen: it takes ``clipped_percent`` of the loss
    before the shares.
    """

    accounting: Accounting
    epsilon: Decimal
    delta: Decimal
    tables: tuple[str, ...]
    canonical_sql: Annotated[str, Field(description="What was understood, for people to read.")]
    inner_sql: Annotated[str, Field(description="The only text that reads the extract: d1…, m1…, __u.")]
    dimensions: tuple[Dimension, ...]
    columns: Annotated[dict[str, str], Field(description="Columns m1, m2… of the inner SQL, with their DuckDB types.")]
    cells: Annotated[int, Field(ge=1)]
    rows: Annotated[int, Field(ge=1)]
    vectors: Annotated[tuple[Vector, ...], Field(min_length=1)]
    measurements: Annotated[tuple[Measurement, ...], Field(min_length=1)]
    outputs: Annotated[tuple[Output, ...], Field(min_length=1)]
    counted: str
    clipped_percent: Annotated[int, Field(ge=0, le=50, description="Part of the loss for it; 0: nothing is left out.")]
    groupings: Annotated[
        tuple[tuple[bool, ...], ...],
        Field(description="What is shown, the finest first: True where a dimension is; none: the cells alone."),
    ] = ()

    @property
    def clipped(self) -> bool:
        """Say whether something of a person may be left out or clamped, which is then told."""
        return self.clipped_percent > 0

    @property
    def fingerprint(self) -> str:
        """The hash of everything that decides what is drawn but the data: the same question has the same.

        Groupings are not in it: margins are made of what was drawn, so that they cost nothing.
        """
        return hashlib.sha256(self.model_dump_json(exclude={"groupings"}).encode()).hexdigest()
