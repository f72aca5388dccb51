"""The browser side: one order of questions for every request, from the address to the answer.

Which workspace does the address name? Is the endpoint on the allow-list? Does the request come from its own site? Is
it the owner, with a permit in force? Only then is anything read from the browser or asked of the workspace.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import assert_never

from aiohttp import web

from ecluse_platform.core.names import Workspace
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.gateway.admission import Admission, workspace_at
from ecluse_platform.gateway.filter import OWN_ANSWERS, Allowed, Kind, check_may_pass
from ecluse_platform.gateway.headers import protective_headers
from ecluse_platform.gateway.log import logger
from ecluse_platform.gateway.login import Login
from ecluse_platform.gateway.pages import asset, language_of, refusal_as_json, refusal_as_page, status_of, wants_page
from ecluse_platform.gateway.paths import read_address
from ecluse_platform.gateway.relay_http import HttpRelay
from ecluse_platform.gateway.relay_ws import SocketRelay
from ecluse_platform.gateway.settings import JUPYTERHUB_VERSION, SERVICE_PATH
from ecluse_platform.gateway.static import static_file

_VERSION_HEADER = {"X-JupyterHub-Version": JUPYTERHUB_VERSION, "Cache-Control": "no-store"}
_VERSION = '{"version": "ecluse"}'


@dataclass(frozen=True)
class BrowserSide:
    """The application that the proxy and the hub talk to."""

    admission: Admission
    login: Login
    relay: HttpRelay
    sockets: SocketRelay

    def application(self) -> web.Application:
        """Return the application: one handler for every address, since the allow-list is ours."""
        app = web.Application()
        app.router.add_route("*", "/{any:.*}", self.answer)
        return app

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer one request; a refusal becomes a page or JSON, and is logged by its code."""
        assets, response = "", None
        try:
            if request.host.lower() == self._service_host() and request.raw_path.startswith(SERVICE_PATH):
                assets = SERVICE_PATH + "_ecluse/"
                response = await self._service(request)
            elif self._is_from_the_hub(request):
                response = await self._health(request)
            else:
                workspace, rest = workspace_at(request.host, request.raw_path, self.admission.settings)
                assets = workspace.base_path + "_ecluse/"
                response = await self._workspace(request, workspace, rest)
        except Refusal as refusal:
            logger().info(
                "refused", side="browser", method=request.method, code=refusal.code, status=status_of(refusal)
            )
            response = self._refused(request, refusal, assets)
        except Exception as fault:  # noqa: BLE001 - whatever goes wrong, nothing passes and no detail is shown
            logger().error("fault", side="browser", fault=type(fault).__name__)
            response = self._refused(request, Refusal("service_unreachable", {"service": "gateway"}), assets)
        if not response.prepared:
            settings = self.admission.settings
            for name, value in protective_headers(request.host, settings.scheme).items():
                response.headers.setdefault(name, value)
        return response

    async def _workspace(self, request: web.Request, workspace: Workspace, rest: str) -> web.StreamResponse:
        method = "WS" if _is_handshake(request) else request.method
        limits = self.admission.limits()
        allowed = check_may_pass(method, read_address(rest), limits.readable_suffixes)
        if allowed.kind is Kind.STYLE:
            return asset(allowed.segments[-1])
        if allowed.kind is Kind.TICKET:
            return self.login.redeem(request.headers, workspace, allowed)
        self.admission.check_own_site(method, request.headers, workspace)
        try:
            self.admission.check_may_enter(request.headers, workspace)
        except Refusal as refusal:
            if refusal.code == "not_authenticated" and allowed.kind is Kind.PAGE and wants_page(request.headers):
                return self.login.begin(request.headers, workspace, allowed)
            raise
        return await self._admitted(request, workspace, allowed)

    async def _admitted(self, request: web.Request, workspace: Workspace, allowed: Allowed) -> web.StreamResponse:
        match allowed.kind:
            case Kind.STATIC:
                return static_file(self.admission.settings.static, allowed.segments)
            case Kind.OWN:
                return _own_answer(allowed)
            case Kind.LOGOUT:
                return self.login.leave(workspace)
            case Kind.SOCKET:
                return await self._socket(request, workspace, allowed)
            case Kind.PAGE | Kind.SIGN_IN | Kind.API | Kind.LISTING | Kind.SAVE:
                return await self.relay.relay(request, workspace, allowed, self.admission.limits())
            case Kind.STYLE | Kind.TICKET:
                raise Refusal("gateway_closed")
            case _:
                assert_never(allowed.kind)

    async def _socket(self, request: web.Request, workspace: Workspace, allowed: Allowed) -> web.StreamResponse:
        def still_allowed() -> int:
            self.admission.check_may_enter(request.headers, workspace)
            return self.admission.policy().platform.sessions.permit_check_seconds

        started = time.monotonic()
        async with self.sockets.turns.of(workspace.server):
            socket, traffic = await self.sockets.relay(
                request, workspace, allowed, self.admission.limits, still_allowed
            )
        logger().info(
            "socket_closed",
            user=workspace.user,
            project=workspace.project,
            bytes_down=traffic.bytes_down,
            messages_down=traffic.messages_down,
            types=dict(traffic.types),
            seconds=round(time.monotonic() - started),
        )
        return socket

    async def _service(self, request: web.Request) -> web.StreamResponse:
        address = read_address("/" + request.raw_path.removeprefix(SERVICE_PATH))
        if request.method == "GET" and address.segments == ("oauth_callback",):
            return await self.login.callback(address)
        if request.method == "GET" and len(address.segments) == 2:  # noqa: PLR2004 - _ecluse/<file>
            allowed = check_may_pass("GET", address, ())
            if allowed.kind is Kind.STYLE:
                return asset(allowed.segments[-1])
        raise Refusal("gateway_closed")

    def _is_from_the_hub(self, request: web.Request) -> bool:
        # The proxy sends browsers here under public hosts only, and none of them lies outside the hub's. It chooses by
        # the name alone, so whatever port a browser writes behind it says nothing.
        name, public = request.host.lower().partition(":")[0], self.admission.settings.public_name
        return name != public and not name.endswith("." + public)

    async def _health(self, request: web.Request) -> web.StreamResponse:
        parts = request.raw_path.strip("/").split("/")
        if request.method != "GET" or len(parts) != 4 or parts[3] != "api":  # noqa: PLR2004 - user/<u>/<p>/api
            raise Refusal("gateway_closed")
        settings = self.admission.settings
        workspace, _ = workspace_at(f"{parts[1]}.{settings.public_host}", request.raw_path, settings)
        if not await self.relay.is_up(workspace):
            raise Refusal("gateway_stopped")
        return web.Response(text=_VERSION, content_type="application/json", headers=_VERSION_HEADER)

    def _refused(self, request: web.Request, refusal: Refusal, assets: str) -> web.StreamResponse:
        language = language_of(request.headers)
        if wants_page(request.headers):
            return refusal_as_page(refusal, language, assets, self.admission.settings.projects_url)
        return refusal_as_json(refusal, language)

    def _service_host(self) -> str:
        return self.admission.settings.service_origin.partition("://")[2]


def _is_handshake(request: web.Request) -> bool:
    return "upgrade" in request.headers or "sec-websocket-key" in request.headers


def _own_answer(allowed: Allowed) -> web.Response:
    text = _VERSION if allowed.segments == ("api",) else OWN_ANSWERS[allowed.segments]
    headers = _VERSION_HEADER if allowed.segments == ("api",) else {"Cache-Control": "no-store"}
    return web.Response(text=text, content_type="application/json", headers=headers)
