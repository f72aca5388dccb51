"""Who may do what to an export request: one check per rule, each raises; nothing here answers yes by default."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import ParamSpec

from ecluse_platform.core.identity import REVIEW_SCOPE, Principal
from ecluse_platform.core.permit import check_in_force, check_may_work
from ecluse_platform.core.policy.bundle import PolicyBundle
from ecluse_platform.core.policy.project import Lane, Project
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.core.requests import ExportRequest, Verdict
from ecluse_platform.core.workflow import OPEN_STATES, State

P = ParamSpec("P")


def allowed(check: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> bool:
    """Say whether a check passes: for showing a button, never instead of the check itself."""
    try:
        check(*args, **kwargs)
    except Refusal:
        return False
    return True


def check_may_submit(bundle: PolicyBundle, person: str, project_id: str, on: date, open_now: int) -> Project:
    """A researcher of the project submits while the permit is in force and the quota not used up."""
    project = check_may_work(bundle, person, project_id, on)
    if open_now >= project.release.open_requests:
        raise Refusal("too_many_open", {"project": project.id, "limit": str(project.release.open_requests)})
    return project


def check_lane_open(project: Project, lane: Lane = Lane.VERIFIED_QUERY) -> None:
    """Verified queries and private answers leave only projects whose release rules open their lane."""
    if lane not in project.release.lanes:
        code = "private_lane_closed" if lane is Lane.PRIVATE_QUERY else "lane_closed"
        raise Refusal(code, {"project": project.id})


def check_may_see(bundle: PolicyBundle, person: str, request: ExportRequest, on: date) -> Project:
    """A researcher of the project sees its requests while the permit is in force; for others it does not exist."""
    project = bundle.project(request.project)
    if project is None or project.role_of(person) is None:
        raise Refusal("unknown_request")
    return check_may_work(bundle, person, request.project, on)


def check_may_change(bundle: PolicyBundle, person: str, request: ExportRequest, on: date) -> Project:
    """Only the author withdraws, answers or resubmits a request, while the permit is in force."""
    project = check_may_see(bundle, person, request, on)
    if request.author != person:
        raise Refusal("not_the_author")
    return project


def check_may_download(bundle: PolicyBundle, person: str, request: ExportRequest, on: date) -> Project:
    """A member of the project takes released files while the permit is in force and the release stands."""
    project = bundle.project(request.project)
    if project is None or project.role_of(person) is None:
        raise Refusal("unknown_request")
    check_in_force(project, on)
    if request.state is State.REVOKED:
        raise Refusal("release_revoked")
    if request.state is not State.RELEASED or request.release is None:
        raise Refusal("not_released")
    return project


def check_is_steward(bundle: PolicyBundle, principal: Principal) -> None:
    """A steward is named in the platform's policy and comes with a token that may review."""
    if not bundle.is_steward(principal.name) or not principal.holds(REVIEW_SCOPE):
        raise Refusal("not_a_steward")


def check_may_review(bundle: PolicyBundle, principal: Principal, request: ExportRequest) -> Project:
    """A steward reviews requests of projects that exist, never one's own and never of a project one belongs to."""
    check_is_steward(bundle, principal)
    project = bundle.project(request.project)
    if project is None:
        raise Refusal("unknown_project")
    check_is_independent(project, principal.name, request)
    return project


def check_is_independent(project: Project, person: str, request: ExportRequest) -> None:
    """Nobody reviews their own request nor one of a project they are a member of, in any role."""
    if person == request.author:
        raise Refusal("steward_is_author")
    if project.role_of(person) is not None:
        raise Refusal("steward_is_member", {"project": project.id})


def check_may_vote(bundle: PolicyBundle, principal: Principal, request: ExportRequest, subject: str) -> Project:
    """One vote per steward and round, on the very bytes that were shown, while the request is in review."""
    project = check_may_review(bundle, principal, request)
    if request.state is not State.IN_REVIEW or request.screening is None:
        raise Refusal("not_in_review")
    if request.screening.subject != subject:
        raise Refusal("screened_bytes_changed")
    if any(v.steward == principal.name and v.round == request.round for v in request.votes):
        raise Refusal("already_voted")
    return project


def check_is_authorised(bundle: PolicyBundle, request: ExportRequest, on: date) -> Project:
    """A release needs, at its very moment, enough approving votes on these bytes by stewards still eligible."""
    project = bundle.project(request.project)
    if project is None:
        raise Refusal("unknown_project")
    check_in_force(project, on)
    if request.state not in {State.APPROVED, State.RELEASED} or request.screening is None:
        raise Refusal("not_approved")
    eligible = {
        vote.steward
        for vote in request.current_votes
        if vote.verdict is Verdict.APPROVE
        and bundle.is_steward(vote.steward)
        and allowed(check_is_independent, project, vote.steward, request)
    }
    opposed = any(vote.verdict is not Verdict.APPROVE for vote in request.current_votes)
    if opposed or len(eligible) < project.release.stewards:
        raise Refusal("not_approved")
    return project


def is_open(request: ExportRequest) -> bool:
    """Say whether a request counts towards its project's quota."""
    return request.state in OPEN_STATES
