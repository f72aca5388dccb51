"""Getting a token from the hub for a person who just logged in."""

from __future__ import annotations

import httpx

from ecluse_platform.core.refusals import Refusal
from ecluse_platform.egress.web.site import CLIENT_ID

_SECONDS = 10.0
_HUB = {"service": "hub"}


class HubTokens:
    """The hub's token endpoint; ``secret`` is the service's own token, which proves the service to the hub."""

    def __init__(self, hub_api_url: str, secret: str) -> None:
        self._url = hub_api_url.rstrip("/")
        self._secret = secret
        # One client for all logins: making one costs more than the request itself. No connection outlives a login:
        # nobody would close it.
        self._client = httpx.Client(timeout=_SECONDS, trust_env=False, limits=httpx.Limits(max_keepalive_connections=0))

    def exchange(self, code: str, verifier: str, callback: str) -> str:
        """Return the person's token for a code used once; refuse when the hub does."""
        fields = {
            "client_id": CLIENT_ID,
            "client_secret": self._secret,
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": callback,
            "code_verifier": verifier,
        }
        try:
            answer = self._client.post(f"{self._url}/oauth2/token", data=fields)
        except httpx.HTTPError as error:
            raise Refusal("service_unreachable", _HUB) from error
        if answer.is_server_error:
            raise Refusal("service_unreachable", _HUB)
        token = _token_in(answer) if answer.is_success else None
        if token is None:
            raise Refusal("login_interrupted")
        return token


def _token_in(answer: httpx.Response) -> str | None:
    try:
        body = answer.json()
    except ValueError:
        return None
    token = body.get("access_token") if isinstance(body, dict) else None
    return token if isinstance(token, str) and token else None
