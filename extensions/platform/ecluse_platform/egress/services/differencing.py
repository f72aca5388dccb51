"""Earlier releases that a new table could be subtracted from: shown and warned of, not yet checked."""

from __future__ import annotations

from dataclasses import dataclass

from ecluse_platform.core.requests import ExportRequest
from ecluse_platform.core.text import Text
from ecluse_platform.core.workflow import State
from ecluse_platform.egress.ports import RequestReader

DIFFERENCING_WARNING = Text(
    fr="Des tableaux sur les mêmes données ont déjà été diffusés à ce projet. "
    "Les différences entre eux et celui-ci ne sont pas encore vérifiées automatiquement.",
    en="Tables over the same data were already released to this project. "
    "Differences between them and this one are not yet checked automatically.",
)
# A revoked release was out: what it told is known.
_OUT = frozenset({State.RELEASED, State.REVOKED, State.APPROVED})


@dataclass(frozen=True)
class EarlierRelease:
    """A request already released to the project, and the tables it shares with the one at hand."""

    request: ExportRequest
    shared_tables: tuple[str, ...]


def earlier_releases(
    reader: RequestReader, project: str, tables: frozenset[str], except_id: str
) -> tuple[EarlierRelease, ...]:
    """Return what left, or is about to leave, the same project and was made from any of the same tables."""
    return tuple(
        EarlierRelease(request, tuple(sorted(request.tables & tables)))
        for request in reader.of_project(project)
        if request.state in _OUT and request.id != except_id and request.tables & tables
    )
