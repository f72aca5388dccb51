"""The workspace side: all that a workspace can reach, which is the hub calls of its Jupyter server and our own API.

Each call must come from the very container whose token it carries: a token taken out of one workspace is worth nothing
in another.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from aiohttp import ClientError, ClientSession, ClientTimeout, web
from yarl import URL

from ecluse_platform.core.identity import workspace_of
from ecluse_platform.core.names import Workspace
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.gateway.admission import Admission
from ecluse_platform.gateway.answers import client_id_of
from ecluse_platform.gateway.bodies import TooLarge, read_bounded
from ecluse_platform.gateway.hub_client import HubClient, principal_of, workspace_served
from ecluse_platform.gateway.log import logger
from ecluse_platform.gateway.pages import language_of, refusal_as_json, status_of
from ecluse_platform.gateway.resolver import Resolver
from ecluse_platform.gateway.settings import JUPYTERHUB_VERSION
from ecluse_platform.gateway.turns import REQUESTS_AT_ONCE, Turns

_HUB_SECONDS = ClientTimeout(total=20, connect=3)
# An export's recomputation may take as long as policy gives a query; the egress service bounds it itself.
_EGRESS_SECONDS = ClientTimeout(total=300, connect=3)
# The hub's own calls are a few hundred bytes.
_LARGEST_HUB_BODY = 16384
_TOKEN = re.compile(r"(?:token|[Bb]earer) ([A-Za-z0-9._~-]{8,256})")
_EGRESS_PATH = re.compile(r"/egress/api/v1((?:/[A-Za-z0-9_-]{1,64}){1,4})")
_ACTIVITY_PATH = re.compile(r"/hub/api/users/([a-z0-9-]{1,32})/activity")
_EGRESS_HEADERS = ("Content-Type", "Idempotency-Key", "Accept-Language", "Authorization")
_LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class WorkspaceSide:
    """The application that workspaces talk to."""

    admission: Admission
    hub: HubClient
    resolver: Resolver
    http: ClientSession
    turns: Turns = field(default_factory=lambda: Turns(REQUESTS_AT_ONCE))

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one call; a refusal is JSON, and is logged by its code."""
        try:
            call = self._call(request)
            # By address, before any token is read: a body or a question to the hub costs the same without a good one.
            async with self.turns.of(str(request.remote)):
                return await call(request)
        except Refusal as refusal:
            logger().info("refused", side="workspace", code=refusal.code, status=status_of(refusal))
            return refusal_as_json(refusal, language_of(request.headers))
        except Exception as fault:  # noqa: BLE001 - whatever goes wrong, nothing passes and no detail is shown
            logger().error("fault", side="workspace", fault=type(fault).__name__)
            broken = Refusal("service_unreachable", {"service": "gateway"})
            return refusal_as_json(broken, language_of(request.headers))

    def _call(self, request: web.BaseRequest) -> Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]:
        calls = {
            ("GET", "/ecluse/health"): self._health,
            ("GET", "/hub/api"): self._version,
            ("GET", "/hub/api/"): self._version,
            ("GET", "/hub/api/user"): self._user,
            ("POST", "/hub/api/oauth2/token"): self._code,
        }
        known = calls.get((request.method, request.raw_path))
        if known is not None:
            return known
        if request.method == "POST" and _ACTIVITY_PATH.fullmatch(request.raw_path):
            return self._activity
        if request.method in {"GET", "POST"} and _EGRESS_PATH.fullmatch(request.raw_path):
            return self._egress
        raise Refusal("gateway_closed")

    async def _health(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.remote != _LOOPBACK:
            raise Refusal("gateway_closed")
        self.admission.policy()
        return web.json_response({"status": "ok"})

    async def _version(self, _request: web.BaseRequest) -> web.StreamResponse:
        # The only call without a token. Its answer is public, and the same for all: the hub is not asked.
        return web.json_response({"version": JUPYTERHUB_VERSION}, headers={"X-JupyterHub-Version": JUPYTERHUB_VERSION})

    async def _user(self, request: web.BaseRequest) -> web.StreamResponse:
        try:
            model = await self.hub.holder(_token_of(request.headers))
        except Refusal as refusal:
            if refusal.code != "not_authenticated":
                raise
            # As the hub: only on 403 does a Jupyter server ask the bearer of an old cookie to log in again.
            answer = refusal_as_json(refusal, language_of(request.headers))
            answer.set_status(web.HTTPForbidden.status_code)
            return answer
        await self._check_peer(request, workspace_served(principal_of(model)))
        return web.json_response(model)

    async def _code(self, request: web.BaseRequest) -> web.StreamResponse:
        """A browser's login to the Jupyter server itself: its client may only be the calling workspace's."""
        body = await _body(request, _LARGEST_HUB_BODY)
        pairs = parse_qsl(body.decode("ascii", errors="replace"))
        form = dict(pairs)
        if len(form) != len(pairs):
            raise Refusal("gateway_closed")
        workspace = await self._workspace_of(form.get("client_secret", ""))
        await self._check_peer(request, workspace)
        if form.get("client_id") != client_id_of(workspace) or form.get("grant_type") != "authorization_code":
            raise Refusal("no_workspace_token")
        url = f"{self.admission.settings.hub_url}/hub/api/oauth2/token"
        return await self._pass_on("POST", url, {}, form, "hub")

    async def _activity(self, request: web.BaseRequest) -> web.StreamResponse:
        """Activity of this very workspace: keeping another one awake is not this one's business."""
        token = _token_of(request.headers)
        workspace = await self._workspace_of(token)
        await self._check_peer(request, workspace)
        body = await _body(request, _LARGEST_HUB_BODY)
        try:
            servers = json.loads(body).get("servers", {})
            mine = set(servers) <= {workspace.project}
        except (ValueError, AttributeError, TypeError, RecursionError):
            mine = False
        if not mine or not request.raw_path.startswith(f"/hub/api/users/{workspace.user}/"):
            raise Refusal("no_workspace_token")
        url = f"{self.admission.settings.hub_url}/hub/api/users/{workspace.user}/activity"
        headers = {"Authorization": f"token {token}", "Content-Type": "application/json"}
        return await self._pass_on("POST", url, headers, body, "hub")

    async def _egress(self, request: web.BaseRequest) -> web.StreamResponse:
        workspace = await self._workspace_of(_token_of(request.headers))
        await self._check_peer(request, workspace)
        body = await _body(request, self.admission.limits().request_bytes)
        match = _EGRESS_PATH.fullmatch(request.raw_path)
        if match is None:
            raise Refusal("gateway_closed")
        url = f"{self.admission.settings.egress_url}/services/egress/api/v1{match[1]}"
        headers = {name: request.headers[name] for name in _EGRESS_HEADERS if name in request.headers}
        return await self._pass_on(request.method, url, headers, body, "egress")

    async def _workspace_of(self, token: str) -> Workspace:
        if not token:
            raise Refusal("not_authenticated")
        return workspace_of(principal_of(await self.hub.holder(token)))

    async def _check_peer(self, request: web.BaseRequest, workspace: Workspace) -> None:
        """Refuse a call that does not come from the container of the workspace that its token belongs to."""
        if request.remote not in await self.resolver.addresses(workspace):
            raise Refusal("no_workspace_token")

    async def _pass_on(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | dict[str, str], service: str
    ) -> web.StreamResponse:
        seconds = _EGRESS_SECONDS if service == "egress" else _HUB_SECONDS
        limit = self.admission.limits().response_bytes
        try:
            async with self.http.request(
                method,
                URL(url, encoded=True),
                headers={**headers, "Accept-Encoding": "identity"},
                data=body or None,
                allow_redirects=False,
                timeout=seconds,
            ) as answer:
                answered = await read_bounded(answer.content, limit)
                media, status = answer.content_type, answer.status
        except (ClientError, TimeoutError, TooLarge) as error:
            raise Refusal("service_unreachable", {"service": service}) from error
        if answered and media != "application/json":
            raise Refusal("service_unreachable", {"service": service})
        return web.Response(status=status, body=answered, content_type="application/json")


def _token_of(headers: Mapping[str, str]) -> str:
    match = _TOKEN.fullmatch(headers.get("Authorization", ""))
    if match is None:
        raise Refusal("not_authenticated")
    return match[1]


async def _body(request: web.BaseRequest, limit: int) -> bytes:
    try:
        return await read_bounded(request.content, limit)
    except TooLarge as error:
        raise Refusal("gateway_body_too_large", {"limit": str(limit)}) from error
