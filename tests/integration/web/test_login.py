"""Logging in to the pages, staying in, and going out."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from web_rig.browser import Visitor
from web_rig.rig import Rig


def test_login_goes_to_the_hub_with_pkce_and_comes_back_to_the_page(rig: Rig) -> None:
    """A page asked for without a session leads to the hub's public address, and afterwards to that very page."""
    with Visitor(rig, "steward1") as visitor:
        away = visitor.get("/review?tab=waiting")
        assert away.headers["location"].startswith(f"{rig.hub_url}/hub/api/oauth2/authorize?")
        asked = parse_qs(urlsplit(away.headers["location"]).query)
        assert asked["code_challenge_method"] == ["S256"]
        assert asked["redirect_uri"] == [f"{rig.url}/oauth_callback"]
        opened = visitor.log_in("/review?tab=waiting")
        assert opened.headers["location"] == "/services/egress/review?tab=waiting"
        assert visitor.get("/review?tab=waiting").status_code == 200


def test_cookies_stay_with_the_service_and_away_from_scripts(rig: Rig) -> None:
    """Each cookie is HttpOnly, SameSite=Lax and sent to the service's own path only."""
    with Visitor(rig, "steward1") as visitor:
        for answer in (visitor.get("/review"), visitor.log_in()):
            for cookie in answer.headers.get_list("set-cookie"):
                assert "HttpOnly" in cookie
                assert "samesite=lax" in cookie.lower()
                assert "Path=/services/egress/" in cookie


def test_the_token_never_reaches_the_browser(rig: Rig) -> None:
    """No cookie, header or page holds the hub's token."""
    with Visitor(rig, "steward1") as visitor:
        answers = [visitor.log_in("/review"), visitor.get("/review")]
        (token,) = rig.hub.tokens
        assert all(token not in answer.text + str(answer.headers) for answer in answers)


def test_a_state_of_another_browser_is_refused(rig: Rig) -> None:
    """An attacker's answer of the hub cannot be slipped to somebody else (login CSRF)."""
    with Visitor(rig, "researcher1") as attacker, Visitor(rig, "steward1") as victim:
        away = attacker.get("/requests")
        back = urlsplit(attacker.ask_hub(away.headers["location"]).headers["location"])
        victim.get("/requests")
        answer = victim.get(f"/oauth_callback?{back.query}")
        assert answer.status_code == 403
        assert victim.get("/requests").status_code == 302


def test_an_invented_or_repeated_answer_is_refused(rig: Rig) -> None:
    """A state is good once; one that we never gave is good never."""
    with Visitor(rig, "researcher1") as visitor:
        away = visitor.get("/requests")
        back = urlsplit(visitor.ask_hub(away.headers["location"]).headers["location"])
        assert visitor.get(f"/oauth_callback?{back.query}").status_code == 302
        for query in (back.query, "code=x&state=y", "", "error=access_denied&state=z"):
            assert visitor.get(f"/oauth_callback?{query}").status_code == 403


def test_a_token_that_the_hub_no_longer_knows_ends_the_session(rig: Rig, visit: Callable[[str], Visitor]) -> None:
    """Once the few seconds of memory are over, a revoked token opens nothing."""
    visitor = visit("steward1")
    rig.hub.tokens.clear()
    rig.forget_identities()
    assert visitor.get("/review").status_code == 302


def test_logout_ends_our_session_and_then_the_hubs(rig: Rig, visit: Callable[[str], Visitor]) -> None:
    """After logging out the old cookie is worth nothing, and the hub's own session is ended next."""
    visitor = visit("researcher1")
    old = dict(visitor.client.cookies)
    answer = visitor.post("/logout", "/requests")
    assert f'content="0; url={rig.hub_url}/hub/logout"' in answer.text
    visitor.client.cookies.update(old)
    assert visitor.get("/requests").status_code == 302


def test_a_form_without_a_session_asks_for_a_login(rig: Rig) -> None:
    """A form sent when nobody is logged in does nothing and is not sent again behind the person's back."""
    with Visitor(rig, "steward1") as visitor:
        answer = visitor.send("POST", "/review/abc/vote", data={"verdict": "approve"})
        assert answer.status_code == 401
        assert "location" not in answer.headers


def test_a_language_asked_on_the_first_visit_outlasts_the_login(rig: Rig) -> None:
    """Coming from the hub's English pages without a session, one reads English once logged in."""
    with Visitor(rig, "researcher1") as visitor:
        opened = visitor.log_in("/requests?lang=en")
        assert opened.headers["location"] == "/services/egress/requests"
        assert '<html lang="en">' in visitor.get("/requests").text
