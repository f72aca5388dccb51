"""SPEC.yaml: what the columns of a table of results are, as `ecluse protect` is told."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from ecluse_platform.core.policy.strict import Policy

Name = Annotated[str, Field(min_length=1)]


class CountedUnit(StrEnum):
    """What a column counts."""

    PERSON = "person"
    EVENT = "event"
    PROFESSIONAL = "professional"
    ESTABLISHMENT = "establishment"


class DimensionSpec(Policy):
    """One column of labels."""

    name: Annotated[Name, Field(description="Its column.")]
    total: Annotated[str | None, Field(description="The label of its total; none if the table has no totals.")] = None
    hierarchy: Annotated[
        dict[Name, tuple[str, ...]] | None, Field(description="Groups: each label with the labels directly inside it.")
    ] = None
    constant_per_person: Annotated[
        bool, Field(description="Each person is in one category only, so that totals are sums.")
    ] = True
    sensitive: Annotated[bool, Field(description="Its categories say something private.")] = False


class CountSpec(Policy):
    """One column of counts."""

    name: Annotated[Name, Field(description="Its column.")]
    unit: Annotated[CountedUnit, Field(strict=False, description="What it counts.")]


class MagnitudeSpec(Policy):
    """One column of sums; the columns of its largest contributions are read and never written."""

    name: Annotated[Name, Field(description="Its column.")]
    count: Annotated[Name, Field(description="The column that counts who contributes to it.")]
    largest: Annotated[Name | None, Field(description="The column of the largest contribution.")] = None
    second: Annotated[Name | None, Field(description="The column of the second largest contribution.")] = None


class TableSpec(Policy):
    """What the columns of a table are."""

    dimensions: Annotated[tuple[DimensionSpec, ...], Field(min_length=1, description="Columns of labels.")]
    counts: Annotated[tuple[CountSpec, ...], Field(min_length=1, description="Columns of counts.")]
    magnitudes: Annotated[tuple[MagnitudeSpec, ...], Field(description="Columns of sums.")] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """Name every column that must be in the file, each once."""
        named = [dimension.name for dimension in self.dimensions]
        named += [count.name for count in self.counts]
        for magnitude in self.magnitudes:
            named += [magnitude.name, magnitude.count, magnitude.largest or "", magnitude.second or ""]
        return tuple(dict.fromkeys(name for name in named if name))
