"""The calls of the engine's API that a hub needs, each with its check; there is no other way through."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from ipaddress import IPv4Network

from ecluse_platform.core.container import Body, Site, is_extract_version
from ecluse_platform.core.names import Workspace, is_project_id, workspace_of_container
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.guard import rules
from ecluse_platform.guard.engine import Answer, Engine
from ecluse_platform.guard.rules import Denied
from ecluse_platform.guard.shelf import Shelf
from ecluse_platform.policyfiles import PolicySource

_TRUE = frozenset({"1", "true", "True"})
_LONGEST_STOP = 60


@dataclass(frozen=True)
class Call:
    """One request as it arrived, taken apart: nothing of it is relayed as it is."""

    target: str
    query: dict[str, str]
    body: Body


@dataclass(frozen=True)
class Guard:
    """Checks each call against the policies in force, then asks the engine in its own words."""

    site: Site
    policies: PolicySource
    shelf: Shelf
    engine: Engine
    today: Callable[[], date]

    async def ping(self, _: Call) -> Answer:
        """Answer whether the engine is there."""
        return await self.engine.ask("GET", "/_ping")

    async def engine_version(self, _: Call) -> Answer:
        """Answer which version the engine is: clients choose their dialect by it."""
        return await self.engine.ask("GET", "/version")

    async def current_extract(self, call: Call) -> Answer:
        """Answer which version of a project's extract is current: the hub asks, and so holds no data itself."""
        known = is_project_id(call.target) and call.target in self.policies.current().projects
        try:
            version = self.shelf.current(call.target) if known else ""
        except Refusal:
            version = ""
        if not is_extract_version(version):
            return _said(HTTPStatus.NOT_FOUND, message="ecluse guard: this project has no extract")
        return _said(HTTPStatus.OK, version=version)

    async def inspect_image(self, call: Call) -> Answer:
        """Describe an image that policy offers, and no other."""
        offered = {image.reference for image in self.policies.current().platform.images.values()}
        if call.target not in offered:
            raise Denied("policy offers no such image")
        return await self.engine.ask("GET", f"/images/{call.target}/json")

    async def create_network(self, call: Call) -> Answer:
        """Create a session network."""
        planned = rules.check_network(self.policies.current(), self.site, call.body, self.today())
        return await self.engine.ask("POST", "/networks/create", body=planned)

    async def inspect_network(self, call: Call) -> Answer:
        """Describe a session network of this instance."""
        answer = await self.engine.network(call.target)
        if answer.found:
            self._session_of(answer)
        return answer

    async def connect(self, call: Call) -> Answer:
        """Put the gateway on a session network."""
        network = await self.engine.network(call.target)
        if not network.found:
            return network
        _, subnet = self._session_of(network)
        planned = rules.check_connect(self.site, subnet, call.body)
        path = f"/networks/{network.document()['Id']}/connect"
        return await self.engine.ask("POST", path, body=planned)

    async def disconnect(self, call: Call) -> Answer:
        """Take the gateway off a session network."""
        network = await self.engine.network(call.target)
        if not network.found:
            return network
        self._session_of(network)
        planned = rules.check_disconnect(self.site, call.body)
        path = f"/networks/{network.document()['Id']}/disconnect"
        return await self.engine.ask("POST", path, body=planned)

    async def delete_network(self, call: Call) -> Answer:
        """Remove a session network of this instance."""
        network = await self.engine.network(call.target)
        if not network.found:
            return network
        self._session_of(network)
        return await self.engine.ask("DELETE", f"/networks/{network.document()['Id']}")

    async def create_container(self, call: Call) -> Answer:
        """Create a workspace's container, exactly as policy plans it, on a network that is already right."""
        name = call.query.get("name", "")
        workspace = _named(self.site, name)
        subnet = await self._session_subnet(workspace)
        planned = rules.check_container(
            self.policies.current(),
            self.site,
            name,
            call.body,
            extract=self.shelf.current(workspace.project),
            subnet=subnet,
            on=self.today(),
        )
        return await self.engine.ask("POST", "/containers/create", params={"name": name}, body=planned)

    async def inspect_container(self, call: Call) -> Answer:
        """Describe a workspace's container."""
        answer = await self.engine.container(call.target)
        if answer.found:
            rules.workspace_of_inspected(self.site, answer.document())
        return answer

    async def start_container(self, call: Call) -> Answer:
        """Start a workspace's container, while its person may work and it is what policy plans today."""
        answer = await self.engine.container(call.target)
        if not answer.found:
            return answer
        workspace = rules.workspace_of_inspected(self.site, answer.document())
        rules.check_start(
            self.policies.current(),
            self.site,
            answer.document(),
            extract=self.shelf.current(workspace.project),
            subnet=await self._session_subnet(workspace),
            on=self.today(),
        )
        return await self.engine.ask("POST", f"/containers/{answer.document()['Id']}/start")

    async def stop_container(self, call: Call) -> Answer:
        """Stop a workspace's container: always allowed."""
        answer = await self.engine.container(call.target)
        if not answer.found:
            return answer
        rules.workspace_of_inspected(self.site, answer.document())
        seconds = call.query.get("t", "10")
        if not seconds.isascii() or not seconds.isdigit() or int(seconds) > _LONGEST_STOP:
            raise Denied("the time to stop is not a short number of seconds")
        path = f"/containers/{answer.document()['Id']}/stop"
        return await self.engine.ask("POST", path, params={"t": seconds})

    async def delete_container(self, call: Call) -> Answer:
        """Remove a workspace's container with its unnamed volumes; the home volume stays."""
        answer = await self.engine.container(call.target)
        if not answer.found:
            return answer
        rules.workspace_of_inspected(self.site, answer.document())
        if call.query.get("link") in _TRUE:
            raise Denied("links are not used")
        params = {"v": "true", "force": "true" if call.query.get("force") in _TRUE else "false"}
        return await self.engine.ask("DELETE", f"/containers/{answer.document()['Id']}", params=params)

    def _session_of(self, network: Answer) -> tuple[Workspace, IPv4Network]:
        return rules.session_of_inspected(self.policies.current(), self.site, network.document())

    async def _session_subnet(self, workspace: Workspace) -> IPv4Network:
        """Return the range of a workspace's session network, which must be there, its own, and free of strangers."""
        network = await self.engine.network(workspace.network(self.site.instance))
        if not network.found:
            raise Denied("the session network does not exist")
        owner, subnet = self._session_of(network)
        if owner != workspace:
            raise Denied("the session network is somebody else's")
        rules.check_members(self.site, network.document(), workspace)
        return subnet


def _named(site: Site, name: str) -> Workspace:
    workspace = workspace_of_container(name, site.instance)
    if workspace is None:
        raise Denied("the name is not that of a workspace of this instance")
    return workspace


def _said(status: HTTPStatus, **fields: str) -> Answer:
    """Answer in the guard's own words, without the engine."""
    return Answer(status, json.dumps(fields).encode())
