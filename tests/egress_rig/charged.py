"""The way of a request from its draft to its files, and what it was charged."""

from __future__ import annotations

from ecluse_platform.core.privacy.loss import exact_text
from ecluse_platform.core.requests import ExportRequest
from ecluse_platform.egress.services.drafts import Draft
from egress_rig.rig import Rig


def screened(rig: Rig, asked: Draft, author: str = "researcher1") -> ExportRequest:
    """Submit a draft and have it screened."""
    request = rig.submit_draft(asked, author)
    rig.screen()
    return rig.get(request.id)


def released(rig: Rig, asked: Draft) -> ExportRequest:
    """Bring a draft all the way out."""
    request = screened(rig, asked)
    rig.vote(request.id, "steward1")
    rig.release()
    return rig.get(request.id)


def files_of(rig: Rig, request: ExportRequest) -> dict[str, str]:
    """Read the released files."""
    assert request.release is not None, request.state
    return {held.path: rig.vault.get(held.sha256).decode() for held in request.release.files}


def spent(rig: Rig) -> list[str]:
    """Return what the ledger's charges cost."""
    return [exact_text(charge.loss.amount) for charge in rig.ledger().charges]
