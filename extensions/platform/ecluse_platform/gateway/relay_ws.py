"""One WebSocket between a browser and a workspace: every message down is counted before it is sent."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp import ClientError, ClientSession, ClientWebSocketResponse, ClientWSTimeout, WSCloseCode, WSMsgType, web
from yarl import URL

from ecluse_platform.core.names import Workspace
from ecluse_platform.core.policy.platform import Gateway
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.gateway.filter import Allowed
from ecluse_platform.gateway.frames import KERNEL_PROTOCOL, message_type
from ecluse_platform.gateway.headers import request_headers
from ecluse_platform.gateway.log import logger
from ecluse_platform.gateway.meter import Meter
from ecluse_platform.gateway.resolver import Resolver
from ecluse_platform.gateway.settings import Settings
from ecluse_platform.gateway.turns import SOCKETS_AT_ONCE, Turns

_HEARTBEAT_SECONDS = 30
_LONGEST_CLOSE_REASON = 123


@dataclass
class Traffic:
    """What one connection carried, for the log: sizes and known kinds."""

    bytes_down: int = 0
    messages_down: int = 0
    types: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class SocketRelay:
    """Carries WebSockets to workspaces, and closes them the moment they may no longer go on."""

    settings: Settings
    resolver: Resolver
    http: ClientSession
    meter: Meter
    turns: Turns = field(default_factory=lambda: Turns(SOCKETS_AT_ONCE))

    async def relay(
        self,
        request: web.Request,
        workspace: Workspace,
        allowed: Allowed,
        limits: Callable[[], Gateway],
        still_allowed: Callable[[], int],
    ) -> tuple[web.WebSocketResponse, Traffic]:
        """Join a browser to a workspace until either leaves or a rule ends it.

        ``limits`` are asked for again at every message, so that a lower one holds at once. ``still_allowed`` raises a
        refusal when the session or the permit is over, and returns in how many seconds to ask again.
        """
        bounds = limits()
        self.meter.charge(workspace, 0, bounds.daily_bytes)
        kernel = allowed.segments[-1] == "channels"
        upstream = await self._connect(request, workspace, allowed, bounds)
        browser = web.WebSocketResponse(
            protocols=(KERNEL_PROTOCOL,) if upstream.protocol else (),
            max_msg_size=bounds.request_bytes,
            compress=False,
            heartbeat=_HEARTBEAT_SECONDS,
        )
        traffic = Traffic()
        try:
            await browser.prepare(request)
            ended_by = await _first_to_end(
                self._down(upstream, browser, workspace, limits, traffic),
                _up(browser, upstream, forward=kernel),
                _watch(still_allowed),
            )
            await _close(browser, ended_by)
        finally:
            await upstream.close()
        return browser, traffic

    async def _connect(
        self, request: web.Request, workspace: Workspace, allowed: Allowed, limits: Gateway
    ) -> ClientWebSocketResponse:
        url = URL(self.resolver.upstream(workspace) + workspace.base_path + allowed.target, encoded=True)
        offered = request.headers.get("Sec-WebSocket-Protocol", "").replace(" ", "").split(",")
        headers = request_headers(request.headers, workspace, self.settings.origin_of(workspace))
        headers.pop("Accept-Encoding")
        try:
            return await self.http.ws_connect(
                url,
                headers=headers,
                protocols=(KERNEL_PROTOCOL,) if KERNEL_PROTOCOL in offered else (),
                max_msg_size=limits.message_bytes,
                compress=0,
                heartbeat=_HEARTBEAT_SECONDS,
                timeout=ClientWSTimeout(ws_close=5),
            )
        except (ClientError, TimeoutError) as error:
            raise Refusal("gateway_stopped") from error

    async def _down(
        self,
        upstream: ClientWebSocketResponse,
        browser: web.WebSocketResponse,
        workspace: Workspace,
        limits: Callable[[], Gateway],
        traffic: Traffic,
    ) -> None:
        async for message in upstream:
            if message.type is WSMsgType.ERROR:
                raise Refusal("gateway_message_too_large", {"limit": str(limits().message_bytes)})
            data = message.data
            size = len(data.encode()) if isinstance(data, str) else len(data)
            self.meter.charge(workspace, size, limits().daily_bytes)
            traffic.bytes_down += size
            traffic.messages_down += 1
            traffic.types[message_type(data)] += size
            if isinstance(data, str):
                await browser.send_str(data)
            else:
                await browser.send_bytes(data)
        if upstream.close_code == WSCloseCode.MESSAGE_TOO_BIG:
            raise Refusal("gateway_message_too_large", {"limit": str(limits().message_bytes)})


async def _up(browser: web.WebSocketResponse, upstream: ClientWebSocketResponse, *, forward: bool) -> None:
    async for message in browser:
        if not forward or message.type is WSMsgType.ERROR:
            continue
        if message.type is WSMsgType.TEXT:
            await upstream.send_str(message.data)
        else:
            await upstream.send_bytes(message.data)


async def _watch(still_allowed: Callable[[], int]) -> None:
    while True:
        seconds = still_allowed()
        await asyncio.sleep(seconds)


async def _first_to_end(*pumps: object) -> Refusal | None:
    tasks = [asyncio.ensure_future(pump) for pump in pumps]  # type: ignore[call-overload]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
    faults = [task.exception() for task in done if not task.cancelled() and task.exception() is not None]
    refusals = [fault for fault in (*faults, *ended) if isinstance(fault, Refusal)]
    # A connection that breaks is an ordinary end; anything else is ours to know about.
    for fault in faults:
        if not isinstance(fault, Refusal | ConnectionError | ClientError):
            logger().error("socket_fault", fault=type(fault).__name__)
            return Refusal("service_unreachable", {"service": "gateway"})
    return refusals[0] if refusals else None


async def _close(browser: web.WebSocketResponse, refusal: Refusal | None) -> None:
    with contextlib.suppress(ConnectionError):
        if refusal is None:
            await browser.close()
            return
        reason = f"{refusal.code}: {refusal.reason.en}".encode()[:_LONGEST_CLOSE_REASON].decode(errors="ignore")
        await browser.close(code=WSCloseCode.POLICY_VIOLATION, message=reason.encode())
