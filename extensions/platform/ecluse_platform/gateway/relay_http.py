"""One HTTP request from a browser to a workspace and its answer back, both checked and the answer counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout, web
from yarl import URL

from ecluse_platform.core.names import Workspace
from ecluse_platform.core.policy.platform import Gateway
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.gateway.answers import check_api_body, check_location, check_media_type
from ecluse_platform.gateway.bodies import TooLarge, read_bounded
from ecluse_platform.gateway.filter import Allowed, Kind
from ecluse_platform.gateway.headers import request_headers, response_cookies
from ecluse_platform.gateway.meter import Meter
from ecluse_platform.gateway.resolver import Resolver
from ecluse_platform.gateway.settings import Settings
from ecluse_platform.gateway.turns import REQUESTS_AT_ONCE, Turns

_SECONDS = ClientTimeout(total=120, connect=5)
_PROBE_SECONDS = ClientTimeout(total=5)
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_NO_BODY = frozenset({204, 304})


@dataclass(frozen=True)
class _Answer:
    status: int
    headers: Mapping[str, str]
    cookies: list[str]
    body: bytes


@dataclass(frozen=True)
class HttpRelay:
    """Carries allowed requests to workspaces."""

    settings: Settings
    resolver: Resolver
    http: ClientSession
    meter: Meter
    turns: Turns = field(default_factory=lambda: Turns(REQUESTS_AT_ONCE))

    async def relay(
        self, request: web.Request, workspace: Workspace, allowed: Allowed, limits: Gateway
    ) -> web.Response:
        """Ask the workspace and return its answer, rebuilt from the few parts of it that may pass."""
        async with self.turns.of(workspace.server):
            try:
                sent = await read_bounded(request.content, limits.request_bytes)
            except TooLarge as error:
                raise Refusal("gateway_body_too_large", {"limit": str(limits.request_bytes)}) from error
            answer = await self._ask(request, workspace, allowed, sent, limits)
            return self._rebuilt(answer, workspace, allowed, limits)

    def _rebuilt(self, answer: _Answer, workspace: Workspace, allowed: Allowed, limits: Gateway) -> web.Response:
        if answer.status in _REDIRECTS:
            rebuilt = self._redirect(answer, workspace)
        else:
            rebuilt = _checked(answer, allowed.kind, limits)
        for cookie in response_cookies(answer.cookies, workspace, secure=self.settings.scheme == "https"):
            rebuilt.headers.add("Set-Cookie", cookie)
        # What the workspace chose, headers included, is what it may use to carry data.
        chosen = sum(len(value) for key, value in rebuilt.headers.items() if key in {"Set-Cookie", "Location"})
        self.meter.charge(workspace, len(answer.body) + chosen, limits.daily_bytes)
        return rebuilt

    async def is_up(self, workspace: Workspace) -> bool:
        """Say whether the workspace's Jupyter server answers at all; nothing of its answer is kept."""
        url = URL(self.resolver.upstream(workspace) + workspace.base_path + "api", encoded=True)
        try:
            async with self.http.get(url, allow_redirects=False, timeout=_PROBE_SECONDS) as answer:
                return answer.status == 200  # noqa: PLR2004 - HTTP's OK
        except (ClientError, TimeoutError):
            return False

    async def _ask(
        self, request: web.Request, workspace: Workspace, allowed: Allowed, sent: bytes, limits: Gateway
    ) -> _Answer:
        url = URL(self.resolver.upstream(workspace) + workspace.base_path + allowed.target, encoded=True)
        headers = request_headers(request.headers, workspace, self.settings.origin_of(workspace))
        try:
            async with self.http.request(
                request.method, url, headers=headers, data=sent or None, allow_redirects=False, timeout=_SECONDS
            ) as answer:
                if answer.headers.get("Content-Encoding", "identity") != "identity":
                    raise Refusal("gateway_answer_refused")
                body = await _bounded(answer, limits.response_bytes)
                return _Answer(answer.status, answer.headers.copy(), answer.headers.getall("Set-Cookie", []), body)
        except (ClientError, TimeoutError) as error:
            raise Refusal("gateway_stopped") from error

    def _redirect(self, answer: _Answer, workspace: Workspace) -> web.Response:
        origin = self.settings.origin_of(workspace)
        place = check_location(answer.headers.get("Location", ""), workspace, self.settings.public_url, origin)
        return web.Response(status=302, headers={"Location": place, "Cache-Control": "no-store"})


async def _bounded(answer: ClientResponse, limit: int) -> bytes:
    try:
        return await read_bounded(answer.content, limit)
    except TooLarge as error:
        # The rest is never read: the connection is dropped with it.
        answer.close()
        raise Refusal("gateway_answer_too_large", {"limit": str(limit)}) from error


def _checked(answer: _Answer, kind: Kind, limits: Gateway) -> web.Response:
    if not 200 <= answer.status < 600 or answer.status == 304:  # noqa: PLR2004 - HTTP's own ranges
        raise Refusal("gateway_answer_refused")
    media = check_media_type(kind, answer.headers.get("Content-Type", ""), answer.body)
    if kind not in {Kind.PAGE, Kind.SIGN_IN}:
        check_api_body(kind, answer.status, answer.body, limits.readable_suffixes)
    headers = {"Cache-Control": "no-store"}
    if answer.status in _NO_BODY:
        return web.Response(status=answer.status, headers=headers)
    return web.Response(status=answer.status, body=answer.body, headers=headers | {"Content-Type": media})
