"""Forms: only our own, only with the session's token, only of a size a person writes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ecluse_platform.core.workflow import State
from web_rig.browser import Visitor
from web_rig.rig import ONE_PROJECT, Rig

Visit = Callable[[str], Visitor]


@pytest.fixture
def waiting(rig: Rig) -> str:
    """A request that waits for a steward."""
    return rig.submit(author="researcher1", project=ONE_PROJECT, title="Patients par sexe")


@pytest.mark.parametrize("token", [None, "", "wrong", "é"])
def test_without_the_token_nothing_is_done(rig: Rig, visit: Visit, waiting: str, token: str | None) -> None:
    """A vote without the session's token is refused, and leaves no trace on the request."""
    steward = visit("steward1")
    fields = {"verdict": "approve", "subject": steward.subject(waiting)}
    answer = steward.send(
        "POST", f"/review/{waiting}/vote", data=fields if token is None else {**fields, "csrf": token}
    )
    assert answer.status_code == 403
    assert "rien n&#39;a été fait" in answer.text
    assert rig.get(waiting).votes == ()


def test_the_token_of_another_session_is_refused(rig: Rig, visit: Visit, waiting: str) -> None:
    """A token is good for the session that it was made for."""
    steward, other = visit("steward1"), visit("researcher1")
    fields = {"verdict": "approve", "subject": steward.subject(waiting), "csrf": other.csrf()}
    assert steward.send("POST", f"/review/{waiting}/vote", data=fields).status_code == 403
    assert rig.get(waiting).votes == ()


@pytest.mark.parametrize("origin", ["null", "http://researcher1.hub.localhost", "http://hub.localhost"])
def test_a_form_from_another_origin_is_refused(rig: Rig, visit: Visit, waiting: str, origin: str) -> None:
    """Even with the right token, a form that a browser says comes from elsewhere is refused."""
    steward = visit("steward1")
    fields = {"verdict": "approve", "subject": steward.subject(waiting), "csrf": steward.csrf()}
    answer = steward.send("POST", f"/review/{waiting}/vote", data=fields, headers={"Origin": origin})
    assert answer.status_code == 403
    assert rig.get(waiting).votes == ()


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("csrf=x&comment=" + "a" * 70_000, "application/x-www-form-urlencoded"),
        ("&".join(f"a{n}=1" for n in range(50)), "application/x-www-form-urlencoded"),
        ("csrf=%ff%fe", "application/x-www-form-urlencoded"),
        ('{"csrf": "x"}', "application/json"),
        ("csrf=x", "text/plain"),
        ("", ""),
    ],
)
def test_what_no_form_of_ours_sends_is_refused(rig: Rig, visit: Visit, waiting: str, body: str, kind: str) -> None:
    """Bodies too long, with too many fields, of another kind or not text are refused before anything is done."""
    steward = visit("steward1")
    answer = steward.send("POST", f"/review/{waiting}/vote", content=body, headers={"Content-Type": kind})
    assert answer.status_code == 403
    assert rig.get(waiting).state is State.IN_REVIEW


@pytest.mark.parametrize(
    ("fields", "status"),
    [({}, 403), ({"verdict": "sure"}, 403), ({"verdict": "return"}, 422), ({"verdict": "reject", "comment": " "}, 422)],
)
def test_a_vote_must_be_complete(rig: Rig, visit: Visit, waiting: str, fields: dict[str, str], status: int) -> None:
    """No verdict, an unknown one, or a return or rejection without a word is refused."""
    steward = visit("steward1")
    answer = steward.post(f"/review/{waiting}/vote", f"/review/{waiting}", subject=steward.subject(waiting), **fields)
    assert answer.status_code == status
    assert rig.get(waiting).votes == ()


def test_sending_a_vote_twice_counts_once(rig: Rig, visit: Visit, waiting: str) -> None:
    """The same form sent again, by a double click, changes nothing."""
    steward = visit("steward1")
    fields = {"verdict": "approve", "subject": steward.subject(waiting)}
    first = steward.post(f"/review/{waiting}/vote", "/requests", **fields)
    second = steward.post(f"/review/{waiting}/vote", "/requests", **fields)
    assert (first.status_code, second.status_code) == (303, 409)
    assert len(rig.get(waiting).votes) == 1
