"""A table that may be looked at: every value shown obeys the rules, every other one is absent."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ecluse_platform.core.disclosure.query import Measure, Unit
from ecluse_platform.core.text import Text


class Rule(StrEnum):
    """A rule that can hide a cell."""

    THRESHOLD_PERSONS = "threshold_persons"
    THRESHOLD_ROWS = "threshold_rows"


class _Value(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Finding(_Value):
    """Why a cell is hidden; data stewards see it, the released file does not."""

    rule: Annotated[Rule, Field(strict=False, description="The rule that hides the cell.")]
    wording: Annotated[Text, Field(description="The rule in words, without the count that broke it.")]


class Row(_Value):
    """One cell: its labels, and its measures or the reason why they are hidden."""

    labels: tuple[str | None, ...]
    values: tuple[Annotated[int, Field(ge=0)] | None, ...]
    finding: Finding | None

    @model_validator(mode="after")
    def _hides_all_or_nothing(self) -> Self:
        shown = [value is not None for value in self.values]
        if self.finding is None and not all(shown):
            raise ValueError("a value is missing but no rule hides it")
        if self.finding is not None and any(shown):
            raise ValueError("a hidden row holds a value")
        return self


class ProtectedTable(_Value):
    """The only form in which a result leaves the computing process.

    It carries the thresholds that it obeys and cannot be built, nor read back from JSON, when a value breaks them.
    """

    dimensions: tuple[str, ...]
    measures: Annotated[tuple[Measure, ...], Field(min_length=1)]
    rows: tuple[Row, ...]
    threshold_persons: Annotated[int, Field(ge=2)]
    threshold_rows: Annotated[int, Field(ge=2)]

    @property
    def columns(self) -> tuple[str, ...]:
        """Name the columns of the released file, dimensions first."""
        return (*self.dimensions, *(measure.name for measure in self.measures))

    @property
    def hidden(self) -> int:
        """Count the rows that are hidden."""
        return sum(row.finding is not None for row in self.rows)

    @property
    def published(self) -> int:
        """Count the rows that are shown."""
        return len(self.rows) - self.hidden

    @model_validator(mode="after")
    def _rows_fit_the_columns(self) -> Self:
        for row in self.rows:
            if len(row.labels) != len(self.dimensions) or len(row.values) != len(self.measures):
                raise ValueError("a row does not have the columns of its table")
        if len({row.labels for row in self.rows}) != len(self.rows):
            raise ValueError("two rows have the same labels")
        return self

    @model_validator(mode="after")
    def _shows_nothing_under_a_threshold(self) -> Self:
        least = {Unit.PERSONS: self.threshold_persons, Unit.ROWS: self.threshold_rows}
        for row in self.rows:
            if row.finding is not None:
                continue
            pairs = zip(row.values, self.measures, strict=True)
            if any(value is not None and value < least[measure.unit] for value, measure in pairs):
                raise ValueError("a value under its threshold is shown")
        return self
