"""Release: what was approved, and nothing else, leaves once; killed at any point it goes on where it stopped."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from ecluse_platform.core.audit_actions import Action
from ecluse_platform.core.permissions import check_is_authorised
from ecluse_platform.core.permit import check_in_force
from ecluse_platform.core.policy.bundle import PolicyBundle
from ecluse_platform.core.policy.project import Project
from ecluse_platform.core.privacy.loss import exact_text
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.core.requests import (
    ExportRequest,
    Fault,
    Release,
    ReleasedFile,
    ScreenedTable,
    Screening,
    joined_sha256,
    next_round,
)
from ecluse_platform.core.workflow import State, Step, advance
from ecluse_platform.egress.ports import Clock, Policies, Store, Vault
from ecluse_platform.egress.services.entries import SYSTEM, about, change
from ecluse_platform.egress.services.release_files import MANIFEST, release_files
from ecluse_platform.egress.services.screening import rules_digest

APPROVED = frozenset({State.APPROVED})


def release_approved(store: Store, policies: Policies, clock: Clock, vault: Vault) -> tuple[ExportRequest, ...]:
    """Release every approved request that may leave now; return those whose state changed."""
    with store.reading() as reading:
        approved = reading.requests.in_states(APPROVED)
    bundle = policies.current()
    return tuple(
        done for request in approved if (done := release(store, bundle, clock(), vault, request.id)) is not None
    )


def release(store: Store, bundle: PolicyBundle, now: datetime, vault: Vault, request_id: str) -> ExportRequest | None:
    """Release one approved request; None when it must wait for its permit.

    The files are a function of the request alone and the vault keeps them by hash, so writing them twice is writing
    them once; the request changes state in the same transaction that records the release.
    """
    with store.reading() as reading:
        request = reading.requests.get(request_id)
    project, screening = bundle.project(request.project), request.screening
    if request.state is not State.APPROVED or project is None or screening is None:
        return None
    try:
        check_in_force(project, now.date())
    except Refusal:
        return None
    refusal = _no_longer_authorised(bundle, request, project, screening, now)
    if refusal is None and _uncharged(store, bundle, project, screening):
        refusal = "rules_changed"
    if refusal is not None:
        return _reopen(store, bundle, now, request, refusal)
    try:
        contents = [vault.get(table.csv_sha256) for table in screening.tables]
        for table in screening.tables:
            vault.get(table.table_sha256)
            if table.private is None:
                vault.get(table.evidence_sha256 or "")
    except Refusal:
        return _quarantine(store, now, request)
    files = tuple(
        ReleasedFile(path, media_type, vault.put(content), len(content))
        for path, media_type, content in release_files(request, project, screening, contents)
    )
    return _publish(store, bundle, now, request, files)


def _no_longer_authorised(
    bundle: PolicyBundle, request: ExportRequest, project: Project, screening: Screening, now: datetime
) -> str | None:
    if screening.rules_digest != rules_digest(bundle, project) or screening.mark != bundle.profile_of(project).mark:
        return "rules_changed"
    if [_asked(table) for table in screening.tables] != [(i.sql_sha256, i.ask_sha256) for i in request.items]:
        return "screened_bytes_changed"
    if not all(table.proof is not None and table.proof.is_complete for table in screening.exact):
        # Screened before tables were proved: nothing leaves without its proof.
        return "rules_changed"
    try:
        check_is_authorised(bundle, request, now.date())
    except Refusal as refusal:
        return refusal.code
    return None


def _asked(table: ScreenedTable) -> tuple[str, str | None]:
    return table.sql_sha256, None if table.private is None else table.private.ask_sha256


def _uncharged(store: Store, bundle: PolicyBundle, project: Project, screening: Screening) -> bool:
    """Say whether a private table is in no charge of the ledger that has its answer: nothing leaves for free."""
    with store.reading() as reading:
        ledger = reading.ledger.of_project(project.id, bundle.catalogue.name)
    charges = {charge.fingerprint: charge for charge in ledger.charges if charge.answer_sha256 is not None}
    wanted = [table.private for table in screening.tables if table.private is not None]
    return not all(
        private.fingerprint in charges and exact_text(charges[private.fingerprint].loss.amount) == private.amount
        for private in wanted
    )


def _reopen(store: Store, bundle: PolicyBundle, now: datetime, request: ExportRequest, refusal: str) -> ExportRequest:
    again = next_round(request, Step.REOPEN, now)
    entry = change(again, Action.REQUEST_REOPENED, SYSTEM, refusal=refusal, policy_digest=bundle.digest)
    with store.writing() as work:
        return work.requests.save(again, audit=entry)


def _quarantine(store: Store, now: datetime, request: ExportRequest) -> ExportRequest:
    held = replace(request, state=advance(request.state, Step.QUARANTINE), fault=Fault.STORE, updated_at=now)
    with store.writing() as work:
        work.audit.append(about(request, Action.FILE_CHANGED, SYSTEM, state=request.state.value))
        return work.requests.save(held, audit=change(held, Action.REQUEST_QUARANTINED, SYSTEM, fault="store"))


def _publish(
    store: Store, bundle: PolicyBundle, now: datetime, request: ExportRequest, files: tuple[ReleasedFile, ...]
) -> ExportRequest:
    out = replace(request, state=advance(request.state, Step.RELEASE), release=Release(files, now), updated_at=now)
    manifest = next(held for held in files if held.path == MANIFEST)
    entry = change(
        out,
        Action.RELEASED,
        SYSTEM,
        files=len(files),
        manifest_sha256=manifest.sha256,
        tables=len(request.items),
        csv_sha256=joined_sha256([held.sha256 for held in files if held.path.endswith(".csv")]),
        **({} if request.screening is None else request.screening.evidence),
        policy_digest=bundle.digest,
    )
    with store.writing() as work:
        return work.requests.save(out, audit=entry)
