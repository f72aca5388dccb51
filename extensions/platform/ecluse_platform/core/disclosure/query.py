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

    @property
    def shows_a_part(self) -> bool:
        """Say whether it counts those with a property among others: nobody of many is not a cell of nobody."""
        return self.has_complement or (self.kind is Kind.COUNT and self.of.startswith(part_of("")))


def counted(unit: Unit) -> str:
    """Name the count of a unit by the column that the researcher chose; the unit's own name is that of the rules."""
    return f"counted_{unit.value}"


def part_of(count: str) -> str:
    """Name the count of those that have the query's property, among all of another count."""
    return f"part_{count}"


@dataclass(frozen=True)
class Summed:
    """A column that is summed, averaged or ranked: ``s1``, ``s2``… in the guarded SQL, with what is asked of it.

    ``digits`` are those after the point of its type: every value is a whole number of the smallest unit.
    ``quantiles`` are fractions between 0 and 1, as text: exact, and the same in every run.
    """

    name: str
    digits: int
    nonnegative: bool
    squares: bool = False
    quantiles: tuple[str, ...] = ()

    def quantile(self, fraction: str) -> str:
        """Name one of its quantiles as a quantity."""
        return f"{self.name}_quantile_{fraction.removeprefix('0.')}"


@dataclass(frozen=True)
class Facts:
    """What the guarded SQL gives beyond labels (``d1``…), owners (``u``) and their rows (``n``).

    ``key``: it distinguishes the persons by the key that the researcher chose (``k``). ``part``: it counts the rows
    that have the query's property (``r``). ``units``: what identifies whom in its columns ``p1``, ``p2``….
    ``largest``: how many of the largest contributors to each sum are needed.
    """

    key: bool = False
    part: bool = False
    units: tuple[Unit, ...] = ()
    sums: tuple[Summed, ...] = ()
    largest: int = 2


@dataclass(frozen=True)
class VerifiedQuery:
    """A query whose every result row can be attributed to persons and protected.

    ``canonical_sql`` is what was understood, for people to read. ``guarded_sql`` is the only text that ever reads the
    extract: one row per combination of labels and owner, with the columns that ``facts`` describes. ``sets`` are the
    grouping sets that are shown, each telling for every dimension whether it is shown (True) or totalled; ``sensitive``
    tells for every dimension whether its labels say something intimate; ``recent`` names one that is of time.
    """

    dimensions: tuple[str, ...]
    measures: tuple[Measure, ...]
    tables: tuple[str, ...]
    canonical_sql: str
    guarded_sql: str
    sets: tuple[tuple[bool, ...], ...] = ()
    facts: Facts = Facts()
    sensitive: tuple[bool, ...] = ()
    recent: str | None = None
