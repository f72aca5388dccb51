"""The steward's queue, sorted by whose turn it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
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

    @property
    def since(self) -> datetime:
        """Since when it waits: a first vote or a comment must not send a request back to the end of the queue."""
        if self.item is not None and self.request.screening is not None:
            return self.request.screening.at
        return self.request.updated_at


def tabs_of(waiting: Sequence[QueueItem], decided: Sequence[ExportRequest]) -> Mapping[Tab, Sequence[Line]]:
    """Return the lines of each tab: mine to decide and another steward's, longest wait first; decided, as given."""
    lines = sorted((Line(item.request, item) for item in waiting), key=lambda line: line.since)
    mine = [line for line in lines if line.item is not None and line.item.my_vote is None]
    others = [line for line in lines if line.item is not None and line.item.my_vote is not None]
    return {
        Tab.DECIDE: mine,
        Tab.WAITING: others,
        Tab.DECIDED: [Line(request, None) for request in decided[:MOST_DECIDED]],
    }
