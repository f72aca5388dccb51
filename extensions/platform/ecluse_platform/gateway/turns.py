"""A bound on what one workspace has in the gateway's memory at once, so that none can starve the others."""

from __future__ import annotations

import asyncio
from collections import defaultdict

# Browsers open six connections to a host at most; every open notebook holds one socket.
REQUESTS_AT_ONCE = 8
SOCKETS_AT_ONCE = 64


class Turns:
    """Lets a fixed number of things of each workspace go on at once; the next waits for its turn."""

    def __init__(self, most: int) -> None:
        self._semaphores: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(most))

    def of(self, whose: str) -> asyncio.Semaphore:
        """Return the turns of one workspace, by its name or its address, to be held with ``async with``."""
        return self._semaphores[whose]
