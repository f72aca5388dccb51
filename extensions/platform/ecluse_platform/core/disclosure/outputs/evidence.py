"""What all evidence has in common: closed, strict, finite and bounded values, and how to say where something stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated, NoReturn

from pydantic import BaseModel, ConfigDict, Field

from ecluse_platform.core.refusals import Refusal

# Nobody counts more; sums of so many fit in a float exactly.
_MOST = 2**40

Count = Annotated[int, Field(ge=0, le=_MOST)]
Number = Annotated[float, Field(allow_inf_nan=False)]
Label = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]+$")]
Slug = Annotated[str, Field(max_length=40, pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$")]


class Place:
    """A place in the file, as its author finds it: keys of the file with numbers from 1."""

    def __init__(self, *parts: tuple[str, int]) -> None:
        """Start at the top, or further down."""
        self._parts = parts

    def of(self, key: str, index: int) -> Place:
        """Return the place of an item of a list, by its index from 0."""
        return Place(*self._parts, (key, index + 1))

    def __str__(self) -> str:
        return ", ".join(f"{key} {number}" for key, number in self._parts)


class Value(BaseModel):
    """A part of evidence: unknown keys are errors, nothing is converted, nothing changes."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Output(Value):
    """What every kind of output says of itself."""

    kind: Annotated[str, Field(max_length=40, description="What it is.")]
    name: Annotated[Slug | None, Field(description="A word for the files that are written of it.")] = None
    population: Annotated[
        Slug, Field(description="The same word where two outputs are about almost the same persons.")
    ] = "study"

    @property
    def everybody(self) -> int | None:
        """Return how many persons the whole output is about, None where it does not say."""
        return None

    @property
    def entries(self) -> int:
        """Count the levels, steps, bins or pieces, which policy bounds."""
        return 1

    def check_consistent(self, at: Place) -> None:
        """Raise Refusal where numbers contradict one another, naming places of the file, never a value."""


def contradict(code: str, at: Place) -> NoReturn:
    """Refuse evidence that cannot be true."""
    raise Refusal(code, {"place": str(at)})


def check_labels(labels: Sequence[str], key: str, at: Place) -> None:
    """Refuse a label that stands twice."""
    seen: set[str] = set()
    for index, label in enumerate(labels):
        if label in seen:
            contradict("output_label_twice", at.of(key, index))
        seen.add(label)


def check_parts(parts: Iterable[int], whole: int, at: Place, *, once: bool) -> None:
    """Refuse parts that do not make the whole; where a person may be in several, parts that cannot."""
    counts = list(parts)
    fits = sum(counts) == whole if once else max(counts, default=0) <= whole <= sum(counts)
    if not fits:
        contradict("output_parts_differ", at)
