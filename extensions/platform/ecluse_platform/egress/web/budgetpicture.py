"""A privacy budget over time as the corners of a drawing: time to the right, what was left upwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction

# The drawing is stretched to the page's width: its units mean nothing, and its words stand outside of it as text.
WIDTH, HEIGHT = 1000, 240
_EDGE = 14
_DATES = 5
_SHORTEST = timedelta(days=28)


@dataclass(frozen=True)
class Step:
    """What was left after something changed the budget."""

    at: datetime
    left: Fraction
    granted: bool


@dataclass(frozen=True)
class Point:
    """One step in the drawing."""

    x: int
    y: int
    granted: bool


@dataclass(frozen=True)
class Picture:
    """What a template draws: a line of steps, the area under it, points, and the days under the line of time."""

    line: str
    area: str
    points: tuple[Point, ...]
    days: tuple[date, ...]


def picture_of(steps: Sequence[Step], top: Fraction, now: datetime) -> Picture | None:
    """Return the drawing of a budget up to now, ``top`` at its upper edge; None when nothing has happened yet."""
    if not steps:
        return None
    first = min(steps[0].at, now - _SHORTEST)
    span = max(now - first, _SHORTEST)
    points = tuple(
        Point(
            x=_EDGE + round((WIDTH - 2 * _EDGE) * ((step.at - first) / span)),
            y=_EDGE + round((HEIGHT - _EDGE) * (1 - step.left / top)) if top > 0 else HEIGHT,
            granted=step.granted,
        )
        for step in steps
    )
    end = WIDTH - _EDGE
    line = f"M{points[0].x} {points[0].y}" + "".join(f"H{point.x}V{point.y}" for point in points[1:]) + f"H{end}"
    return Picture(
        line=line,
        area=f"{line}V{HEIGHT}H{points[0].x}Z",
        points=points,
        days=tuple((first + span * place / (_DATES - 1)).date() for place in range(_DATES)),
    )
