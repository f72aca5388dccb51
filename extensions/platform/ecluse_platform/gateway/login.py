"""From the hub's login to a session on a person's own host, in three steps.

1. On the person's host: a random state cookie is set and the browser is sent to the hub's login (``begin``).
2. On the gateway's login host: the hub's code becomes a name, and the name a one-time ticket (``callback``).
3. On the person's host again: the ticket, with the state cookie of step 1, becomes a session cookie (``redeem``).

The ticket is worthless in any other browser, so nobody can be logged in as somebody else without knowing.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from aiohttp import web

from ecluse_platform.core.names import Workspace
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.gateway.admission import SESSION_COOKIE, Admission, login_digest
from ecluse_platform.gateway.filter import TICKET_PATH, Allowed
from ecluse_platform.gateway.headers import cookie_pairs
from ecluse_platform.gateway.hub_client import HubClient
from ecluse_platform.gateway.paths import Address
from ecluse_platform.gateway.settings import OAUTH_CLIENT_ID
from ecluse_platform.gateway.tickets import Tickets
from ecluse_platform.gateway.tokens import STATE_SECONDS, LoginState, Session, code_challenge, digest_of

STATE_COOKIE = "ecluse-gateway-state"
_LONGEST_PAGE = 512


@dataclass(frozen=True)
class Login:
    """The login of browsers, with the hub as the only judge of who they are."""

    admission: Admission
    hub: HubClient
    tickets: Tickets

    def begin(self, headers: Mapping[str, str], workspace: Workspace, page: Allowed) -> web.Response:
        """Send a browser without a session to the hub's login, and remember the page it wanted."""
        settings, signer = self.admission.settings, self.admission.signer
        known = [value for name, value in cookie_pairs(headers.get("Cookie", "")) if name == STATE_COOKIE and value]
        # One cookie for all tabs of a browser: two pages opened at once both find their way back.
        browser = known[0] if known else secrets.token_urlsafe(32)
        wanted = page.path if len(page.path) <= _LONGEST_PAGE else "lab"
        state = signer.login_state(
            LoginState(workspace.user, workspace.project, wanted, digest_of(browser), self._now())
        )
        query = {
            "client_id": OAUTH_CLIENT_ID,
            "redirect_uri": settings.callback_url,
            "response_type": "code",
            "state": state,
            "code_challenge": code_challenge(signer.code_verifier(state)),
            "code_challenge_method": "S256",
        }
        answer = _redirect(f"{settings.public_url}/hub/api/oauth2/authorize?{urlencode(query)}")
        self._set_cookie(answer, STATE_COOKIE, browser, workspace, STATE_SECONDS)
        return answer

    async def callback(self, address: Address) -> web.Response:
        """Turn the hub's code into a one-time ticket for the person's own host; refuse another person's workspace."""
        settings, signer = self.admission.settings, self.admission.signer
        text, code = address.value("state") or "", address.value("code") or ""
        state = signer.read_login_state(text, self._now())
        if state is None or not code:
            raise Refusal("gateway_login_lapsed")
        name = await self.hub.person_of_code(
            {
                "grant_type": "authorization_code",
                "client_id": OAUTH_CLIENT_ID,
                "client_secret": settings.token,
                "code": code,
                "redirect_uri": settings.callback_url,
                "code_verifier": signer.code_verifier(text),
            }
        )
        if name != state.user:
            raise Refusal("gateway_not_yours")
        workspace = Workspace(state.user, state.project)
        ticket = self.tickets.issue(name, digest_of(state.browser + state.page))
        place = settings.origin_of(workspace) + workspace.base_path + "/".join(TICKET_PATH)
        return _redirect(f"{place}?{urlencode({'ticket': ticket, 'page': state.page})}")

    def redeem(self, headers: Mapping[str, str], workspace: Workspace, allowed: Allowed) -> web.Response:
        """Turn a ticket into a session cookie, in the browser that began the login."""
        query = dict(allowed.query)
        page = query.get("page", "")
        browsers = [value for name, value in cookie_pairs(headers.get("Cookie", "")) if name == STATE_COOKIE]
        bound = frozenset(digest_of(digest_of(value) + page) for value in browsers)
        person = self.tickets.redeem(query.get("ticket", ""), bound)
        if person is None:
            raise Refusal("gateway_login_lapsed")
        if person != workspace.user:
            raise Refusal("gateway_not_yours")
        session = Session(person, self._now(), login_digest(headers))
        answer = _redirect(workspace.base_path + page)
        seconds = self.admission.limits().session_hours * 3600
        self._set_cookie(answer, SESSION_COOKIE, self.admission.signer.session_cookie(session), workspace, seconds)
        return answer

    def leave(self, workspace: Workspace) -> web.Response:
        """End the session here and send the browser to the hub's own logout."""
        answer = _redirect(f"{self.admission.settings.public_url}/hub/logout")
        answer.del_cookie(SESSION_COOKIE, path=_path_of(workspace))
        return answer

    def _now(self) -> int:
        return int(self.admission.clock().timestamp())

    def _set_cookie(self, answer: web.Response, name: str, value: str, workspace: Workspace, seconds: int) -> None:
        answer.set_cookie(
            name,
            value,
            path=_path_of(workspace),
            max_age=seconds,
            httponly=True,
            samesite="Lax",
            secure=self.admission.settings.scheme == "https",
        )


def _path_of(workspace: Workspace) -> str:
    return f"/user/{workspace.user}/"


def _redirect(place: str) -> web.Response:
    return web.Response(status=302, headers={"Location": place, "Cache-Control": "no-store"})
