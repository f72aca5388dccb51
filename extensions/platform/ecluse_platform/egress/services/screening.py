"""Screening: recompute the query on the extract, store the protected bytes, and pass, return or quarantine.

Only one screener may run at a time (the worker holds a lock); it may be killed at any point and started again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from ecluse_platform.core.audit import Detail
from ecluse_platform.core.audit_actions import Action
from ecluse_platform.core.disclosure.csv_text import to_csv
from ecluse_platform.core.permit import check_in_force
from ecluse_platform.core.policy.bundle import PolicyBundle
from ecluse_platform.core.policy.disclosure import DisclosureProfile
from ecluse_platform.core.policy.project import Project
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.core.requests import (
    ExportRequest,
    Fault,
    MachineRefusal,
    Query,
    ScreenedTable,
    Screening,
    joined_sha256,
    sha256_of,
)
from ecluse_platform.core.workflow import State, Step, advance
from ecluse_platform.egress.ports import Clock, Compute, Policies, Remembered, Screened, Store, Vault
from ecluse_platform.egress.services.answering import Parts, answer_item
from ecluse_platform.egress.services.entries import SYSTEM, change
from ecluse_platform.egress.services.history import counting, named, remembered

MOST_ATTEMPTS = 3
WAITING = frozenset({State.SUBMITTED, State.SCREENING})


@dataclass(frozen=True)
class Passed:
    """The outcome of a screening whose protected bytes are stored."""

    screening: Screening


Outcome = Passed | MachineRefusal | Fault


def screen_next(store: Store, policies: Policies, clock: Clock, compute: Compute, vault: Vault) -> ExportRequest | None:
    """Screen the request that has waited longest, or that a crash left behind; None when there is nothing to do now."""
    with store.reading() as reading:
        if not reading.requests.in_states(WAITING):
            return None
    if not compute.ping():
        # Nothing is wrong with the requests: no attempt is counted while the computing process is away.
        return None
    bundle = policies.current()
    claimed = _claim(store, bundle, clock())
    if claimed is None or claimed.state is not State.SCREENING:
        return claimed
    began = clock()
    with store.reading() as reading:
        earlier = counting(reading.requests, claimed.project, claimed.id)
    outcome = _recompute(bundle, claimed, earlier, Parts(store, clock, compute, vault))
    return _record(store, bundle, claimed, outcome, began, clock())


def rules_digest(bundle: PolicyBundle, project: Project) -> str:
    """Return the hash of the rules a table is protected under: when they change, votes on it mean nothing."""
    # The catalogue too: it says what identifies a person and what may be shown of a column.
    rules = (bundle.profile_of(project), project.data, bundle.catalogue)
    return sha256_of("".join(rule.model_dump_json() for rule in rules).encode())


def _claim(store: Store, bundle: PolicyBundle, now: datetime) -> ExportRequest | None:
    # The attempt is counted before it begins: a request that kills the service each time ends in quarantine.
    with store.writing() as work:
        waiting = work.requests.in_states(WAITING)
        if not waiting:
            return None
        request = waiting[0]
        if request.attempts >= MOST_ATTEMPTS:
            fault = request.fault or Fault.CRASH
            held = replace(request, state=advance(request.state, Step.QUARANTINE), fault=fault, updated_at=now)
            entry = change(held, Action.REQUEST_QUARANTINED, SYSTEM, fault=fault.value, policy_digest=bundle.digest)
            return work.requests.save(held, audit=entry)
        begun = replace(
            request, state=advance(request.state, Step.SCREEN), attempts=request.attempts + 1, updated_at=now
        )
        entry = change(begun, Action.SCREENING_STARTED, SYSTEM, attempt=begun.attempts, policy_digest=bundle.digest)
        return work.requests.save(begun, audit=entry)


def _recompute(
    bundle: PolicyBundle, request: ExportRequest, earlier: tuple[ExportRequest, ...], parts: Parts
) -> Outcome:
    project = bundle.project(request.project)
    if project is None:
        return MachineRefusal("unknown_project")
    try:
        check_in_force(project, parts.clock().date())
        known = remembered(earlier)
    except Refusal as refusal:
        return MachineRefusal(refusal.code, refusal.fields)
    tables: list[ScreenedTable] = []
    for place, query in enumerate(request.items):
        # Each exact table is compared with all that count, and with those of the same request before it.
        if query.ask is None:
            table = _verified(parts, bundle, project, request, place, known)
        else:
            table = answer_item(parts, bundle, project, request, place)
        if not isinstance(table, ScreenedTable):
            return _explained(table, bundle, request, place, earlier)
        tables.append(table)
        if table.memory_sha256 is not None:
            known = (*known, Remembered(table.item, table.memory_sha256))
    profile, at = bundle.profile_of(project), parts.clock()
    return Passed(Screening(tuple(tables), bundle.digest, rules_digest(bundle, project), profile.mark, at))


def _verified(
    parts: Parts,
    bundle: PolicyBundle,
    project: Project,
    request: ExportRequest,
    place: int,
    known: tuple[Remembered, ...],
) -> ScreenedTable | MachineRefusal | Fault:
    query, item, profile = request.items[place], request.item_name(place), bundle.profile_of(project)
    answer = parts.compute.screen(request.project, query.sql, item, known)
    if not isinstance(answer, Screened):
        return answer
    return _distrusted(answer, profile) or _stored(answer, item, query, profile.mark, parts.vault)


def _distrusted(answer: Screened, profile: DisclosureProfile) -> Fault | None:
    """Say why an answer may not be believed, None when it may."""
    if not answer.table.fits(profile):
        # The computing process still reads other rules than ours: its table may protect too little.
        return Fault.CRASH
    if not answer.proof.is_complete or not answer.evidence:
        return Fault.PROOF
    return None


def _stored(answer: Screened, item: str, query: Query, mark: str, vault: Vault) -> ScreenedTable:
    table = answer.table
    return ScreenedTable(
        item=item,
        table_sha256=vault.put(table.model_dump_json().encode()),
        csv_sha256=vault.put(to_csv(table, mark).encode()),
        sql_sha256=query.sql_sha256,
        extract_version=answer.extract_version,
        rows=len(table.rows),
        memory_sha256=answer.memory_sha256,
        evidence_sha256=vault.put(answer.evidence),
        proof=answer.proof,
        compared=answer.compared,
    )


def _explained(
    answer: MachineRefusal | Fault,
    bundle: PolicyBundle,
    request: ExportRequest,
    place: int,
    earlier: tuple[ExportRequest, ...],
) -> MachineRefusal | Fault:
    """Turn a fault that the author can do something about into a refusal that says what, and of which table."""
    if answer is Fault.TIMEOUT:
        answer = MachineRefusal("query_timeout", {"seconds": str(bundle.platform.queries.seconds)})
    if answer is Fault.COMPARISON:
        answer = MachineRefusal("history_too_slow", {"seconds": str(bundle.platform.queries.protection_seconds)})
    if answer is Fault.MEMORY:
        answer = MachineRefusal("query_memory")
    if isinstance(answer, Fault):
        return answer
    fields = dict(answer.fields)
    if answer.code == "history_discloses":
        fields["earlier"] = named(fields["earlier"], (*earlier, request))
    return replace(answer, fields=fields, table=request.items[place].name if len(request.items) > 1 else "")


def _record(
    store: Store, bundle: PolicyBundle, claimed: ExportRequest, outcome: Outcome, began: datetime, now: datetime
) -> ExportRequest:
    with store.writing() as work:
        request = work.requests.get(claimed.id)
        if (request.state, request.round, request.attempts) != (State.SCREENING, claimed.round, claimed.attempts):
            # Withdrawn meanwhile: the outcome is nobody's any more.
            return request
        details: dict[str, Detail] = {
            "attempt": request.attempts,
            "milliseconds": max(0, int((now - began).total_seconds() * 1000)),
            "policy_digest": bundle.digest,
        }
        if isinstance(outcome, Passed):
            screening = outcome.screening
            request = replace(request, screening=screening, fault=None, refusal=None)
            details |= _hashes(screening)
            step, action = Step.PASS, Action.SCREENING_PASSED
        elif isinstance(outcome, MachineRefusal):
            request = replace(request, refusal=outcome, fault=None)
            details["refusal"] = outcome.code
            step, action = Step.REFUSE, Action.SCREENING_REFUSED
        else:
            # Back to the end of the queue; the third failure is the last.
            request = replace(request, fault=outcome)
            details["fault"] = outcome.value
            step = Step.QUARANTINE if request.attempts >= MOST_ATTEMPTS else Step.SCREEN
            action = Action.REQUEST_QUARANTINED if step is Step.QUARANTINE else Action.SCREENING_FAILED
        request = replace(request, state=advance(request.state, step), updated_at=now)
        return work.requests.save(request, audit=change(request, action, SYSTEM, **details))


def _hashes(screening: Screening) -> dict[str, Detail]:
    tables = screening.tables
    return {
        "tables": len(tables),
        "table_sha256": joined_sha256([table.table_sha256 for table in tables]),
        "csv_sha256": joined_sha256([table.csv_sha256 for table in tables]),
        **screening.evidence,
        **screening.memory,
        "subject_sha256": screening.subject,
        "sql_sha256": joined_sha256([table.sql_sha256 for table in tables]),
        "extract_version": tables[-1].extract_version,
    }
