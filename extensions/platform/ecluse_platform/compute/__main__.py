"""``python -m ecluse_platform.compute``: serve until told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal

import structlog

from ecluse_platform.compute.server import Service
from ecluse_platform.compute.settings import settings_from


async def _serve() -> None:
    running = asyncio.ensure_future(Service(settings_from()).serve())
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, running.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await running


if __name__ == "__main__":
    # The parser quotes the text it reads in its warnings.
    logging.getLogger("sqlglot").disabled = True
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ]
    )
    asyncio.run(_serve())
