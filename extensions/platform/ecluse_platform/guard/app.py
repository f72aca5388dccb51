"""The guard's server: a closed table of calls; whatever is not in it is refused before anything is asked."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import structlog
from aiohttp import web

from ecluse_platform.core.refusals import Refusal
from ecluse_platform.guard.calls import Call, Guard
from ecluse_platform.guard.engine import Answer, EngineFault
from ecluse_platform.guard.rules import Denied
from ecluse_platform.policyfiles import PolicyError

LONGEST_BODY = 64 * 1024
# Clients write the version that they were told; it is read and then forgotten (engine.py says why).
_VERSION = r"(?:/v1\.[0-9]{2})?"
_THING = r"(?P<target>[A-Za-z0-9][A-Za-z0-9_.-]{0,127})"
_IMAGE = r"(?P<target>[a-z0-9][a-z0-9./-]{0,127}:[A-Za-z0-9_.-]{1,128})"

Check = Callable[[Guard, Call], Awaitable[Answer]]

_LOG = structlog.get_logger("ecluse.guard")


@dataclass(frozen=True)
class Route:
    """One call: how it is written, which parameters it may carry, whether it has a body, and its check."""

    name: str
    method: str
    path: re.Pattern[str]
    check: Check
    query: frozenset[str] = frozenset()
    has_body: bool = False


def _route(name: str, method: str, path: str, check: Check, *query: str, has_body: bool = False) -> Route:
    return Route(name, method, re.compile(_VERSION + path), check, frozenset(query), has_body)


ROUTES = (
    # The one call that is no engine's: it has no version, and never reaches the engine.
    Route("extract", "GET", re.compile(r"/ecluse/extracts/(?P<target>[^/]{0,128})"), Guard.current_extract),
    _route("ping", "GET", "/_ping", Guard.ping),
    _route("version", "GET", "/version", Guard.engine_version),
    _route("image", "GET", f"/images/{_IMAGE}/json", Guard.inspect_image),
    _route("network.create", "POST", "/networks/create", Guard.create_network, has_body=True),
    _route("network.connect", "POST", f"/networks/{_THING}/connect", Guard.connect, has_body=True),
    _route("network.disconnect", "POST", f"/networks/{_THING}/disconnect", Guard.disconnect, has_body=True),
    _route("network", "GET", f"/networks/{_THING}", Guard.inspect_network),
    _route("network.delete", "DELETE", f"/networks/{_THING}", Guard.delete_network),
    _route("container.create", "POST", "/containers/create", Guard.create_container, "name", has_body=True),
    _route("container", "GET", f"/containers/{_THING}/json", Guard.inspect_container),
    _route("container.start", "POST", f"/containers/{_THING}/start", Guard.start_container),
    _route("container.stop", "POST", f"/containers/{_THING}/stop", Guard.stop_container, "t"),
    _route("container.delete", "DELETE", f"/containers/{_THING}", Guard.delete_container, "v", "link", "force"),
)


def application(guard: Guard) -> web.Application:
    """Build the guard's server."""
    app = web.Application(client_max_size=LONGEST_BODY)

    async def answer(request: web.Request) -> web.Response:
        return await _answer(guard, request)

    app.router.add_route("*", "/{path:.*}", answer)
    return app


async def _answer(guard: Guard, request: web.Request) -> web.Response:
    name = "none"
    try:
        route, call = await _read(request)
        name = route.name
        answer = await route.check(guard, call)
    except Denied as denied:
        _LOG.warning("denied", call=name, why=str(denied))
        return _refused(HTTPStatus.FORBIDDEN, f"ecluse guard: {denied}")
    except Refusal as refusal:
        _LOG.warning("denied", call=name, why=refusal.code)
        return _refused(HTTPStatus.FORBIDDEN, f"ecluse guard: {refusal}")
    except PolicyError:
        _LOG.exception("policies are wrong", call=name)
        return _refused(HTTPStatus.FORBIDDEN, "ecluse guard: the policies cannot be used")
    except EngineFault as fault:
        _LOG.exception("the engine failed", call=name, why=str(fault))
        return _refused(HTTPStatus.BAD_GATEWAY, "ecluse guard: the container engine does not answer")
    _LOG.info("passed", call=name, status=answer.status)
    return web.Response(status=answer.status, body=answer.body or None, content_type="application/json")


async def _read(request: web.Request) -> tuple[Route, Call]:
    """Find the call of a request and take it apart; refuse all that its route does not foresee."""
    if "Upgrade" in request.headers or "upgrade" in request.headers.get("Connection", "").lower():
        raise Denied("connections are not upgraded")
    path = request.rel_url.raw_path
    for route in ROUTES:
        match = route.path.fullmatch(path) if route.method == request.method else None
        if match is not None:
            break
    else:
        raise Denied("this call is not open")
    parts = match.groupdict()
    body = await _body(request)
    if body and not route.has_body:
        raise Denied("this call has no body")
    return route, Call(parts.get("target", ""), _query(request, route), body)


def _query(request: web.Request, route: Route) -> dict[str, str]:
    query = request.rel_url.query
    if set(query) - route.query or len(query) != len(set(query)):
        raise Denied("a parameter is unknown or said twice")
    return dict(query)


async def _body(request: web.Request) -> dict[str, Any]:
    try:
        text = await request.read()
    except web.HTTPRequestEntityTooLarge as error:
        raise Denied("the body is too long") from error
    if not text:
        return {}
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Denied("the body is not JSON") from error
    if not isinstance(value, dict):
        raise Denied("the body is not a JSON object")
    return value


def _refused(status: HTTPStatus, message: str) -> web.Response:
    """Answer as the engine does, so that its clients show the reason."""
    return web.json_response({"message": message}, status=status, headers={"Connection": "close"})
