"""Private answers: charged before noise is drawn, drawn once, and given again free of charge.

Killed between any two steps it is taken up again: the charge is found by its fingerprint, so that it is made once; it
is never given back, because noise may have been drawn. An answer counts from the moment that its hash stands in the
ledger; one drawn before a crash was seen by nobody.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from pydantic import ValidationError

from ecluse_platform.core.audit_actions import Action
from ecluse_platform.core.permissions import check_lane_open
from ecluse_platform.core.policy.bundle import PolicyBundle
from ecluse_platform.core.policy.project import Lane, Project
from ecluse_platform.core.privacy.answer import PrivateTable, private_csv
from ecluse_platform.core.privacy.hiding import hidden_under, threshold_of
from ecluse_platform.core.privacy.ledger import Charge, decide
from ecluse_platform.core.privacy.loss import exact_text
from ecluse_platform.core.privacy.margins import with_margins
from ecluse_platform.core.privacy.query import PrivateQuery
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.core.requests import (
    ExportRequest,
    Fault,
    MachineRefusal,
    PrivateAnswer,
    Query,
    ScreenedTable,
)
from ecluse_platform.egress.ports import Answered, Clock, Compute, Store, Vault
from ecluse_platform.egress.services.budget import loss_of_query, privacy_profile
from ecluse_platform.egress.services.drafts import plan_private_query
from ecluse_platform.egress.services.entries import SYSTEM, about
from ecluse_platform.egress.services.fingerprints import fingerprint_of, question_of


@dataclass(frozen=True)
class Parts:
    """What a private answer passes through."""

    store: Store
    clock: Clock
    compute: Compute
    vault: Vault


@dataclass(frozen=True)
class Question:
    """One private item of a request, as planned under the policies of this moment."""

    bundle: PolicyBundle
    project: Project
    request: ExportRequest
    item: str
    query: Query
    planned: PrivateQuery


def answer_item(
    parts: Parts, bundle: PolicyBundle, project: Project, request: ExportRequest, place: int
) -> ScreenedTable | MachineRefusal | Fault:
    """Answer one private query of a request: from what is stored, or charged and drawn now."""
    query = request.items[place]
    if query.ask is None:
        return Fault.CRASH
    version = parts.compute.version(project.id, query.sql, query.ask)
    if not isinstance(version, str):
        return version
    try:
        check_lane_open(project, Lane.PRIVATE_QUERY)
        planned = plan_private_query(bundle, project, query.sql, query.ask)
        question = Question(bundle, project, request, request.item_name(place), query, planned)
        charge = charge_once(parts, question, version)
    except Refusal as refusal:
        return MachineRefusal(refusal.code, refusal.fields)
    if charge.answer_sha256 is None:
        answer = parts.compute.answer(project.id, query.sql, query.ask, version, question.item)
        if not isinstance(answer, Answered):
            return answer
        if answer.extract_version != version or not _is_as_charged(answer.table, charge, question):
            return Fault.CRASH
        charge = record_answer(parts, charge, answer)
    return _screened(parts, question, charge)


def charge_once(parts: Parts, question: Question, version: str) -> Charge:
    """Return the charge for a question: the one it already has, or one made now with its audit entry, if it fits."""
    project, bundle, planned = question.project, question.bundle, question.planned
    profile, now = privacy_profile(bundle, project), parts.clock()
    wanted = Charge(
        project=project.id,
        source=bundle.catalogue.name,
        fingerprint=fingerprint_of(planned, version),
        query_sha256=question_of(planned),
        extract_version=version,
        accounting=profile.accounting,
        epsilon=Fraction(planned.epsilon),
        loss=loss_of_query(planned),
        request=question.request.id,
        author=question.request.author,
        at=now,
    )
    # Units of work never overlap: what is read here is what the charge is added to.
    with parts.store.writing() as work:
        decided = decide(profile, work.ledger.of_project(wanted.project, wanted.source), wanted, now.date())
        if decided is not wanted:
            return decided
        entry = about(
            question.request,
            Action.PRIVACY_CHARGED,
            SYSTEM,
            round=question.request.round,
            source=wanted.source,
            accounting=wanted.accounting.value,
            epsilon=exact_text(wanted.epsilon),
            loss=exact_text(wanted.loss.amount),
            delta=exact_text(wanted.loss.delta),
            fingerprint_sha256=wanted.fingerprint,
            query_sha256=wanted.query_sha256,
            extract_version=version,
            policy_digest=bundle.digest,
        )
        return work.ledger.charge(wanted, audit=entry)


def record_answer(parts: Parts, charge: Charge, answer: Answered) -> Charge:
    """Store an answer and enter its hash in the ledger; return the charge with the answer that counts."""
    sha256 = parts.vault.put(answer.table.model_dump_json().encode())
    with parts.store.writing() as work:
        known = work.ledger.of_project(charge.project, charge.source).charge_of(charge.fingerprint)
        if known is not None and known.answer_sha256 is not None:
            # Answered meanwhile: of two draws only the first one exists.
            return known
        entry = about(
            work.requests.get(charge.request),
            Action.PRIVACY_ANSWERED,
            SYSTEM,
            source=charge.source,
            fingerprint_sha256=charge.fingerprint,
            table_sha256=sha256,
            extract_version=answer.extract_version,
        )
        work.ledger.answer(charge, sha256, answer.extract_version, audit=entry)
    return replace(charge, answer_sha256=sha256, answer_version=answer.extract_version)


def _is_as_charged(table: PrivateTable, charge: Charge, question: Question) -> bool:
    """Say whether an answer states the loss that was charged, answers what was planned, and hides what rules hide."""
    said, planned = table.statement, question.planned
    return (
        said.accounting is charge.accounting
        and Fraction(said.epsilon) == charge.epsilon
        and Fraction(said.amount) == charge.loss.amount
        and Fraction(said.delta) == charge.loss.delta
        and (said.cells, said.rows) == (planned.cells, planned.rows)
        and table.dimensions == tuple(dimension.name for dimension in planned.dimensions)
        # Cells only: margins are made of them here, whenever they are shown.
        and table.total is None
        # A computing process that still reads other rules than ours shows too much.
        and table.least >= threshold_of(planned, question.bundle.profile_of(question.project))
    )


def _screened(parts: Parts, question: Question, charge: Charge) -> ScreenedTable | MachineRefusal | Fault:
    try:
        stored = PrivateTable.model_validate_json(parts.vault.get(charge.answer_sha256 or ""))
    except (Refusal, ValidationError):
        return Fault.STORE
    rules, profile = question.bundle.profile_of(question.project), privacy_profile(question.bundle, question.project)
    try:
        # Rules first: a margin is made of what they let out today.
        table = with_margins(hidden_under(stored, question.planned, rules), question.planned, rules, profile)
    except Refusal as refusal:
        return MachineRefusal(refusal.code, refusal.fields)
    return ScreenedTable(
        item=question.item,
        table_sha256=parts.vault.put(table.model_dump_json().encode()),
        csv_sha256=parts.vault.put(private_csv(table).encode()),
        sql_sha256=question.query.sql_sha256,
        extract_version=charge.answer_version or charge.extract_version,
        rows=len(table.rows) + len(table.margins),
        private=_stated(question, charge, table),
    )


def _stated(question: Question, charge: Charge, table: PrivateTable) -> PrivateAnswer:
    clipped, said = table.clipped, table.statement
    return PrivateAnswer(
        fingerprint=charge.fingerprint,
        ask_sha256=question.query.ask_sha256 or "",
        accounting=charge.accounting.value,
        epsilon=exact_text(charge.epsilon),
        amount=exact_text(charge.loss.amount),
        delta=exact_text(charge.loss.delta),
        cells=said.cells,
        rows=said.rows,
        confidence_percent=said.confidence_percent,
        least=table.least,
        clipped=None if clipped is None else (clipped.value, clipped.low, clipped.high),
        reused=charge.request != question.request.id,
        total=table.total,
    )
