"""Run the guard: `python -m ecluse_platform.guard`."""

from __future__ import annotations

import asyncio
import signal
from datetime import UTC, date, datetime

import structlog
from aiohttp import web

from ecluse_platform.guard.app import application
from ecluse_platform.guard.calls import Guard
from ecluse_platform.guard.engine import Engine
from ecluse_platform.guard.settings import Settings, settings_from
from ecluse_platform.guard.shelf import Shelf
from ecluse_platform.policyfiles import PolicySource

_SOCKET_MODE = 0o660


def _today() -> date:
    return datetime.now(UTC).date()


async def serve(settings: Settings, stop: asyncio.Event) -> None:
    """Serve until told to stop; only the socket's group, the hub's, may talk to it."""
    engine = Engine(settings.engine)
    shelf = Shelf(settings.extracts, settings.extract_key)
    guard = Guard(settings.site, PolicySource(settings.policies), shelf, engine, _today)
    runner = web.AppRunner(application(guard), access_log=None)
    await runner.setup()
    settings.socket.unlink(missing_ok=True)
    try:
        await web.UnixSite(runner, str(settings.socket)).start()
        settings.socket.chmod(_SOCKET_MODE)
        await stop.wait()
    finally:
        await runner.cleanup()
        await engine.close()


async def main() -> None:
    """Run until SIGTERM or SIGINT."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ]
    )
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    await serve(settings_from(), stop)


if __name__ == "__main__":
    asyncio.run(main())
