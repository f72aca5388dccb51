"""How far the screening of a request has come, for people who wait for it."""

from __future__ import annotations

from dataclasses import dataclass

from ecluse_platform.core.requests import ExportRequest
from ecluse_platform.core.workflow import State
from ecluse_platform.egress.ports import Compute


@dataclass(frozen=True)
class Position:
    """The table at hand, counted from 1, of how many; its step, and how much of the request is done, in percent."""

    table: int
    tables: int
    step: str
    done: int


# What each step is of one table's screening, in percent of it; together they are all of it.
_SHARES = {"reading": (0, 30), "protecting": (30, 80), "proving": (80, 90), "comparing": (90, 100)}


def position_of(request: ExportRequest, compute: Compute) -> Position | None:
    """Return where the screening of a request is; None when it is not under way, or compute does not say."""
    if request.state is not State.SCREENING:
        return None
    tables = len(request.items)
    for place in range(tables):
        found = compute.progress(request.item_name(place))
        if found is not None and found.step in _SHARES:
            start, end = _SHARES[found.step]
            share = start + (end - start) * min(max(found.done, 0), 100) / 100
            return Position(place + 1, tables, found.step, int((place * 100 + share) / tables))
    return None
