"""A hub for the gateway's tests: OAuth with PKCE for two clients, tokens with scopes, and the calls it received.

The whole stack's tests use the real hub; here its answers must be steered: another person, a dead token, no answer.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from typing import Any

from aiohttp import web

USER, PROJECT = "researcher1", "diabete-idf"
SERVER_TOKEN = "server-token-of-researcher1"  # noqa: S105 - a token of the test's own hub
GATEWAY_TOKEN = "a" * 64
SERVER_CLIENT = f"jupyterhub-user-{USER}-{PROJECT}"
ACCESS = f"access:servers!server={USER}/{PROJECT}"


def server_model(user: str = USER, project: str = PROJECT) -> dict[str, Any]:
    """Describe a workspace's own token as JupyterHub does."""
    scopes = [f"access:servers!server={user}/{project}", f"users:activity!user={user}", "custom:egress:submit"]
    return {"name": user, "kind": "user", "admin": False, "groups": [], "scopes": scopes}


class FakeHub:
    """The hub's API and its login, which says yes at once for the person it is set to."""

    def __init__(self) -> None:
        self.logged_in = USER
        self.models: dict[str, dict[str, Any]] = {SERVER_TOKEN: server_model()}
        self.activities: list[Any] = []
        self._codes: dict[str, tuple[str, str, str, str]] = {}

    def application(self) -> web.Application:
        """Return the hub's application."""
        app = web.Application()
        app.router.add_get("/hub/api/oauth2/authorize", self._authorize)
        app.router.add_post("/hub/api/oauth2/token", self._token)
        app.router.add_get("/hub/api/user", self._user)
        app.router.add_post("/hub/api/users/{user}/activity", self._activity)
        app.router.add_get("/hub/home", self._home)
        app.router.add_get("/hub/logout", self._home)
        return app

    async def _authorize(self, request: web.Request) -> web.StreamResponse:
        query = request.query
        code = secrets.token_urlsafe(16)
        known = (query["client_id"], query["redirect_uri"], query.get("code_challenge", ""), self.logged_in)
        self._codes[code] = known
        place = f"{query['redirect_uri']}?code={code}&state={query['state']}"
        if place.startswith("/"):
            place = f"http://{self.logged_in}.{request.host}{place}"
        answer = web.Response(status=302, headers={"Location": place})
        answer.set_cookie("jupyterhub-session-id", "one-login", domain="hub.localhost", path="/")
        return answer

    async def _token(self, request: web.Request) -> web.StreamResponse:
        form = await request.post()
        client, redirect, challenge, person = self._codes.pop(str(form["code"]), ("", "", "", ""))
        verifier = str(form.get("code_verifier", ""))
        digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        secret = GATEWAY_TOKEN if client == "service-gateway" else SERVER_TOKEN
        good = (form["client_id"], form["redirect_uri"], form["client_secret"]) == (client, redirect, secret)
        if not good or digest != challenge:
            return web.json_response({"error": "invalid_grant"}, status=400)
        token = secrets.token_urlsafe(16)
        scopes = ["read:users:name!user=" + person, *([ACCESS] if client == SERVER_CLIENT else [])]
        self.models[token] = {"name": person, "kind": "user", "admin": False, "groups": [], "scopes": scopes}
        return web.json_response({"access_token": token, "token_type": "Bearer"})

    async def _user(self, request: web.Request) -> web.StreamResponse:
        model = self.models.get(request.headers.get("Authorization", "").removeprefix("token "))
        return web.json_response(model) if model else web.json_response({"status": 403}, status=403)

    async def _activity(self, request: web.Request) -> web.StreamResponse:
        self.activities.append((request.match_info["user"], await request.json()))
        return web.Response(status=200)

    async def _home(self, _request: web.Request) -> web.StreamResponse:
        return web.Response(text="<h1>Mes projets</h1>", content_type="text/html")
