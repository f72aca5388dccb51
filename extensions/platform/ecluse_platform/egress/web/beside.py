"""An earlier release shown beside the request under review, so that a steward can compare the two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ecluse_platform.core.disclosure.table import ProtectedTable
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.core.requests import ExportRequest, Screening
from ecluse_platform.egress.ports import Vault
from ecluse_platform.egress.services.looking import EarlierRelease


@dataclass(frozen=True)
class Beside:
    """One earlier release with its table."""

    request: ExportRequest
    screening: Screening
    table: ProtectedTable


def beside(vault: Vault, earlier: Sequence[EarlierRelease], chosen: str) -> Beside | None:
    """Return the release chosen among those of the same project; None when none is chosen."""
    if not chosen:
        return None
    found = next((known.request for known in earlier if known.request.id == chosen), None)
    if found is None or found.screening is None:
        raise Refusal("unknown_request")
    content = vault.get(found.screening.table_sha256)
    return Beside(found, found.screening, ProtectedTable.model_validate_json(content))
