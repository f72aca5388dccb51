"""Putting the gateway together: the only module that knows every part of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from aiohttp import ClientSession, DummyCookieJar, TCPConnector, web

from ecluse_platform.gateway.admission import Admission
from ecluse_platform.gateway.browser_side import BrowserSide
from ecluse_platform.gateway.hub_client import HubClient
from ecluse_platform.gateway.login import Login
from ecluse_platform.gateway.meter import Meter
from ecluse_platform.gateway.relay_http import HttpRelay
from ecluse_platform.gateway.relay_ws import SocketRelay
from ecluse_platform.gateway.resolver import Resolver
from ecluse_platform.gateway.settings import Settings
from ecluse_platform.gateway.static import check_copy
from ecluse_platform.gateway.tickets import Tickets
from ecluse_platform.gateway.tokens import Signer
from ecluse_platform.gateway.workspace_server import WorkspaceServer
from ecluse_platform.gateway.workspace_side import WorkspaceSide
from ecluse_platform.policyfiles import PolicySource

# How long open requests may finish when the gateway is told to stop.
_LAST_SECONDS = 3


@dataclass(frozen=True)
class Address:
    """Where one side listens."""

    host: str
    port: int


def now() -> datetime:
    """Return the time, in UTC: permits and meters count UTC days."""
    return datetime.now(UTC)


@asynccontextmanager
async def running(
    settings: Settings,
    resolver: Resolver,
    browser: Address,
    workspace: Address,
    clock: Callable[[], datetime] = now,
) -> AsyncIterator[None]:
    """Run both sides until the block is left."""
    check_copy(settings.static)
    meter = Meter(settings.state / "meter.json", clock)
    admission = Admission(settings, Signer(settings.session_key), PolicySource(settings.policies), clock)
    # No cookie of one person ever answers for another, no name is remembered after its container is gone, and no
    # connection outlives an address that another container may get.
    connector = TCPConnector(use_dns_cache=False, force_close=True, limit=0)
    async with ClientSession(connector=connector, cookie_jar=DummyCookieJar(), auto_decompress=False) as http:
        hub = HubClient(http, settings.hub_url)
        browsers = BrowserSide(
            admission,
            Login(admission, hub, Tickets(lambda: clock().timestamp())),
            HttpRelay(settings, resolver, http, meter),
            SocketRelay(settings, resolver, http, meter),
        )
        workspaces = WorkspaceServer(WorkspaceSide(admission, hub, resolver, http))
        sides: tuple[tuple[web.BaseRunner, Address], ...] = (
            (web.AppRunner(browsers.application(), access_log=None, shutdown_timeout=_LAST_SECONDS), browser),
            (web.ServerRunner(workspaces, shutdown_timeout=_LAST_SECONDS), workspace),
        )
        try:
            for runner, address in sides:
                await runner.setup()
                await web.TCPSite(runner, address.host, address.port).start()
            yield
        finally:
            for runner, _ in sides:
                await runner.cleanup()
