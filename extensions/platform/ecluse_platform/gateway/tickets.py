"""One-time tickets that carry a proved identity from the gateway's login host to a person's own host.

Kept in memory on purpose: a restart forgets them, and a browser simply logs in again.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass

TICKET_SECONDS = 30
_MOST_TICKETS = 1000


@dataclass(frozen=True)
class _Ticket:
    user: str
    browser: str
    until: float


class Tickets:
    """Issues tickets and takes each back once, from the browser that started the login, for thirty seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._waiting: dict[str, _Ticket] = {}

    def issue(self, user: str, browser: str) -> str:
        """Return a new ticket for a person, bound to the digest of a browser's state cookie."""
        now = self._clock()
        self._waiting = {name: ticket for name, ticket in self._waiting.items() if ticket.until > now}
        while len(self._waiting) >= _MOST_TICKETS:
            self._waiting.pop(next(iter(self._waiting)))
        name = secrets.token_urlsafe(32)
        self._waiting[name] = _Ticket(user, browser, now + TICKET_SECONDS)
        return name

    def redeem(self, name: str, browsers: frozenset[str]) -> str | None:
        """Return the person of a ticket and forget it; None when it is unknown, too old, or of another browser."""
        ticket = self._waiting.pop(name, None)
        if ticket is None or ticket.until <= self._clock() or ticket.browser not in browsers:
            return None
        return ticket.user
