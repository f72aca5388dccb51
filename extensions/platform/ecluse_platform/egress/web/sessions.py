"""Browser sessions and logins under way: held in memory, so that a restart forgets every token."""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

_BYTES = 32
# Bounds on memory, not policy: the oldest entry goes first when a crowd, or an attack, fills the store.
_MOST_SESSIONS = 5_000
_MOST_LOGINS = 5_000
LOGIN_SECONDS = 600

Clock = Callable[[], float]
Entry = TypeVar("Entry")


@dataclass(frozen=True)
class Session:
    """One browser that proved who it is; the token never leaves the service."""

    token: str
    csrf: str

    def __repr__(self) -> str:
        """Show nothing: a log that prints a session must not print its secrets."""
        return "Session(…)"


@dataclass(frozen=True)
class Login:
    """A browser sent to the hub, not yet back: what it must bring, and where it wanted to go."""

    browser: str
    verifier: str
    path: str

    def __repr__(self) -> str:
        """Show nothing: the verifier is a secret."""
        return "Login(…)"


class _Shelf(Generic[Entry]):
    """Entries under the hash of their key, each until its hour: the store alone opens nothing."""

    def __init__(self, most: int, clock: Clock) -> None:
        self._most = most
        self._clock = clock
        self._entries: OrderedDict[str, tuple[float, Entry]] = OrderedDict()
        self._lock = threading.Lock()

    def put(self, entry: Entry, seconds: float) -> str:
        """Keep an entry and return its new, unguessable key."""
        key = secrets.token_urlsafe(_BYTES)
        with self._lock:
            self._entries[_hashed(key)] = (self._clock() + seconds, entry)
            while len(self._entries) > self._most:
                self._entries.popitem(last=False)
        return key

    def get(self, key: str) -> Entry | None:
        """Return an entry whose hour has not come; None otherwise."""
        with self._lock:
            held = self._entries.get(_hashed(key))
            if held is not None and held[0] <= self._clock():
                del self._entries[_hashed(key)]
                held = None
        return None if held is None else held[1]

    def take(self, key: str) -> Entry | None:
        """Return an entry and forget it: a second use finds nothing."""
        entry = self.get(key)
        with self._lock:
            self._entries.pop(_hashed(key), None)
        return entry


class Sessions:
    """Who is logged in, and who is on the way."""

    def __init__(self, clock: Clock) -> None:
        self._open: _Shelf[Session] = _Shelf(_MOST_SESSIONS, clock)
        self._logins: _Shelf[Login] = _Shelf(_MOST_LOGINS, clock)

    def begin_login(self, login: Login) -> str:
        """Remember a browser sent to the hub and return the state it must bring back."""
        return self._logins.put(login, LOGIN_SECONDS)

    def end_login(self, state: str, browser: str) -> Login | None:
        """Return the login of this state once, to the browser that began it only."""
        login = self._logins.take(state)
        if login is None or not secrets.compare_digest(login.browser.encode(), browser.encode()):
            return None
        return login

    def open(self, token: str, seconds: float) -> str:
        """Open a session with its own anti-forgery token and return the cookie's value."""
        return self._open.put(Session(token=token, csrf=secrets.token_urlsafe(_BYTES)), seconds)

    def find(self, key: str) -> Session | None:
        """Return the session of a cookie; None when there is none any more."""
        return self._open.get(key) if key else None

    def close(self, key: str) -> None:
        """End a session: its cookie opens nothing any more."""
        if key:
            self._open.take(key)


def _hashed(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
