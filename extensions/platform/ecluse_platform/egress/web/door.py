"""The door of the pages: from a cookie to a visitor, from a form to its fields, or to the hub's login page."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from urllib.parse import urlencode

from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from ecluse_platform.core.identity import Principal
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.egress.deps import Deps
from ecluse_platform.egress.web import pkce
from ecluse_platform.egress.web.forms import read_form
from ecluse_platform.egress.web.hubtoken import HubTokens
from ecluse_platform.egress.web.language import PARAMETER, remember
from ecluse_platform.egress.web.sessions import LOGIN_SECONDS, Login, Sessions
from ecluse_platform.egress.web.site import CLIENT_ID, Site
from ecluse_platform.egress.web.visitor import LoginNeeded, Visitor

_BROWSER_BYTES = 32
_HOUR = 3600
_UNKNOWN = "not_authenticated"


class Door:
    """Knows who comes in; keeps tokens inside."""

    def __init__(self, deps: Deps, site: Site, sessions: Sessions, tokens: HubTokens) -> None:
        self._deps = deps
        self._site = site
        self._sessions = sessions
        self._tokens = tokens
        # Browsers keep a cookie of this prefix only when it came over an encrypted connection.
        mark = "__Secure-" if site.secure else ""
        self._session_cookie = f"{mark}ecluse-egress"
        self._login_cookie = f"{mark}ecluse-egress-login"

    def visitor(self, request: Request) -> Visitor:
        """Return who is asking, as the hub says at this moment; raise ``LoginNeeded`` when nobody is logged in."""
        key = request.cookies.get(self._session_cookie, "")
        session = self._sessions.find(key)
        if session is None:
            raise LoginNeeded
        try:
            principal = self._deps.identities.principal(session.token)
        except Refusal as refusal:
            if refusal.code != _UNKNOWN:
                raise
            self._sessions.close(key)
            raise LoginNeeded from refusal
        return Visitor(principal, session, self._deps.policies.current())

    async def form(self, request: Request) -> tuple[Visitor, Mapping[str, str]]:
        """Return who sent a form and its fields, once both the session and the form have proved themselves."""
        visitor = await run_in_threadpool(self.visitor, request)
        return visitor, await read_form(request, visitor.session, self._site.origin)

    def begin(self, request: Request) -> Response:
        """Send a browser to the hub to prove who it is, then back to the page it asked for."""
        browser = request.cookies.get(self._login_cookie) or secrets.token_urlsafe(_BROWSER_BYTES)
        verifier = pkce.new_verifier()
        state = self._sessions.begin_login(Login(browser, verifier, self._wanted(request)))
        response = RedirectResponse(
            pkce.authorize_url(self._site.authorize, CLIENT_ID, self._site.callback, state, verifier), status_code=302
        )
        self._set(response, self._login_cookie, browser, LOGIN_SECONDS)
        # The way back names the page without its language: a choice made in the address must outlast the detour.
        remember(request, response, self._site.cookie_path, secure=self._site.secure)
        return response

    def complete(self, request: Request, code: str, state: str) -> Response:
        """Open a session for a browser that comes back from the hub with what it left with."""
        login = self._sessions.end_login(state, request.cookies.get(self._login_cookie, ""))
        if login is None or not code:
            raise Refusal("login_interrupted")
        token = self._tokens.exchange(code, login.verifier, self._site.callback)
        self._checked(token)
        hours = self._deps.policies.current().platform.gateway.session_hours
        self._sessions.close(request.cookies.get(self._session_cookie, ""))
        response = RedirectResponse(login.path, status_code=302)
        self._set(response, self._session_cookie, self._sessions.open(token, hours * _HOUR), hours * _HOUR)
        self._forget(response, self._login_cookie)
        return response

    def leave(self, request: Request, page: Response) -> Response:
        """End the session here; the page given leads on to the hub, which drops the session's token in its turn."""
        self._sessions.close(request.cookies.get(self._session_cookie, ""))
        self._forget(page, self._session_cookie)
        return page

    def _checked(self, token: str) -> Principal:
        # A token that the hub does not recognise at once would send the browser round in circles.
        try:
            return self._deps.identities.principal(token)
        except Refusal as refusal:
            if refusal.code != _UNKNOWN:
                raise
            raise Refusal("login_interrupted") from refusal

    def _wanted(self, request: Request) -> str:
        # Only a page of ours that can be asked for with GET: a form is never sent twice behind a person's back.
        if request.method != "GET":
            return self._site.cookie_path
        query = urlencode([(k, v) for k, v in request.query_params.multi_items() if k != PARAMETER])
        path = request.url.path
        if not path.startswith(self._site.cookie_path):
            return self._site.cookie_path
        return f"{path}?{query}" if query else path

    def _set(self, response: Response, name: str, value: str, seconds: int) -> None:
        response.set_cookie(
            name,
            value,
            max_age=seconds,
            path=self._site.cookie_path,
            httponly=True,
            samesite="lax",
            secure=self._site.secure,
        )

    def _forget(self, response: Response, name: str) -> None:
        response.delete_cookie(
            name, path=self._site.cookie_path, httponly=True, samesite="lax", secure=self._site.secure
        )
