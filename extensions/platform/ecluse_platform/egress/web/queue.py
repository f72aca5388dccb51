"""The steward's queue, sorted by whose turn it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ecluse_platform.core.requests import ExportRequest
from ecluse_platform.egress.services.looking import QueueItem

# A page that stays quick to draw and to read; older decisions are reached through the project's later requests.
MOST_DECIDED = 200


class Tab(StrEnum):
    """Whose turn it is."""

    DECIDE = "decide"
    WAITING = "waiting"
    DECIDED = "decided"


@dataclass(frozen=True)
class Line:
    """One request in the queue; ``item`` is there while it is undecided."""

    request: ExportRequest
    item: QueueItem | None


def tabs_of(waiting: Sequence[QueueItem], decided: Sequence[ExportRequest]) -> Mapping[Tab, Sequence[Line]]:
    """Return the lines of each tab in the order given: mine to decide, another steward's, decided."""
    mine = [Line(item.request, item) for item in waiting if item.my_vote is None]
    others = [Line(item.request, item) for item in waiting if item.my_vote is not None]
    return {
        Tab.DECIDE: mine,
        Tab.WAITING: others,
        Tab.DECIDED: [Line(request, None) for request in decided[:MOST_DECIDED]],
    }
