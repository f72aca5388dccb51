from __future__ import annotations

import re
from typing import Any

import pytest
from speaking_platform import TOKEN, Platform

import ecluse
from ecluse_platform.egress.api.shapes import rules_json
from ecluse_platform.policyfiles import load_policies
from policy_folder import DEMO

REQUEST: dict[str, Any] = {
    "id": "r-1",
    "state": "in_review",
    "title": "Par sexe",
    "purpose": "Décrire",
    "created_at": "2026-11-23T12:00:00Z",
    "updated_at": "2026-11-23T12:00:00Z",
    "items": [{"name": "table_1", "sql": "SELECT 1", "status": "ok"}],
    "comments": [{"text": "bonjour"}],
    "page_url": "http://egress.example/requests/r-1",
    "next_step": {"fr": "Attendez l'avis.", "en": "Wait for the decision."},
}
REFUSAL = {
    "code": "sql_star",
    "fields": {},
    "reason": {"fr": "L'étoile est refusée.", "en": "The star is refused."},
    "next_step": {"fr": "Nommez les colonnes.", "en": "Name the columns."},
}


def draft() -> ecluse.Draft:
    """Start a complete draft."""
    return ecluse.export(title="Par sexe", purpose="Décrire").add_query("SELECT 1")


def test_submit_sends_the_query_and_no_number(platform: Platform) -> None:
    """What leaves the workspace is the text of the query, with the workspace's token."""
    platform.answer("POST", "requests", REQUEST, 201)
    request = draft().submit()
    assert request.state == "in_review"
    [asked] = platform.asked
    assert asked.body == {
        "title": "Par sexe",
        "purpose": "Décrire",
        "items": [{"kind": "query", "name": "table_1", "sql": "SELECT 1"}],
    }
    assert asked.headers["Authorization"] == f"token {TOKEN}"


def test_running_the_cell_again_after_silence_finds_the_same_request(platform: Platform) -> None:
    """A submission that nobody answered is repeated under its first key, even from a new draft of the same content."""
    platform.silent = True
    with pytest.raises(ecluse.EcluseUnreachable, match="ne sera pas déposée deux fois"):
        draft().submit()
    platform.silent = False
    platform.answer("POST", "requests", REQUEST)
    draft().submit()
    draft().submit()
    first, repeated, later = (asked.headers["Idempotency-Key"] for asked in platform.asked)
    assert first == repeated
    assert later != first


def test_a_refusal_is_shown_in_the_readers_language(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    """The reason and the next step are those of the platform; the code is for programs."""
    platform.answer("POST", "preview", REFUSAL, 422)
    with pytest.raises(ecluse.EcluseRefusal, match="L'étoile est refusée") as caught:
        draft().preview()
    assert caught.value.code == "sql_star"
    assert caught.value._render_traceback_() == ["EcluseRefusal: L'étoile est refusée.\n→ Nommez les colonnes."]
    monkeypatch.setenv("ECLUSE_LANG", "en")
    with pytest.raises(ecluse.EcluseRefusal, match="Name the columns"):
        draft().preview()


@pytest.mark.parametrize("content", [b"<html>bad gateway</html>", b'{"unexpected": true}', b"[]"])
def test_an_answer_that_is_no_refusal_is_not_taken_for_one(platform: Platform, content: bytes) -> None:
    """A proxy's error page becomes a clear message, not a traceback of the parser."""
    platform.answer("POST", "preview", content, 502)
    with pytest.raises(ecluse.EcluseUnreachable, match="502"):
        draft().preview()


def test_preview_shows_what_was_understood(platform: Platform) -> None:
    """Dimensions, measures, tables and warnings are all said."""
    platform.answer(
        "POST",
        "preview",
        {
            "items": [
                {
                    "name": "table_1",
                    "dimensions": ["sexe"],
                    "measures": [{"name": "n", "unit": "persons"}],
                    "tables": ["IR_BEN_R"],
                }
            ],
            "warnings": [{"fr": "Déjà diffusé.", "en": "Released before."}],
        },
    )
    shown = draft().preview()
    for word in ("sexe", "IR_BEN_R", "Déjà diffusé."):
        assert word in repr(shown)
        assert word in shown._repr_html_()


def test_requests_refresh_withdraw_and_resubmit(platform: Platform) -> None:
    """Each action is one call on the request's own address."""
    platform.answer("GET", "requests", [REQUEST])
    platform.answer("GET", "requests/r-1", {**REQUEST, "state": "RETURNED"})
    platform.answer("POST", "requests/r-1/resubmit", {**REQUEST, "state": "submitted"})
    platform.answer("POST", "requests/r-1/withdraw", {**REQUEST, "state": "WITHDRAWN"})
    [request] = ecluse.requests()
    assert request.refresh().state == "RETURNED"
    assert request.resubmit(draft()).state == "submitted"
    assert request.withdraw().state == "WITHDRAWN"


def test_a_draft_must_say_what_and_what_for() -> None:
    """Empty words are refused before anything is sent."""
    with pytest.raises(ecluse.EcluseError, match="Objectif"):
        ecluse.export(title="t", purpose=" ")
    with pytest.raises(ecluse.EcluseError, match="aucune requête"):
        ecluse.export(title="t", purpose="p").submit()


def test_outside_of_a_workspace_the_message_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the variables of a workspace nothing is attempted."""
    monkeypatch.delenv("ECLUSE_API", raising=False)
    with pytest.raises(ecluse.EcluseError, match="n'est pas un espace de travail"):
        ecluse.requests()


def test_what_is_shown_is_escaped_and_fetches_nothing(platform: Platform) -> None:
    """A title or a comment is text, whatever it holds; no image, script or style comes from anywhere."""
    hostile = {
        **REQUEST,
        "title": "<img src=x>",
        "comments": [{"text": "<script>x</script>"}],
        "page_url": "javascript:x",
    }
    platform.answer("GET", "requests/r-1", hostile)
    platform.answer("GET", "requests", [hostile])
    for html in (ecluse.requests()[0]._repr_html_(), ecluse.requests()._repr_html_()):
        assert not re.search(r"<(img|script|link|style|iframe)", html)
        assert "javascript:" not in html
        assert not re.search(r"\bsrc=[\"']?http", html)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_rule_of_the_demonstration_is_said_in_words(
    platform: Platform, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    """No name of a policy's key and no code reaches a person, except the project's own and the marks that they read."""
    bundle = load_policies(DEMO)
    project = bundle.project("diabete-idf")
    assert project is not None
    platform.answer("GET", "rules", rules_json(project, bundle.profile_of(project), bundle.privacy_of(project)))
    monkeypatch.setenv("ECLUSE_LANG", language)
    shown = repr(ecluse.rules()).replace("diabete-idf", "")
    assert not re.findall(r"\w+_\w+|True|False|None|\w\.\w", shown)
    assert len(shown.splitlines()) > 40


def test_rules_are_shown(platform: Platform) -> None:
    """The project's thresholds can be read where people work."""
    platform.answer("GET", "rules", {"threshold_persons": 11, "permit": {"start": "2026-01-01", "end": "2029-12-31"}})
    rules = ecluse.rules()
    assert rules["threshold_persons"] == 11
    assert "2029-12-31" in repr(rules)
    assert "Personnes, au moins" in rules._repr_html_()
