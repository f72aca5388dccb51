"""Where a workspace is: found by its container's name at each use, so the gateway keeps no table of routes."""

from __future__ import annotations

import asyncio
import socket
from typing import Protocol

from ecluse_platform.core.names import Workspace

_JUPYTER_PORT = 8888


class Resolver(Protocol):
    """Finds workspaces on the network."""

    def upstream(self, workspace: Workspace) -> str:
        """Return the URL, without a path, at which a workspace's Jupyter server listens."""
        ...

    async def addresses(self, workspace: Workspace) -> frozenset[str]:
        """Return the network addresses of a workspace now; none when it is not running."""
        ...


class ContainerNames:
    """Finds a workspace by the name of its container, which the container engine resolves on session networks only."""

    def __init__(self, instance: str) -> None:
        self._instance = instance

    def upstream(self, workspace: Workspace) -> str:
        """Return the URL of a workspace's Jupyter server."""
        return f"http://{workspace.container(self._instance)}:{_JUPYTER_PORT}"

    async def addresses(self, workspace: Workspace) -> frozenset[str]:
        """Ask the container engine's DNS for the addresses of a workspace's container."""
        loop = asyncio.get_running_loop()
        name = workspace.container(self._instance)
        try:
            found = await loop.getaddrinfo(name, None, family=socket.AF_INET, type=socket.SOCK_STREAM)
        except OSError:
            return frozenset()
        return frozenset(str(entry[4][0]) for entry in found)
