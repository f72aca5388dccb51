"""The curve that may leave: steps merged on a regular grid until each of them passes the rules.

Times of steps are multiples of a round number, never times at which somebody had the event, and all curves of a figure
share them. Survival is the actuarial estimate (Cutler and Ederer, *Journal of Chronic Diseases* 8, 1958) with
Greenwood's standard error: a function of the counts that are shown beside it, so that it tells nothing more than they.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from itertools import pairwise

import numpy as np

from ecluse_platform.core.disclosure.csv_text import field
from ecluse_platform.core.disclosure.outputs.findings import smallest_shown
from ecluse_platform.core.disclosure.outputs.merging import merged
from ecluse_platform.core.disclosure.outputs.survival import Cumulated, Curve, Step, Survival
from ecluse_platform.core.disclosure.table import rounded
from ecluse_platform.core.disclosure.tabular.structure import Flags, Integers
from ecluse_platform.core.policy.disclosure import DisclosureProfile, Unanimity

_ROUND = (1, 2, 5)
_COLUMNS = ("curve", "from", "to", "at_risk", "events", "censored", "survival", "standard_error")


def binned(shown: Survival, profile: DisclosureProfile) -> Survival | None:
    """Return the curves in as many steps as pass the rules; None where not even one does.

    What lies beyond the last step is not told. The same curves always give the same steps.
    """
    times = _times(shown, profile.curves.points)
    curves = [_Counts.of(curve, times) for curve in shown.curves]
    beside = _beside(curves) if shown.first_is_whole else []

    def fits(end: int) -> Flags:
        # A step on which nothing happens in any curve is no step.
        flags: Flags = np.logical_or.reduce([one.events[:end] < one.events[end] for one in curves])
        for one in curves:
            flags &= one.may_be_a_step(end, smallest_shown(profile), profile)
        for one in beside:
            flags &= one.may_be_a_step(end, 0, profile)
        return flags

    # The last step ends with the last that happens in it.
    still = np.logical_and.reduce([np.diff(one.left, prepend=one.persons) == 0 for one in curves])
    may_end = ~still
    if profile.unanimous is not Unanimity.OFF:
        for one in curves:
            may_end &= (one.events > 0) & (one.events < one.persons)
    cuts = merged(len(times), fits, may_end)
    if cuts is None:
        return None
    found = [
        Curve(label=curve.label, steps=tuple(one.steps(times, cuts)))
        for curve, one in zip(shown.curves, curves, strict=True)
    ]
    return shown.model_copy(update={"curves": tuple(found)})


def as_csv(shown: Survival, decimals: int) -> str:
    """Write binned curves as a life table."""
    lines = [",".join(_COLUMNS)]
    for curve in shown.curves:
        begin = 0.0
        for step, (survival, error) in zip(curve.steps, _estimates(curve), strict=True):
            cells = [field(curve.label), f"{begin:.15g}", f"{step.time:.15g}"]
            cells += [str(count) for count in (step.at_risk, step.events, step.censored)]
            cells += [rounded(Decimal(survival), decimals), rounded(Decimal(error), decimals)]
            lines.append(",".join(cells))
            begin = step.time
    return "".join(f"{line}\r\n" for line in lines)


@dataclass(frozen=True, eq=False)
class _Counts:
    """One curve at time 0 and at each time of the grid: all who had the event so far, all who were censored."""

    persons: int
    events: Integers
    censored: Integers

    @classmethod
    def of(cls, curve: Curve, times: Sequence[float]) -> _Counts:
        so_far = Cumulated(curve)
        found = np.array([(0, 0), *(so_far.until(time) for time in times)], dtype=np.int64)
        return cls(curve.persons, found[:, 0], found[:, 1])

    @property
    def left(self) -> Integers:
        return self.persons - self.events - self.censored

    def may_be_a_step(self, end: int, least: int, profile: DisclosureProfile) -> Flags:
        """Say from which times a step to ``end`` may be shown; counts under ``least`` are fewer than nobody may be."""
        rules, left = profile.curves, self.left
        flags = _enough(self.events[end] - self.events[:end], rules.step_events, least)
        flags &= _enough(self.censored[end] - self.censored[:end], rules.step_censored, least)
        flags &= _enough(left[:end], rules.at_risk, least)
        return flags & bool(left[end] == 0 or left[end] >= rules.at_risk)

    def steps(self, times: Sequence[float], cuts: Sequence[int]) -> Iterator[Step]:
        left = self.left
        for start, end in pairwise(cuts):
            yield Step(
                time=times[end - 1],
                at_risk=int(left[start]),
                events=int(self.events[end] - self.events[start]),
                censored=int(self.censored[end] - self.censored[start]),
            )


def _enough(counts: Integers, threshold: int, least: int) -> Flags:
    flags: Flags = (counts >= threshold) | (counts == 0) & (least == 0)
    return flags


def _times(shown: Survival, most: int) -> tuple[float, ...]:
    """Return the multiples of a round number that cover all steps: at most ``most`` of them."""
    told = [Decimal(repr(step.time)).normalize() for curve in shown.curves for step in curve.steps]
    last = max(told)
    unit = Decimal(repr(shown.grid)) if shown.grid is not None else _as_fine_as(told)
    power = 0
    while unit.scaleb(power) * max(_ROUND) * most < last:
        power += 1
    step = next(unit.scaleb(power) * factor for factor in _ROUND if unit.scaleb(power) * factor * most >= last)
    size = max(int((last / step).to_integral_value(ROUND_CEILING)), 1)
    return tuple(float(step * number) for number in range(1, size + 1))


def _as_fine_as(times: Sequence[Decimal]) -> Decimal:
    """Return the power of ten that times are written to: 1 for whole days, 0.01 for hundredths of a year."""
    places = min(int(time.as_tuple().exponent) for time in times)
    return Decimal(1).scaleb(min(places, 0))


def _beside(counts: Sequence[_Counts]) -> list[_Counts]:
    """Return the curve that the parts leave of the whole; nothing where it is nobody's."""
    whole, *parts = counts
    persons = whole.persons - sum(part.persons for part in parts)
    events = whole.events - sum(part.events for part in parts)
    censored = whole.censored - sum(part.censored for part in parts)
    return [_Counts(persons, events, censored)] if persons else []


def _estimates(curve: Curve) -> Iterator[tuple[float, float]]:
    """Yield survival at the end of each step, and its standard error."""
    survival, variance = 1.0, 0.0
    for step in curve.steps:
        exposed = step.at_risk - step.censored / 2
        beyond = exposed - step.events
        if step.events:
            survival *= beyond / exposed
            variance += step.events / (exposed * beyond) if beyond else 0.0
        yield survival, survival * variance**0.5
