"""What a verified query is once it has been accepted: values only, free of the text it came from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


class Unit(StrEnum):
    """What is counted, and what a threshold protects."""

    PERSONS = "persons"
    ROWS = "rows"
    PROFESSIONALS = "professionals"
    ESTABLISHMENTS = "establishments"


class Kind(StrEnum):
    """How the numbers of a column follow from the quantities that are computed in each cell."""

    COUNT = "count"
    SUM = "sum"
    MEAN = "mean"
    STANDARD_DEVIATION = "standard_deviation"
    RATIO = "ratio"
    PERCENTAGE = "percentage"
    RATE = "rate"
    QUANTILE = "quantile"


class Measure(BaseModel):
    """One column of numbers.

    ``of`` and ``over`` name quantities of the statistics: a count (COUNT, RATIO, PERCENTAGE, RATE), a sum (SUM, MEAN,
    STANDARD_DEVIATION, RATIO) or a quantile (QUANTILE). What a column is, and what it therefore reveals:

    - COUNT, SUM: the quantity ``of``. ``of`` of a count may be empty: it is then that of the unit itself.
    - MEAN, STANDARD_DEVIATION: of the rows of the sum ``of`` that have a value; known with their number, a mean is a
      sum.
    - RATIO: ``of`` / ``over``. RATE: ``per`` * ``of`` / ``over``, where ``of`` counts a part of what ``over`` counts.
    - PERCENTAGE: 100 * ``of`` / ``over``, or, with ``margin``, 100 * ``of`` / the same quantity in the cell that is
      the total of those dimensions. A percentage and a rate reveal the part that is not counted too.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(min_length=1, description="Its name in the output.")]
    unit: Annotated[Unit, Field(description="What it counts, or whose threshold it obeys.")]
    kind: Annotated[Kind, Field(description="How it is made.")] = Kind.COUNT
    of: Annotated[str, Field(description="The quantity that it shows or divides.")] = ""
    over: Annotated[str | None, Field(description="The quantity that it divides by.")] = None
    margin: Annotated[tuple[str, ...], Field(description="Dimensions whose total a percentage is of.")] = ()
    per: Annotated[int, Field(ge=1, description="A rate is for so many.")] = 1
    decimals: Annotated[int, Field(ge=0, le=6, description="Digits after the point.")] = 0

    @model_validator(mode="after")
    def _has_what_its_kind_needs(self) -> Self:
        if self.kind is not Kind.COUNT and not self.of:
            raise ValueError(f"a {self.kind} is of a quantity")
        if (self.kind in {Kind.RATIO, Kind.RATE} or (self.kind is Kind.PERCENTAGE and not self.margin)) != (
            self.over is not None
        ):
            raise ValueError(f"a {self.kind} has another denominator, or none")
        if self.margin and self.kind is not Kind.PERCENTAGE:
            raise ValueError("only a percentage is of a margin")
        return self

    @property
    def quantities(self) -> tuple[str, ...]:
        """Name the quantities that it is made of; the empty name of a count stands for its unit."""
        first = self.of or self.unit.value
        return (first,) if self.over is None else (first, self.over)

    @property
    def has_complement(self) -> bool:
        """Say whether it also tells how many are not counted."""
        return self.kind in {Kind.PERCENTAGE, Kind.RATE}


@dataclass(frozen=True)
class VerifiedQuery:
    """A query whose every result row can be attributed to persons and protected.

    ``canonical_sql`` is what was understood, for people to read. ``guarded_sql`` is the only text that is ever run: it
    returns, per cell, the labels (``d1``…), then ``measured`` (persons by the researcher's key), ``persons`` (owners
    of rows) and ``rows``.
    """

    dimensions: tuple[str, ...]
    measures: tuple[Measure, ...]
    tables: tuple[str, ...]
    canonical_sql: str
    guarded_sql: str
