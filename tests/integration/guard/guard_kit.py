"""A guard on a socket of its own before the real engine, with policies and extracts that a test may change."""

from __future__ import annotations

import asyncio
import json
import secrets
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from ecluse_platform.core.container import (
    Body,
    Site,
    choose_subnet,
    connect_body,
    network_body,
    plan_session,
    workspace_body,
)
from ecluse_platform.core.names import Workspace
from ecluse_platform.guard.app import application
from ecluse_platform.guard.calls import Guard
from ecluse_platform.guard.engine import Engine
from ecluse_platform.guard.shelf import Shelf
from ecluse_platform.policyfiles import PolicySource
from signed_extracts import write_key, write_signed

ROOT = Path(__file__).parents[3]
ENGINE = Path("/var/run/docker.sock")
BASE = "debian:bookworm-slim"
IMAGE = "scratch-guard-workspace:1"
VERSION = "20261123T120000Z-0123abcd"
POOL = "10.217.0.0/16"
WORKSPACE = Workspace("researcher1", "diabete-idf")
ENV = {"JUPYTERHUB_API_TOKEN": "secret-of-a-test", "JUPYTERHUB_BASE_URL": "/"}


def docker(*arguments: str) -> str:
    """Ask the engine itself, beside the guard; return what it says."""
    return subprocess.run(["docker", *arguments], capture_output=True, text=True, check=True).stdout.strip()


def make_image() -> str:
    """Make an image whose own command waits: the guard lets no command be given."""
    docker("build", "--quiet", "--network=none", "--tag", IMAGE, str(_context()))
    return IMAGE


def _context() -> Path:
    folder = ROOT / "build" / "scratch-guard"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "Dockerfile").write_text(f'FROM {BASE}\nCMD ["sleep", "600"]\n')
    return folder


@dataclass
class Rig:
    """What a test holds: the guard's client, the policies, the extracts, the day."""

    folder: Path
    client: aiohttp.ClientSession
    instance: str
    day: date = field(default_factory=lambda: datetime.now(UTC).date())

    @property
    def policies(self) -> Path:
        """The folder of policies."""
        return self.folder / "policies"

    @property
    def site(self) -> Site:
        """The installation that the guard guards."""
        return Site(self.instance, str(self.folder / "extracts"))

    async def ask(self, method: str, path: str, body: object = None, **kwargs: Any) -> tuple[int, Any]:
        """Ask the guard as a client of the engine does; return the status and what it said."""
        async with self.client.request(method, f"http://guard{path}", json=body, **kwargs) as answer:
            text = await answer.text()
            return answer.status, json.loads(text) if text.startswith(("{", "[")) else text

    def subnet(self, workspace: Workspace = WORKSPACE) -> IPv4Network:
        """The range that the hub would try first."""
        subnet = choose_subnet(POOL, workspace, ())
        assert subnet is not None
        return subnet

    def network(self, workspace: Workspace = WORKSPACE) -> Body:
        """The network's body as the hub writes it."""
        return network_body(self.site, workspace, self.subnet(workspace))

    def container(self, workspace: Workspace = WORKSPACE, version: str = VERSION) -> Body:
        """The container's body as the hub writes it."""
        bundle = PolicySource(self.policies).current()
        project = bundle.projects[workspace.project]
        session = plan_session(bundle, project, workspace, version, self.subnet(workspace))
        return workspace_body(self.site, session, ENV)

    async def make_network(self, workspace: Workspace = WORKSPACE) -> None:
        """Make a session network with the gateway on it."""
        status, said = await self.ask("POST", "/v1.41/networks/create", self.network(workspace))
        assert status == 201, said
        path = f"/v1.41/networks/{workspace.network(self.instance)}/connect"
        status, said = await self.ask("POST", path, connect_body(self.site, self.subnet(workspace)))
        assert status == 200, said

    async def create(self, body: object, name: str = "") -> tuple[int, Any]:
        """Ask for a container."""
        name = name or WORKSPACE.container(self.instance)
        return await self.ask("POST", "/v1.41/containers/create", body, params={"name": name})

    def containers(self) -> list[str]:
        """Every container of the engine whose name or label is this instance's, the gateway aside."""
        named = docker("ps", "--all", "--filter", f"name={self.instance}", "--format", "{{.Names}}").split()
        labelled = docker("ps", "-a", "--filter", f"label=ecluse.instance={self.instance}", "--format", "{{.Names}}")
        return sorted({*named, *labelled.split()} - {self.site.gateway})

    def edit(self, file: str, old: str, new: str) -> None:
        """Change a policy file."""
        path = self.policies / file
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))


@asynccontextmanager
async def guarded(folder: Path, image: str) -> AsyncIterator[Rig]:
    """Run a guard and a container in the gateway's place; remove all that was made."""
    instance = f"scratch-guard-{secrets.token_hex(3)}"
    _prepare(folder)
    engine = Engine(ENGINE)
    # Sockets have short names only.
    socket = Path(f"/tmp/{instance}.sock")  # noqa: S108 - loopback of this test, removed below
    async with aiohttp.ClientSession(connector=aiohttp.UnixConnector(path=str(socket))) as client:
        rig = Rig(folder, client, instance)
        rig.edit("platform.yaml", "ecluse/workspace-python:1", image)
        rig.edit("platform.yaml", "10.213.0.0/16", POOL)
        shelf = Shelf(folder / "extracts", write_key(folder))
        guard = Guard(rig.site, PolicySource(rig.policies), shelf, engine, lambda: rig.day)
        runner = web.AppRunner(application(guard), access_log=None)
        await runner.setup()
        await web.UnixSite(runner, str(socket)).start()
        await asyncio.to_thread(
            docker, "run", "--detach", "--network=none", "--name", rig.site.gateway, BASE, "sleep", "600"
        )
        try:
            # A container without any network cannot be connected to one: leave `none` first.
            await asyncio.to_thread(docker, "network", "disconnect", "none", rig.site.gateway)
            yield rig
        finally:
            await asyncio.to_thread(_sweep, instance)
            await runner.cleanup()
            await engine.close()
            await asyncio.to_thread(socket.unlink, missing_ok=True)


def _prepare(folder: Path) -> None:
    """Copy the policies and make empty extracts: what is in them is no concern of the guard."""
    shutil.copytree(ROOT / "policies", folder / "policies")
    for project in ("diabete-idf", "antibio-national"):
        write_signed(folder / "extracts" / project, VERSION)


def _sweep(instance: str) -> None:
    """Remove what carries the instance's name."""
    for kind, remove in (("container", ["rm", "--force"]), ("network", ["rm"]), ("volume", ["rm"])):
        command = [kind, "ls", "--quiet", "--filter", f"name={instance}", *(["--all"] if kind == "container" else [])]
        for found in docker(*command).split():
            docker(kind, *remove, found)
