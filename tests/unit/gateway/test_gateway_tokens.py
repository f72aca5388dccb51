"""Signed values and tickets: forged, old, foreign or used ones are worth nothing."""

from __future__ import annotations

import pytest

from ecluse_platform.gateway.tickets import TICKET_SECONDS, Tickets
from ecluse_platform.gateway.tokens import STATE_SECONDS, LoginState, Session, Signer

NOW = 1_000_000
SIGNER = Signer(b"k" * 32)
SESSION = Session("researcher1", NOW, "login")
STATE = LoginState("researcher1", "diabete-idf", "lab", "browser", NOW)


def test_a_session_lasts_as_long_as_policy_says() -> None:
    """A cookie is read back until its hours are over; a shorter policy holds for cookies already out."""
    cookie = SIGNER.session_cookie(SESSION)
    assert SIGNER.session(cookie, NOW + 3599, 1) == SESSION
    assert SIGNER.session(cookie, NOW + 3600, 1) is None
    assert SIGNER.session(cookie, NOW - 1, 1) is None


@pytest.mark.parametrize("position", range(0, 120, 7))
def test_a_changed_cookie_is_no_session(position: int) -> None:
    """Any changed character makes it void."""
    cookie = SIGNER.session_cookie(SESSION)
    place = position % len(cookie)
    changed = cookie[:place] + ("A" if cookie[place] != "A" else "B") + cookie[place + 1 :]
    assert SIGNER.session(changed, NOW, 8) is None


def test_another_key_or_purpose_is_void() -> None:
    """A state is no session, nor is a session of another installation."""
    assert Signer(b"j" * 32).session(SIGNER.session_cookie(SESSION), NOW, 8) is None
    assert SIGNER.session(SIGNER.login_state(STATE), NOW, 8) is None
    assert SIGNER.read_login_state(SIGNER.session_cookie(SESSION), NOW) is None


@pytest.mark.parametrize("text", ["", ".", "a.b", "é.é", "e30.", "\x00"])
def test_nonsense_is_void(text: str) -> None:
    """Whatever a browser sends is answered, never a fault."""
    assert SIGNER.session(text, NOW, 8) is None


def test_a_login_must_end_in_time() -> None:
    """A state is good for ten minutes."""
    text = SIGNER.login_state(STATE)
    assert SIGNER.read_login_state(text, NOW + STATE_SECONDS - 1) == STATE
    assert SIGNER.read_login_state(text, NOW + STATE_SECONDS) is None


def test_a_short_key_is_refused() -> None:
    """A key that could be guessed does not start the gateway."""
    with pytest.raises(ValueError, match="shorter"):
        Signer(b"short")


def test_a_ticket_works_once_in_its_own_browser_and_in_time() -> None:
    """Used twice, by another browser, or late: nothing."""
    now = [0.0]
    tickets = Tickets(lambda: now[0])
    good = tickets.issue("researcher1", "browser")
    assert tickets.redeem(good, frozenset({"browser"})) == "researcher1"
    assert tickets.redeem(good, frozenset({"browser"})) is None
    stolen = tickets.issue("researcher1", "browser")
    assert tickets.redeem(stolen, frozenset({"other"})) is None
    assert tickets.redeem(stolen, frozenset({"browser"})) is None
    late = tickets.issue("researcher1", "browser")
    now[0] = TICKET_SECONDS
    assert tickets.redeem(late, frozenset({"browser"})) is None
