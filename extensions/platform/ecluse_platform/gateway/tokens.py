"""Signed values that a browser carries for the gateway: the session cookie and the state of a login.

They hold no secret and no hub token: a name, a time, the digest of another cookie; and a signature.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import asdict, dataclass
from typing import Any

_SHORTEST_KEY = 32
STATE_SECONDS = 600


@dataclass(frozen=True)
class Session:
    """A browser that proved who it is; ``login`` ties it to the hub's login that it came from."""

    user: str
    issued: int
    login: str


@dataclass(frozen=True)
class LoginState:
    """A login under way: for which person's workspace, started in which browser, to come back to which page."""

    user: str
    project: str
    page: str
    browser: str
    issued: int


class Signer:
    """Signs and reads back; each purpose has its own key, so one value can never pass for another."""

    def __init__(self, key: bytes) -> None:
        if len(key) < _SHORTEST_KEY:
            raise ValueError(f"gateway_session_key is shorter than {_SHORTEST_KEY} bytes")
        self._key = key

    def session_cookie(self, session: Session) -> str:
        """Write a session as a cookie value."""
        return self._sealed("session", asdict(session))

    def session(self, cookie: str, now: float, hours: int) -> Session | None:
        """Read a session cookie; None when it is forged, not yet valid, or older than policy allows."""
        values = self._opened("session", cookie)
        if values is None or not 0 <= now - values["issued"] < hours * 3600:
            return None
        return Session(**values)

    def login_state(self, state: LoginState) -> str:
        """Write a login state for the hub to carry."""
        return self._sealed("state", asdict(state))

    def read_login_state(self, text: str, now: float) -> LoginState | None:
        """Read a login state; None when it is forged or too old."""
        values = self._opened("state", text)
        if values is None or not 0 <= now - values["issued"] < STATE_SECONDS:
            return None
        return LoginState(**values)

    def code_verifier(self, state: str) -> str:
        """The PKCE secret of one login: computed from its state, so it is stored nowhere."""
        return _text(self._mac("pkce", state.encode()))

    def _sealed(self, purpose: str, values: dict[str, Any]) -> str:
        body = _text(json.dumps(values, separators=(",", ":"), sort_keys=True).encode())
        return f"{body}.{_text(self._mac(purpose, body.encode()))}"

    def _opened(self, purpose: str, text: str) -> dict[str, Any] | None:
        body, _, signature = text.partition(".")
        if not hmac.compare_digest(_text(self._mac(purpose, body.encode())).encode(), signature.encode()):
            return None
        try:
            values: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        except (ValueError, binascii.Error):
            return None
        return values

    def _mac(self, purpose: str, message: bytes) -> bytes:
        key = hmac.digest(self._key, f"ecluse gateway {purpose}".encode(), "sha256")
        return hmac.digest(key, message, "sha256")


def digest_of(value: str) -> str:
    """Digest of a value that must be recognised later and never read."""
    return _text(hashlib.sha256(value.encode()).digest())


def code_challenge(verifier: str) -> str:
    """The public half of PKCE, by S256."""
    return digest_of(verifier)


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
