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


@pytest.mark.parametrize(("verdict", "line"), [("return", "Renvoyée à l&#39;auteur"), ("reject", "Rejetée")])
def test_the_author_reads_the_decision_in_the_history(visit: Visit, waiting: str, verdict: str, line: str) -> None:
    """The page says what was decided; the vote itself is not a line of it."""
    steward, author = visit("steward1"), visit("researcher1")
    fields = {"verdict": verdict, "subject": steward.subject(waiting), "comment": "Expliquez."}
    assert steward.post(f"/review/{waiting}/vote", "/requests", **fields).status_code == 303
    history = author.get(f"/requests/{waiting}").text.split("Historique")[-1]
    assert f'<strong>{line}</strong><span class="when">vérification' in history
    assert "Avis donné" not in history


def test_sending_a_vote_twice_counts_once(rig: Rig, visit: Visit, waiting: str) -> None:
    """The same form sent again, by a double click, changes nothing."""
    steward = visit("steward1")
    fields = {"verdict": "approve", "subject": steward.subject(waiting)}
    first = steward.post(f"/review/{waiting}/vote", "/requests", **fields)
    second = steward.post(f"/review/{waiting}/vote", "/requests", **fields)
    assert (first.status_code, second.status_code) == (303, 409)
    assert len(rig.get(waiting).votes) == 1


def test_a_refused_form_leads_back_to_its_page(visit: Visit, waiting: str) -> None:
    """The switch of language and the main button go to the page of the form, which can be read."""
    steward, page = visit("steward1"), f"/services/egress/review/{waiting}"
    fields = {"verdict": "return", "subject": steward.subject(waiting)}
    answer = steward.post(f"/review/{waiting}/vote", f"/review/{waiting}", **fields)
    assert answer.status_code == 422
    assert f'<a class="button" href="{page}">Rouvrir la page</a>' in answer.text
    assert f'href="{page}?lang=en"' in answer.text
    assert '<html lang="en">' in steward.get(f"/review/{waiting}?lang=en").text


def test_a_form_sent_without_a_session_leads_to_its_page_by_the_login(rig: Rig, waiting: str) -> None:
    """Whoever was logged out meanwhile logs in to the page that they were on."""
    with Visitor(rig, "steward1") as nobody:
        answer = nobody.send("POST", f"/review/{waiting}/vote", data={})
    assert answer.status_code == 401
    assert f'<a class="button" href="/services/egress/review/{waiting}">Se connecter</a>' in answer.text
    assert "Rouvrir la page" not in answer.text


def test_a_form_about_what_is_not_there_offers_no_page(visit: Visit) -> None:
    """A request that does not exist for a person is not offered to be opened again."""
    answer = visit("researcher1").post("/requests/unknown/withdraw", "/requests")
    assert answer.status_code == 404
    assert "Rouvrir la page" not in answer.text
