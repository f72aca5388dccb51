"""What a verified query is once it has been accepted: values only, free of the text it came from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class Unit(StrEnum):
    """What a measure counts."""

    PERSONS = "persons"
    ROWS = "rows"


class Measure(BaseModel):
    """One column of counts."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(min_length=1, description="Its name in the output.")]
    unit: Annotated[Unit, Field(description="What it counts.")]


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
