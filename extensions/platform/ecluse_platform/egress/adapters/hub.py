"""Who a token belongs to, asked of the hub and remembered for a few seconds at most."""

from __future__ import annotations

import hashlib
import threading
import time
from http import HTTPStatus

import httpx

from ecluse_platform.core.identity import Principal
from ecluse_platform.core.names import is_user_name
from ecluse_platform.core.refusals import Refusal

TIMEOUT_SECONDS = 5.0
# Also the longest time for which a token that was revoked is still believed.
REMEMBERED_SECONDS = 10.0
MOST_REMEMBERED = 1000
LONGEST_TOKEN = 512


class HubIdentities:
    """Asks ``GET /user`` with the token itself, so that the hub answers with that token's own scopes."""

    def __init__(self, api_url: str, transport: httpx.BaseTransport | None = None) -> None:
        """Ask the hub at an API address."""
        self._client = httpx.Client(
            base_url=api_url, timeout=TIMEOUT_SECONDS, follow_redirects=False, trust_env=False, transport=transport
        )
        self._known: dict[str, tuple[float, Principal]] = {}
        self._lock = threading.Lock()

    def principal(self, token: str) -> Principal:
        """Return the person and scopes of a token; refuse an unknown token, or any while the hub does not answer."""
        if not 0 < len(token) <= LONGEST_TOKEN or not token.isascii() or not token.isprintable():
            raise Refusal("not_authenticated")
        # Tokens are remembered by hash: nothing that can be used lies in this memory.
        key = hashlib.sha256(token.encode()).hexdigest()
        now = time.monotonic()
        with self._lock:
            known = self._known.get(key)
        if known is not None and now - known[0] < REMEMBERED_SECONDS:
            return known[1]
        found = self._ask(token)
        with self._lock:
            if len(self._known) >= MOST_REMEMBERED:
                self._known.clear()
            self._known[key] = (now, found)
        return found

    def close(self) -> None:
        """Close the connections to the hub."""
        self._client.close()

    def _ask(self, token: str) -> Principal:
        try:
            answer = self._client.get("/user", headers={"Authorization": f"token {token}"})
        except httpx.HTTPError as error:
            raise Refusal("service_unreachable", {"service": "hub"}) from error
        if answer.status_code in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}:
            raise Refusal("not_authenticated")
        if answer.status_code != HTTPStatus.OK:
            raise Refusal("service_unreachable", {"service": "hub"})
        return _principal(answer)


def _principal(answer: httpx.Response) -> Principal:
    """Read the hub's answer; anything but a person with scopes is nobody."""
    try:
        body = answer.json()
        name, scopes, kind = body["name"], body["scopes"], body["kind"]
    except (ValueError, KeyError, TypeError) as error:
        raise Refusal("not_authenticated") from error
    if kind != "user" or not isinstance(name, str) or not is_user_name(name) or not isinstance(scopes, list):
        raise Refusal("not_authenticated")
    return Principal(name, frozenset(scope for scope in scopes if isinstance(scope, str)))
