"""Percentiles and box plots: values at positions of a distribution, with enough persons on each side.

A percentile near an end is nearly one person's value, the ends themselves are; two percentiles with few persons in
between list values one by one. Sources: ACRO, statbarns *Position* and *Endpoints*; ESSNet guidelines (Brandt et al.,
2010), percentiles, and that minimum and maximum are never released; Griffiths et al. (2019), box plots: whiskers and
outliers are single observations. A whisker of Tukey's kind ends at an observation: few persons are beyond it.

The value itself is never asked for: the rules are about who is below and above it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

from pydantic import Field

from ecluse_platform.core.disclosure.outputs.evidence import (
    Count,
    Label,
    Number,
    Output,
    Place,
    Value,
    check_labels,
    contradict,
)
from ecluse_platform.core.disclosure.outputs.findings import Check, OutputRule, Part, Position, overall, within
from ecluse_platform.core.policy.disclosure import DisclosureProfile

_ALL = 100
_BOX_LINES = 5


class Sides(Value):
    """Who is on each side of a value."""

    below: Annotated[Count, Field(description="Distinct persons with a smaller value.")]
    above: Annotated[Count, Field(description="Distinct persons with a larger value.")]


class Percentile(Sides):
    """One percentile."""

    percentile: Annotated[Number, Field(ge=0, le=_ALL, description="Which; 0 is the minimum, 100 the maximum.")]


class Percentiles(Output):
    """Percentiles of one variable among the same persons."""

    kind: Annotated[Literal["percentiles"], Field(description="Percentiles, the median among them.")]
    persons: Annotated[Count, Field(description="Distinct persons with a value.")]
    one_value_per_person: Annotated[bool, Field(description="No person has several values.")] = True
    values: Annotated[tuple[Percentile, ...], Field(min_length=1, description="The percentiles, in their order.")]

    @property
    def everybody(self) -> int:
        """Return the persons with a value."""
        return self.persons

    @property
    def entries(self) -> int:
        """Count the percentiles."""
        return len(self.values)

    def check_consistent(self, at: Place) -> None:
        """Hold the percentiles against one another and against the number of persons."""
        _check_sides(self.values, self.persons, "values", at, once=self.one_value_per_person)
        for index, one in enumerate(self.values):
            if index and one.percentile <= self.values[index - 1].percentile:
                contradict("output_times", at.of("values", index))
            # However it is computed, a percentile lies between two neighbours: one person more or less on a side.
            many = _ALL * (one.below - 1) > one.percentile * self.persons
            many |= _ALL * (one.above - 1) > (_ALL - one.percentile) * self.persons
            if self.one_value_per_person and many:
                contradict("output_sides", at.of("values", index))


class Box(Value):
    """One box, from the lower to the upper whisker; without whiskers, their lines are left out."""

    label: Annotated[Label, Field(description="Which group it is of; never repeated in a report.")]
    persons: Annotated[Count, Field(description="Distinct persons with a value.")]
    lines: Annotated[
        tuple[Sides, ...], Field(min_length=3, max_length=_BOX_LINES, description="Each line of it, from below.")
    ]
    outliers: Annotated[Count, Field(description="Points drawn beyond the whiskers.")]


class BoxPlot(Output):
    """Boxes drawn side by side."""

    kind: Annotated[Literal["box_plot"], Field(description="Box plots.")]
    one_value_per_person: Annotated[bool, Field(description="No person has several values.")] = True
    boxes: Annotated[tuple[Box, ...], Field(min_length=1, description="The boxes.")]

    @property
    def everybody(self) -> int:
        """Return the persons of all boxes."""
        return sum(box.persons for box in self.boxes)

    @property
    def entries(self) -> int:
        """Count the boxes."""
        return len(self.boxes)

    def check_consistent(self, at: Place) -> None:
        """Hold the lines of each box against one another and against the number of persons."""
        check_labels([box.label for box in self.boxes], "boxes", at)
        for index, box in enumerate(self.boxes):
            _check_sides(box.lines, box.persons, "lines", at.of("boxes", index), once=self.one_value_per_person)
            if box.outliers and self.one_value_per_person and box.outliers > box.persons:
                contradict("output_sides", at.of("boxes", index))


def _check_sides(lines: Sequence[Sides], persons: int, key: str, at: Place, *, once: bool) -> None:
    for index, line in enumerate(lines):
        least = 0 if not index else lines[index - 1].below
        most = persons if not index else lines[index - 1].above
        wrong = line.below < least or line.above > most or line.below > persons
        if wrong or (once and line.below + line.above > persons):
            contradict("output_sides", at.of(key, index))


def check_percentiles(shown: Percentiles, profile: DisclosureProfile) -> Iterator[Check]:
    """Apply every rule to percentiles."""
    yield overall(OutputRule.THRESHOLD, broken=shown.persons < profile.threshold_persons)
    ends = [((Part.PERCENTILE, n),) for n, one in enumerate(shown.values, 1) if one.percentile in {0, _ALL}]
    yield within(OutputRule.ENDPOINTS, ends)
    yield within(OutputRule.TAIL, [((Part.PERCENTILE, n),) for n in _short(shown.values, profile)])


def check_box_plot(shown: BoxPlot, profile: DisclosureProfile) -> Iterator[Check]:
    """Apply every rule to boxes."""
    numbered = list(enumerate(shown.boxes, 1))
    few = [((Part.BOX, b),) for b, box in numbered if box.persons < profile.threshold_persons]
    yield within(OutputRule.THRESHOLD, few)
    yield within(OutputRule.OUTLIERS, [((Part.BOX, b),) for b, box in numbered if box.outliers])
    short: list[Position] = [
        ((Part.BOX, b), (Part.LINE, line)) for b, box in numbered for line in _short(box.lines, profile)
    ]
    yield within(OutputRule.TAIL, short)


def _short(lines: Sequence[Sides], profile: DisclosureProfile) -> Iterator[int]:
    """Yield, from 1, the lines with too few persons below, above, or between them and the line before."""
    for index, line in enumerate(lines):
        between = profile.quantile_tail
        if index:
            before = lines[index - 1]
            # Equal values say nothing that one of them does not.
            between = max(line.below - before.below, before.above - line.above) or profile.quantile_tail
        if min(line.below, line.above, between) < profile.quantile_tail:
            yield index + 1
