"""An earlier release shown beside the request under review, so that a steward can compare the two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ecluse_platform.core.refusals import Refusal
from ecluse_platform.core.requests import ExportRequest
from ecluse_platform.egress.ports import Vault
from ecluse_platform.egress.services.history import EarlierRelease
from ecluse_platform.egress.services.looking import SeenTable, tables_of


@dataclass(frozen=True)
class Beside:
    """One earlier release with its tables."""

    request: ExportRequest
    mark: str
    tables: tuple[SeenTable, ...]


def beside(vault: Vault, earlier: Sequence[EarlierRelease], chosen: str) -> Beside | None:
    """Return the release chosen among those of the same project; None when none is chosen."""
    if not chosen:
        return None
    found = next((known.request for known in earlier if known.request.id == chosen), None)
    if found is None or found.screening is None:
        raise Refusal("unknown_request")
    return Beside(found, found.screening.mark, tables_of(found, vault, ()))
