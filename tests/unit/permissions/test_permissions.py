from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache

import pytest

from ecluse_platform.core.identity import SUBMIT_SCOPE, Principal
from ecluse_platform.core.permissions import (
    allowed,
    check_is_authorised,
    check_may_change,
    check_may_download,
    check_may_review,
    check_may_see,
    check_may_submit,
    check_may_vote,
)
from ecluse_platform.core.policy.bundle import PolicyBundle
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.core.requests import ExportRequest, Query, Release, ScreenedTable, Screening, Verdict, Vote
from ecluse_platform.core.workflow import State
from ecluse_platform.policyfiles import load_policies
from egress_rig.rig import ONE_STEWARD, ROOT, TWO_STEWARDS, steward

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
LATE = date(2030, 1, 1)
EARLY = date(2025, 12, 31)
H = "0" * 64
SCREENED = Screening((ScreenedTable("t", H, H, H, "20261123T120000Z-0123abcd", 1),), H, H, "c", NOW)


@cache
def policies() -> PolicyBundle:
    """Return the demonstration's policies."""
    return load_policies(ROOT / "policies")


def a_request(state: State = State.IN_REVIEW, author: str = "researcher1", project: str = ONE_STEWARD) -> ExportRequest:
    """Return a request whose table was screened."""
    return ExportRequest(
        id="r1",
        project=project,
        author=author,
        title="t",
        purpose="p",
        items=(Query("t", "SELECT 1", ("IR_BEN_R",), (), ("n",)),),
        idempotency_key="k",
        body_sha256=H,
        created_at=NOW,
        updated_at=NOW,
        state=state,
        screening=SCREENED,
        release=Release((), NOW) if state in {State.RELEASED, State.REVOKED} else None,
    )


def subject(request: ExportRequest) -> str:
    """Return what votes on a request are bound to."""
    if request.screening is None:
        raise AssertionError("nothing screened")
    return request.screening.subject


def voted(request: ExportRequest, *names: str, verdict: Verdict = Verdict.APPROVE) -> ExportRequest:
    """Return the request with votes on its very bytes."""
    votes = tuple(Vote(name, verdict, request.round, subject(request), NOW) for name in names)
    return replace(request, votes=(*request.votes, *votes))


def code_of(check: Callable[[], object]) -> str | None:
    """Return the code of the refusal, None when the check passes."""
    try:
        check()
    except Refusal as refusal:
        return refusal.code
    return None


@pytest.mark.parametrize(
    ("person", "project", "on", "open_now", "code"),
    [
        ("researcher1", ONE_STEWARD, TODAY, 0, None),
        ("researcher1", ONE_STEWARD, TODAY, 19, None),
        ("researcher1", ONE_STEWARD, TODAY, 20, "too_many_open"),
        ("researcher1", ONE_STEWARD, LATE, 0, "permit_expired"),
        ("researcher1", ONE_STEWARD, EARLY, 0, "permit_not_started"),
        ("researcher1", TWO_STEWARDS, TODAY, 0, "not_in_permit"),
        ("projectadmin1", ONE_STEWARD, TODAY, 0, "not_in_permit"),
        ("steward1", ONE_STEWARD, TODAY, 0, "not_in_permit"),
        ("researcher1", "no-such", TODAY, 0, "unknown_project"),
    ],
)
def test_who_may_submit(person: str, project: str, on: date, open_now: int, code: str | None) -> None:
    """A researcher of the project, while its permit is in force and its quota lasts."""
    assert code_of(lambda: check_may_submit(policies(), person, project, on, open_now)) == code


@pytest.mark.parametrize(
    ("person", "on", "sees", "changes"),
    [
        ("researcher1", TODAY, None, None),
        ("researcher2", TODAY, None, "not_the_author"),
        ("projectadmin1", TODAY, "not_in_permit", "not_in_permit"),
        ("steward1", TODAY, "unknown_request", "unknown_request"),
        ("operator1", TODAY, "unknown_request", "unknown_request"),
        ("researcher1", LATE, "permit_expired", "permit_expired"),
    ],
)
def test_who_may_see_and_change(person: str, on: date, sees: str | None, changes: str | None) -> None:
    """Researchers of the project see its requests, authors change them, for others they do not exist."""
    assert code_of(lambda: check_may_see(policies(), person, a_request(), on)) == sees
    assert code_of(lambda: check_may_change(policies(), person, a_request(), on)) == changes


@pytest.mark.parametrize(
    ("person", "state", "on", "code"),
    [
        ("researcher2", State.RELEASED, TODAY, None),
        ("projectadmin1", State.RELEASED, TODAY, None),
        ("steward1", State.RELEASED, TODAY, "unknown_request"),
        ("researcher1", State.RELEASED, LATE, "permit_expired"),
        ("researcher1", State.REVOKED, TODAY, "release_revoked"),
        ("researcher1", State.APPROVED, TODAY, "not_released"),
        ("researcher1", State.IN_REVIEW, TODAY, "not_released"),
    ],
)
def test_who_may_download(person: str, state: State, on: date, code: str | None) -> None:
    """Members of the project, while the permit is in force and the release stands."""
    assert code_of(lambda: check_may_download(policies(), person, a_request(state), on)) == code


@pytest.mark.parametrize(
    ("principal", "request_", "code"),
    [
        (steward("steward1"), a_request(), None),
        (Principal("steward1", frozenset({SUBMIT_SCOPE})), a_request(), "not_a_steward"),
        (steward("researcher1"), a_request(), "not_a_steward"),
        (steward("operator1"), a_request(), "not_a_steward"),
        (steward("steward1"), a_request(author="steward1"), "steward_is_author"),
        (steward("steward1"), a_request(project="no-such"), "unknown_project"),
    ],
)
def test_who_may_review(principal: Principal, request_: ExportRequest, code: str | None) -> None:
    """A steward named in the policy, with a token that may review, who did not write the request."""
    assert code_of(lambda: check_may_review(policies(), principal, request_)) == code


@pytest.mark.parametrize("member", ["researcher2", "projectadmin1"])
def test_a_member_of_the_project_never_reviews_it(member: str) -> None:
    """Not even when the platform's policy names the same person as a steward."""
    people = policies().platform.people.model_copy(update={"stewards": ("steward1", member)})
    bundle = replace(policies(), platform=policies().platform.model_copy(update={"people": people}))
    assert code_of(lambda: check_may_review(bundle, steward(member), a_request())) == "steward_is_member"


def test_a_vote_is_for_the_bytes_shown_once_and_in_review() -> None:
    """Other bytes, a second vote and another state are refused."""
    shown = a_request()
    check = check_may_vote
    assert allowed(check, policies(), steward("steward1"), shown, subject(shown))
    assert code_of(lambda: check(policies(), steward("steward1"), shown, "f" * 64)) == "screened_bytes_changed"
    again = voted(shown, "steward1")
    assert code_of(lambda: check(policies(), steward("steward1"), again, subject(shown))) == "already_voted"
    assert allowed(check, policies(), steward("steward2"), again, subject(shown))
    for state in set(State) - {State.IN_REVIEW}:
        other = a_request(state)
        assert code_of(lambda r=other: check(policies(), steward("steward1"), r, subject(shown))) == "not_in_review"  # type: ignore[misc]  # bound by default


@pytest.mark.parametrize(
    ("names", "project", "code"),
    [
        ((), ONE_STEWARD, "not_approved"),
        (("steward1",), ONE_STEWARD, None),
        (("researcher2",), ONE_STEWARD, "not_approved"),
        (("operator1",), ONE_STEWARD, "not_approved"),
        (("steward1",), TWO_STEWARDS, "not_approved"),
        (("steward1", "steward1"), TWO_STEWARDS, "not_approved"),
        (("steward1", "researcher1"), TWO_STEWARDS, "not_approved"),
        (("steward1", "steward2"), TWO_STEWARDS, None),
    ],
)
def test_what_authorises_a_release(names: tuple[str, ...], project: str, code: str | None) -> None:
    """Enough distinct stewards who may still vote, on the very bytes."""
    request = voted(a_request(State.APPROVED, author="researcher2", project=project), *names)
    assert code_of(lambda: check_is_authorised(policies(), request, TODAY)) == code


def test_votes_on_other_bytes_or_another_round_authorise_nothing() -> None:
    """A vote says nothing of what its steward did not see."""
    request = voted(a_request(State.APPROVED), "steward1")
    assert code_of(lambda: check_is_authorised(policies(), replace(request, round=2), TODAY)) == "not_approved"
    other = replace(request, screening=replace(SCREENED, tables=(replace(SCREENED.tables[0], table_sha256="1" * 64),)))
    assert code_of(lambda: check_is_authorised(policies(), other, TODAY)) == "not_approved"
    opposed = voted(request, "steward2", verdict=Verdict.REJECT)
    assert code_of(lambda: check_is_authorised(policies(), opposed, TODAY)) == "not_approved"
    assert code_of(lambda: check_is_authorised(policies(), request, LATE)) == "permit_expired"
