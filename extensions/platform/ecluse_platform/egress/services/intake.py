"""What an author does: preview, submit, resubmit, withdraw."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from ecluse_platform.core.audit import Entry
from ecluse_platform.core.audit_actions import Action
from ecluse_platform.core.disclosure.query import VerifiedQuery
from ecluse_platform.core.permissions import check_may_submit, is_open
from ecluse_platform.core.policy.bundle import PolicyBundle
from ecluse_platform.core.policy.project import Project
from ecluse_platform.core.privacy.query import PrivateQuery
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.core.requests import ExportRequest, next_round
from ecluse_platform.core.text import Text
from ecluse_platform.core.workflow import Step, advance
from ecluse_platform.egress.ports import NewId, RequestReader, Store
from ecluse_platform.egress.services.budget import Budget, budget_of_project, privacy_profile
from ecluse_platform.egress.services.drafts import Draft, Planned, as_queries, plan
from ecluse_platform.egress.services.entries import change, recording_refusals
from ecluse_platform.egress.services.history import counting
from ecluse_platform.egress.services.people import Researcher, owned, workspace_project
from ecluse_platform.egress.services.pricing import PricedItem, check_affordable, prices


@dataclass(frozen=True)
class PreviewItem:
    """A verified query of a draft, as it was understood."""

    name: str
    query: VerifiedQuery


@dataclass(frozen=True)
class Preview:
    """What a draft would ask for; nothing was computed, nothing stored, nothing spent."""

    items: tuple[PreviewItem | PricedItem, ...]
    notes: tuple[Text, ...]
    budget: Budget | None


@dataclass(frozen=True)
class Submitted:
    """The request that a submission made, or had already made when it was sent again."""

    request: ExportRequest
    created: bool


def preview(store: Store, bundle: PolicyBundle, now: datetime, who: Researcher, draft: Draft) -> Preview:
    """Say what a draft would ask for and cost, or why it would be refused; touch no data and store nothing."""
    project = workspace_project(bundle, who, now)
    planned = [(item.name, query) for item, query in zip(draft.items, plan(bundle, project, draft), strict=True)]
    private = [query for _, query in planned if isinstance(query, PrivateQuery)]
    with store.reading() as reading:
        earlier = counting(reading.requests, project.id, except_id="")
        ledger = reading.ledger.of_project(project.id, bundle.catalogue.name)
    # Only exact tables are compared, and with exact ones only.
    compared = sum(item.ask is None for request in earlier for item in request.items)
    notes = (_will_be_compared(compared),) if compared and len(private) < len(planned) else ()
    if not private:
        return Preview(tuple(PreviewItem(name, q) for name, q in planned if isinstance(q, VerifiedQuery)), notes, None)
    profile = privacy_profile(bundle, project)
    priced = iter(prices(profile, ledger, private, now.date()))
    items = tuple(
        PricedItem(name, query, next(priced), profile) if isinstance(query, PrivateQuery) else PreviewItem(name, query)
        for name, query in planned
    )
    budget = budget_of_project(store, bundle, now, project)
    if budget.standing.uncountable:
        notes = (*notes, Refusal("budget_not_countable").reason)
    return Preview(items, notes, budget)


def _will_be_compared(count: int) -> Text:
    return Text(
        fr=f"À comparer, personne par personne, avec {count} tableau(x) du projet déjà sortis ou en attente : des "
        "cellules de plus pourront être masquées.",
        en=f"To be compared, person by person, with {count} table(s) of the project that are out or waiting: further "
        "cells may be hidden.",
    )


def submit(
    store: Store, bundle: PolicyBundle, now: datetime, new_id: NewId, who: Researcher, draft: Draft, key: str
) -> Submitted:
    """Store a new request; the same key with the same draft returns the request it already made."""
    with recording_refusals(store, bundle, now, Action.REQUEST_REFUSED, who.name, who.project, None):
        project = workspace_project(bundle, who, now)
        key = canonical_key(key)
        with store.reading() as reading:
            made = _already_made(reading.requests, project, who, draft, key)
        if made is not None:
            return Submitted(made, created=False)
        planned = plan(bundle, project, draft)
        with store.writing() as work:
            # Asked again inside the unit of work: the same submission may have been sent twice at once.
            made = _already_made(work.requests, project, who, draft, key)
            if made is not None:
                return Submitted(made, created=False)
            open_now = sum(is_open(request) for request in work.requests.of_project(project.id))
            check_may_submit(bundle, who.name, project.id, now.date(), open_now)
            check_affordable(work.ledger, bundle, project, planned, now)
            request = _new(new_id(), project, who, draft, planned, key, now)
            entry = _sent(request, Action.REQUEST_SUBMITTED, bundle)
            return Submitted(work.requests.add(request, audit=entry), created=True)


def resubmit(
    store: Store, bundle: PolicyBundle, now: datetime, who: Researcher, request_id: str, draft: Draft
) -> ExportRequest:
    """Send a returned request again, changed: a new round, in which earlier votes count for nothing."""
    with store.reading() as reading:
        owned(reading.requests, bundle, now, who, request_id)
    with recording_refusals(store, bundle, now, Action.REQUEST_REFUSED, who.name, who.project, request_id):
        project = workspace_project(bundle, who, now)
        planned = plan(bundle, project, draft)
        with store.writing() as work:
            check_affordable(work.ledger, bundle, project, planned, now)
            request = owned(work.requests, bundle, now, who, request_id)
            again = replace(
                next_round(request, Step.RESUBMIT, now),
                title=draft.title,
                purpose=draft.purpose,
                items=as_queries(draft, planned),
                body_sha256=draft.sha256,
            )
            return work.requests.save(again, audit=_sent(again, Action.REQUEST_RESUBMITTED, bundle))


def withdraw(store: Store, bundle: PolicyBundle, now: datetime, who: Researcher, request_id: str) -> ExportRequest:
    """Take back a request that was not decided; it can still be read, and nothing more can happen to it."""
    with store.writing() as work:
        request = owned(work.requests, bundle, now, who, request_id)
        withdrawn = replace(request, state=advance(request.state, Step.WITHDRAW), updated_at=now)
        return work.requests.save(withdrawn, audit=change(withdrawn, Action.REQUEST_WITHDRAWN, who.name))


def canonical_key(key: str) -> str:
    """Return an idempotency key in its one written form; refuse what is no UUID."""
    try:
        return str(UUID(key))
    except ValueError as error:
        raise Refusal("bad_idempotency_key") from error


def _already_made(
    reader: RequestReader, project: Project, who: Researcher, draft: Draft, key: str
) -> ExportRequest | None:
    made = reader.by_key(project.id, who.name, key)
    # The request may have been resubmitted since, with another body: only the first body belongs to the key.
    if made is not None and made.round == 1 and made.body_sha256 != draft.sha256:
        raise Refusal("idempotency_conflict")
    return made


def _new(
    request_id: str,
    project: Project,
    who: Researcher,
    draft: Draft,
    planned: tuple[Planned, ...],
    key: str,
    now: datetime,
) -> ExportRequest:
    request = ExportRequest(
        id=request_id,
        project=project.id,
        author=who.name,
        title=draft.title,
        purpose=draft.purpose,
        items=as_queries(draft, planned),
        idempotency_key=key,
        body_sha256=draft.sha256,
        created_at=now,
        updated_at=now,
    )
    return replace(request, state=advance(request.state, Step.SUBMIT))


def _sent(request: ExportRequest, action: Action, bundle: PolicyBundle) -> Entry:
    return change(
        request,
        action,
        request.author,
        sql_sha256=request.sql_sha256,
        body_sha256=request.body_sha256,
        policy_digest=bundle.digest,
    )
