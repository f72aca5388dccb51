"""Survival curves and life tables: each published step covers enough events, and nobody is left nearly alone.

A Kaplan-Meier curve that is drawn as it was computed has a step for every day on which somebody had the event: with
the number at risk, it is the list of dates of all persons. Sources: ACRO's ``rounded_survival_table`` (steps merged
until they cover the threshold; statbarn *HazardSurvivalTables*, risks *LowDOF* and *ImplicitTables*); Griffiths et al.,
*Handbook on Statistical Disclosure Control for Outputs* (2019), on survival analysis.

Numbers at risk beside events also tell how many were censored in between, so that count has a threshold too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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
from ecluse_platform.core.disclosure.outputs.findings import Check, OutputRule, Part, Position, overall, small, within
from ecluse_platform.core.policy.disclosure import DisclosureProfile, Unanimity


class Step(Value):
    """One line of a life table, or one step of a curve."""

    time: Annotated[Number, Field(ge=0, description="When, in any unit; the end of the step.")]
    at_risk: Annotated[Count, Field(description="Persons at risk just before.")]
    events: Annotated[Count, Field(description="Persons who have the event.")]
    censored: Annotated[Count, Field(description="Persons who leave without it, until the next step.")]


class Curve(Value):
    """One curve of the figure, or one life table."""

    label: Annotated[Label, Field(description="Which group it is of; never repeated in a report.")]
    steps: Annotated[tuple[Step, ...], Field(min_length=1, description="Its steps, in the order of time.")]

    @property
    def persons(self) -> int:
        """Return who is at risk at the beginning."""
        return self.steps[0].at_risk

    @property
    def left(self) -> int:
        """Return who is still there after the last step."""
        last = self.steps[-1]
        return last.at_risk - last.events - last.censored


class Survival(Output):
    """Survival curves or life tables that are shown together."""

    kind: Annotated[Literal["survival"], Field(description="Survival curves, or life tables.")]
    curves: Annotated[tuple[Curve, ...], Field(min_length=1, description="The curves shown together.")]
    first_is_whole: Annotated[bool, Field(description="The first curve is of everybody, the others of parts.")] = False
    grid: Annotated[
        Number | None, Field(gt=0, description="Times of a binned curve are multiples of this; by default, round ones.")
    ] = None

    @property
    def everybody(self) -> int:
        """Return who is at risk at the beginning, in all curves together."""
        return self.curves[0].persons if self.first_is_whole else sum(curve.persons for curve in self.curves)

    @property
    def entries(self) -> int:
        """Count the steps."""
        return sum(len(curve.steps) for curve in self.curves)

    def check_consistent(self, at: Place) -> None:
        """Hold each step against the one before, and parts against the whole."""
        check_labels([curve.label for curve in self.curves], "curves", at)
        for index, curve in enumerate(self.curves):
            _check_curve(curve, at.of("curves", index))
        if self.first_is_whole and any(count < 0 for step in rest_of(self) for count in step):
            contradict("output_parts_differ", at)


def _check_curve(curve: Curve, at: Place) -> None:
    for index, step in enumerate(curve.steps):
        here = at.of("steps", index)
        if step.events + step.censored > step.at_risk:
            contradict("output_events_more", here)
        if index:
            before = curve.steps[index - 1]
            if step.time <= before.time:
                contradict("output_times", here)
            if step.at_risk != before.at_risk - before.events - before.censored:
                contradict("output_at_risk", here)


def check(shown: Survival, profile: DisclosureProfile) -> Iterator[Check]:
    """Apply every rule to curves or life tables, as they would be published."""
    rules = profile.curves
    steps = [
        (((Part.CURVE, c), (Part.STEP, s)), step)
        for c, curve in enumerate(shown.curves, 1)
        for s, step in enumerate(curve.steps, 1)
    ]
    yield within(OutputRule.THRESHOLD, _curves([curve.persons < profile.threshold_persons for curve in shown.curves]))
    few = [at for at, step in steps if small(step.events, rules.step_events, profile)]
    yield within(OutputRule.STEP_EVENTS, few)
    yield within(
        OutputRule.STEP_CENSORED, [at for at, step in steps if small(step.censored, rules.step_censored, profile)]
    )
    yield within(OutputRule.AT_RISK, [at for at, step in steps if small(step.at_risk, rules.at_risk, profile)])
    yield within(OutputRule.AT_RISK, _curves([0 < curve.left < rules.at_risk for curve in shown.curves]))
    if profile.unanimous is not Unanimity.OFF:
        told = [sum(step.events for step in curve.steps) in {0, curve.persons} for curve in shown.curves]
        yield within(OutputRule.UNANIMOUS, _curves(told))
    if shown.first_is_whole:
        yield overall(OutputRule.WHOLE_AND_PARTS, broken=_tells_of_parts(shown, profile))


def _curves(broken: Iterable[bool]) -> Iterator[Position]:
    return (((Part.CURVE, number),) for number, one in enumerate(broken, 1) if one)


def rest_of(shown: Survival) -> Iterator[tuple[int, int, int]]:
    """Yield what the whole leaves beside its parts: persons at the beginning, then events and censored time by time.

    Counts of all curves are cumulated to each time that any of them has, as an outsider would.
    """
    whole, *parts = (Cumulated(curve) for curve in shown.curves)
    times = sorted({step.time for curve in shown.curves for step in curve.steps})
    yield whole.persons - sum(part.persons for part in parts), 0, 0
    done = (0, 0)
    for time in times:
        events, censored = whole.until(time)
        for part in parts:
            of_part = part.until(time)
            events, censored = events - of_part[0], censored - of_part[1]
        yield 0, events - done[0], censored - done[1]
        done = events, censored


class Cumulated:
    """Events and censorings of a curve until a time that never goes back."""

    def __init__(self, curve: Curve) -> None:
        """Start before the first step."""
        self.persons = curve.persons
        self._steps = iter(curve.steps)
        self._next: Step | None = next(self._steps)
        self._done = (0, 0)

    def until(self, time: float) -> tuple[int, int]:
        """Return how many had the event, and how many were censored, up to a time."""
        while self._next is not None and self._next.time <= time:
            self._done = self._done[0] + self._next.events, self._done[1] + self._next.censored
            self._next = next(self._steps, None)
        return self._done


def _tells_of_parts(shown: Survival, profile: DisclosureProfile) -> bool:
    """Say whether subtracting curves tells more than they do one by one.

    On the same times, what the parts leave of the whole is one more curve. On different times, the whole minus all
    parts but one is that part at times which it does not show itself.
    """
    whole, *parts = shown.curves
    times = [tuple(step.time for step in curve.steps) for curve in (whole, *parts)]
    if len(set(times)) > 1:
        return True
    rules = profile.curves
    left = 0
    for at_risk, events, censored in rest_of(shown):
        left += at_risk - events - censored
        if 0 < events < rules.step_events or 0 < censored < rules.step_censored or 0 < left < rules.at_risk:
            return True
    return False
