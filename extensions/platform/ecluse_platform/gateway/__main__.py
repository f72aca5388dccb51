"""``python -m ecluse_platform.gateway``: both sides of the gateway, until told to stop."""

from __future__ import annotations

import asyncio
import os
import signal
import sys

from ecluse_platform.gateway.log import configure_log, logger
from ecluse_platform.gateway.meter import MeterFault
from ecluse_platform.gateway.resolver import ContainerNames
from ecluse_platform.gateway.service import Address, running
from ecluse_platform.gateway.settings import (
    BROWSER_PORT,
    WORKSPACE_PORT,
    SettingsFault,
    control_address,
    settings_from,
)

_ANY_ADDRESS = "0.0.0.0"  # noqa: S104 - each session network has its own address; all of them lead to the same few calls


async def _serve() -> None:
    settings = settings_from(os.environ)
    control = control_address(os.environ)
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    browser, workspace = Address(control, BROWSER_PORT), Address(_ANY_ADDRESS, WORKSPACE_PORT)
    async with running(settings, ContainerNames(settings.instance), browser, workspace):
        logger().info("listening", address=control, port=BROWSER_PORT)
        await stop.wait()


def main() -> int:
    """Run the gateway; a setting it cannot trust stops it before it listens."""
    configure_log()
    try:
        asyncio.run(_serve())
    except (SettingsFault, MeterFault, OSError) as fault:
        logger().error("cannot_start", fault=str(fault))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
