"""The workspace side's listener: a bound on the connections of each address, before a byte of them is read.

A workspace may open as many connections as its kernel lets it, and never finish a header. Each costs the gateway memory
and a file descriptor, of which every workspace's browsers need some.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import cast

from aiohttp import web

from ecluse_platform.gateway.workspace_side import WorkspaceSide

# A Jupyter server and each kernel keep a connection or two: this is far more than any notebook needs.
CONNECTIONS_AT_ONCE = 64


class _Connection(web.RequestHandler):
    __slots__ = ("_counted", "_open")

    def __init__(self, manager: web.Server, loop: asyncio.AbstractEventLoop, open_now: Counter[str]) -> None:
        super().__init__(manager, loop=loop, access_log=None)  # type: ignore[arg-type]  # aiohttp's own way to keep no access log
        self._open = open_now
        self._counted: str | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._counted = str(transport.get_extra_info("peername")[0])
        self._open[self._counted] += 1
        if self._open[self._counted] > CONNECTIONS_AT_ONCE:
            cast("asyncio.Transport", transport).abort()

    def connection_lost(self, exc: BaseException | None) -> None:
        if self._counted is not None:
            self._open[self._counted] -= 1
            self._counted = None
        super().connection_lost(exc)


class WorkspaceServer(web.Server):
    """Serves the workspace side with one handler for every address, since the allow-list is ours."""

    def __init__(self, side: WorkspaceSide) -> None:
        """Start with no connection."""
        super().__init__(side.answer)
        self._open: Counter[str] = Counter()

    def __call__(self) -> web.RequestHandler:
        """Return the handler of one new connection."""
        return _Connection(self, asyncio.get_running_loop(), self._open)
