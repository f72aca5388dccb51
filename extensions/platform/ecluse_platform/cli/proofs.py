"""`ecluse audit proofs`: open the sealed proofs of what left, and check every certificate again without a solver."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import typer
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy.orm import Session

from ecluse_platform.cli.base import ExitCode, fail
from ecluse_platform.compute.evidence import EvidenceDamaged, opened_evidence, read_private_key
from ecluse_platform.core.audit_actions import Action
from ecluse_platform.core.disclosure.proof import check_json
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.core.requests import ExportRequest, ScreenedTable, sha256_of
from ecluse_platform.core.workflow import State
from ecluse_platform.egress.adapters.database.audit import SqlAuditReader
from ecluse_platform.egress.adapters.database.requests import SqlRequestReader

_OUT = frozenset({State.RELEASED, State.REVOKED})


class NotProved(Exception):
    """What is wrong with the proofs of a table."""


def check_releases(session: Session, vault: Path, key: Path, request: str | None) -> None:
    """Say of every table whether its proofs hold; end with exit code 3 when one of them does not."""
    try:
        private = read_private_key(key.read_bytes())
    except (OSError, EvidenceDamaged) as error:
        fail(f"the key cannot be used: {error}")
    wrong = done = 0
    for found in _requests(SqlRequestReader(session), request):
        if found.screening is None:
            fail(f"request {found.id} was not screened: there is nothing to prove")
        # A noised answer has no proof: what it may tell is in the ledger.
        for table in found.screening.exact:
            done += 1
            try:
                _check_recorded(found, SqlAuditReader(session))
                words = _checked(table, vault, private)
            except (NotProved, EvidenceDamaged, ValueError) as error:
                wrong += 1
                words = f"NOT PROVED: {error}"
            typer.echo(f"{found.project} {found.id} {table.item}: {words}")
    typer.echo(f"{done - wrong} of {done} tables proved")
    if wrong:
        raise typer.Exit(ExitCode.REFUSED)


def _requests(reader: SqlRequestReader, request: str | None) -> Iterator[ExportRequest]:
    if request is None:
        yield from reader.in_states(_OUT)
        return
    try:
        yield reader.get(request)
    except Refusal as refusal:
        fail(refusal.reason.en)


def _check_recorded(request: ExportRequest, log: SqlAuditReader) -> None:
    """Hold the hashes of the proofs against the entry that the audit log has of the release."""
    entries = [found.entry for found in log.of_request(request.id) if found.entry.action is Action.RELEASED]
    if not entries or request.screening is None:
        return
    said = request.screening.evidence.get("evidence_sha256")
    if entries[-1].details.get("evidence_sha256") != said:
        raise NotProved("these are not the proofs that the audit log names")


def _checked(table: ScreenedTable, vault: Path, private: X25519PrivateKey) -> str:
    if table.evidence_sha256 is None or table.proof is None:
        raise NotProved("it was released before tables were proved")
    try:
        blob = (vault / table.evidence_sha256).read_bytes()
    except OSError as error:
        raise NotProved("its evidence cannot be read") from error
    if sha256_of(blob) != table.evidence_sha256:
        raise NotProved("its evidence has changed")
    proofs = opened_evidence(blob, private)
    missing = sum(len(check_json(proof)) for proof in proofs)
    if missing > table.proof.attacked:
        raise NotProved(f"{missing - table.proof.attacked} ends of intervals have no right certificate")
    attacked = f", {missing} by the attacker's verdict" if missing else ""
    return f"proved ({len(proofs)} systems, {table.proof.ends} ends{attacked})"
