"""Sessions and logins under way."""

from __future__ import annotations

from ecluse_platform.egress.web import pkce, sessions
from ecluse_platform.egress.web.sessions import LOGIN_SECONDS, Login, Sessions


class Clock:
    """A clock that moves when told."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """Return the moment it was told."""
        return self.now


def test_a_session_ends_at_its_hour() -> None:
    """A session opens nothing any more once its time is over."""
    clock = Clock()
    kept = Sessions(clock)
    key = kept.open("token", 60)
    assert kept.find(key) is not None
    clock.now = 60
    assert kept.find(key) is None


def test_a_closed_session_is_gone() -> None:
    """Logging out forgets the token."""
    kept = Sessions(Clock())
    key = kept.open("token", 60)
    kept.close(key)
    assert kept.find(key) is None


def test_keys_and_forgery_tokens_are_never_shared() -> None:
    """Each session has its own key and its own anti-forgery token."""
    kept = Sessions(Clock())
    keys = [kept.open("token", 60) for _ in range(50)]
    assert len(set(keys)) == 50
    assert len({found.csrf for key in keys if (found := kept.find(key))}) == 50


def test_a_state_is_good_once() -> None:
    """The answer of a login can be used once."""
    kept = Sessions(Clock())
    state = kept.begin_login(Login("browser", "verifier", "/"))
    assert kept.end_login(state, "browser") == Login("browser", "verifier", "/")
    assert kept.end_login(state, "browser") is None


def test_a_state_is_good_for_the_browser_that_left_with_it() -> None:
    """Another browser's answer is refused, and the state is spent."""
    kept = Sessions(Clock())
    state = kept.begin_login(Login("browser", "verifier", "/"))
    assert kept.end_login(state, "other") is None
    assert kept.end_login(state, "browser") is None


def test_a_login_does_not_wait_for_ever() -> None:
    """A login that took too long begins again."""
    clock = Clock()
    kept = Sessions(clock)
    state = kept.begin_login(Login("browser", "verifier", "/"))
    clock.now = LOGIN_SECONDS
    assert kept.end_login(state, "browser") is None


def test_the_store_is_bounded() -> None:
    """A flood of logins pushes out the oldest and never fills the memory."""
    kept = Sessions(Clock())
    first = kept.begin_login(Login("browser", "verifier", "/"))
    for _ in range(sessions._MOST_LOGINS):
        kept.begin_login(Login("browser", "verifier", "/"))
    assert kept.end_login(first, "browser") is None


def test_secrets_do_not_print() -> None:
    """Neither token, nor anti-forgery token, nor verifier shows when a value is printed."""
    kept = Sessions(Clock())
    session = kept.find(kept.open("s3cret-token", 60))
    assert session is not None
    assert "s3cret" not in repr(session)
    assert session.csrf not in repr(session)
    assert "s3cret" not in repr(Login("s3cret-browser", "s3cret-verifier", "/"))


def test_pkce_example_of_the_standard() -> None:
    """The challenge is the one of RFC 7636, appendix B."""
    assert pkce.challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == (
        "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    )
