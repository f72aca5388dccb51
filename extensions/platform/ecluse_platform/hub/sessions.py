"""Session networks, as the hub makes, mends and removes them through the guard."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from ipaddress import IPv4Network
from typing import Any

from docker.errors import APIError

from ecluse_platform.core.container import Site, choose_subnet, connect_body, network_body
from ecluse_platform.core.names import Workspace
from ecluse_platform.core.refusals import Refusal

Ask = Callable[..., Awaitable[Any]]

# Ranges may be taken by networks that are not ours to see, so the engine's own answer decides.
_TAKEN = ("overlaps with other one", "overlaps with existing")


class SessionNetworks:
    """The networks that hold one workspace and the gateway each."""

    def __init__(self, site: Site, ask: Ask) -> None:
        """Take ``ask(method, *args, **kwargs)``, which calls the engine's client off the event loop."""
        self._site = site
        self._ask = ask

    async def create(self, pool: str, workspace: Workspace) -> IPv4Network:
        """Create the network of a workspace with the gateway on it; refuse when the pool is used up."""
        used = set[IPv4Network]()
        while (subnet := choose_subnet(pool, workspace, used)) is not None:
            body = network_body(self._site, workspace, subnet)
            try:
                await self._ask(
                    "create_network",
                    body["Name"],
                    driver=body["Driver"],
                    options=body["Options"],
                    ipam=body["IPAM"],
                    check_duplicate=body["CheckDuplicate"],
                    internal=body["Internal"],
                    labels=body["Labels"],
                    attachable=body["Attachable"],
                )
            except APIError as error:
                if not any(words in str(error.explanation) for words in _TAKEN):
                    raise
                used.add(subnet)
                continue
            await self._connect(workspace, subnet)
            return subnet
        raise Refusal("no_free_network")

    async def mend(self, workspace: Workspace) -> bool:
        """Put the gateway back on the network when it has been replaced; say whether that was needed."""
        network = await self._ask("inspect_network", workspace.network(self._site.instance))
        names = {member.get("Name") for member in (network.get("Containers") or {}).values()}
        if self._site.gateway in names:
            return False
        await self._connect(workspace, IPv4Network(network["IPAM"]["Config"][0]["Subnet"]))
        return True

    async def remove(self, workspace: Workspace) -> None:
        """Remove the network of a workspace, if there is one."""
        name = workspace.network(self._site.instance)
        await self._unless_gone("disconnect_container_from_network", self._site.gateway, name, force=True)
        await self._unless_gone("remove_network", name)

    async def _connect(self, workspace: Workspace, subnet: IPv4Network) -> None:
        body = connect_body(self._site, subnet)
        try:
            await self._ask(
                "connect_container_to_network",
                body["Container"],
                workspace.network(self._site.instance),
                ipv4_address=body["EndpointConfig"]["IPAMConfig"]["IPv4Address"],
            )
        except APIError as error:
            if error.status_code != HTTPStatus.NOT_FOUND:
                raise
            raise Refusal("service_unreachable", {"service": "gateway"}) from error

    async def _unless_gone(self, method: str, *args: Any, **kwargs: Any) -> None:
        try:
            await self._ask(method, *args, **kwargs)
        except APIError as error:
            # Docker answers 500 for a container that is not on the network: removing the network then says the truth.
            if error.status_code not in {HTTPStatus.NOT_FOUND, HTTPStatus.INTERNAL_SERVER_ERROR}:
                raise
