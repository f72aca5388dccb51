"""What a data steward decides: votes, quarantined requests, revocations."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from ecluse_platform.core.audit_actions import Action
from ecluse_platform.core.identity import Principal
from ecluse_platform.core.permissions import check_may_review, check_may_vote
from ecluse_platform.core.policy.bundle import PolicyBundle
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.core.requests import (
    Audience,
    Comment,
    ExportRequest,
    Revocation,
    Verdict,
    Vote,
    next_round,
    sha256_of,
)
from ecluse_platform.core.review import STEP_OF_VERDICT, decision_of
from ecluse_platform.core.workflow import State, Step, advance
from ecluse_platform.egress.ports import Store
from ecluse_platform.egress.services.commenting import checked_text
from ecluse_platform.egress.services.entries import change, recording_refusals


@dataclass(frozen=True)
class Ballot:
    """A verdict on the bytes whose subject hash the steward was shown, and what the author should know."""

    verdict: Verdict
    subject: str
    comment: str


def vote(
    store: Store, bundle: PolicyBundle, now: datetime, principal: Principal, request_id: str, ballot: Ballot
) -> ExportRequest:
    """Cast a vote; when it is the last one needed, the round is decided in the same transaction."""
    text = _reason(ballot.comment) if ballot.verdict is not Verdict.APPROVE else checked_text(ballot.comment)
    with store.reading() as reading:
        known = reading.requests.get(request_id)
    with (
        recording_refusals(store, bundle, now, Action.VOTE_REFUSED, principal.name, known.project, known.id),
        store.writing() as work,
    ):
        request = work.requests.get(request_id)
        project = check_may_vote(bundle, principal, request, ballot.subject)
        cast = Vote(principal.name, ballot.verdict, request.round, ballot.subject, now)
        request = replace(request, votes=(*request.votes, cast), updated_at=now)
        if text:
            request = _with_comment(request, principal.name, text, now)
        decision = decision_of(request, project.release.stewards)
        if decision is not None:
            step = STEP_OF_VERDICT[decision.verdict]
            request = replace(request, decision=decision, state=advance(request.state, step))
        entry = change(
            request,
            Action.VOTE_CAST,
            principal.name,
            verdict=ballot.verdict.value,
            subject_sha256=ballot.subject,
            policy_digest=bundle.digest,
            comment_sha256=sha256_of(text.encode()),
        )
        return work.requests.save(request, audit=entry)


def order_screening(
    store: Store, now: datetime, bundle: PolicyBundle, principal: Principal, request_id: str
) -> ExportRequest:
    """Have a quarantined request recomputed: a new round."""
    with store.writing() as work:
        request = work.requests.get(request_id)
        check_may_review(bundle, principal, request)
        again = next_round(request, Step.RESCREEN, now)
        return work.requests.save(again, audit=change(again, Action.SCREENING_ORDERED, principal.name))


def reject_quarantined(
    store: Store, now: datetime, bundle: PolicyBundle, principal: Principal, request_id: str, comment: str
) -> ExportRequest:
    """Refuse a request that could not be screened, and tell the author why."""
    text = _reason(comment)
    with store.writing() as work:
        request = work.requests.get(request_id)
        check_may_review(bundle, principal, request)
        if request.state is not State.QUARANTINED:
            # A request in review is rejected by votes only, never by one steward alone.
            raise Refusal("wrong_state", {"state": request.state.value, "step": Step.REJECT.value})
        rejected = replace(request, state=advance(request.state, Step.REJECT), updated_at=now)
        rejected = _with_comment(rejected, principal.name, text, now)
        return work.requests.save(rejected, audit=change(rejected, Action.REQUEST_REJECTED, principal.name))


def revoke(
    store: Store, now: datetime, bundle: PolicyBundle, principal: Principal, request_id: str, reason: str
) -> ExportRequest:
    """Withdraw a release: no file of it is handed out any more, and the reason stays readable."""
    text = _reason(reason)
    with store.writing() as work:
        request = work.requests.get(request_id)
        check_may_review(bundle, principal, request)
        revoked = replace(
            request,
            state=advance(request.state, Step.REVOKE),
            revocation=Revocation(principal.name, text, now),
            updated_at=now,
        )
        entry = change(revoked, Action.RELEASE_REVOKED, principal.name, comment_sha256=sha256_of(text.encode()))
        return work.requests.save(revoked, audit=entry)


def _reason(comment: str) -> str:
    if not comment.strip():
        raise Refusal("comment_needed")
    return checked_text(comment)


def _with_comment(request: ExportRequest, author: str, text: str, now: datetime) -> ExportRequest:
    comment = Comment(author, Audience.PUBLIC, request.round, text, now)
    return replace(request, comments=(*request.comments, comment))
