"""A gateway on loopback with a steered hub, and either a scripted workspace or a real JupyterLab behind it."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientSession, DummyCookieJar, web
from gateway_fake_hub import GATEWAY_TOKEN, PROJECT, SERVER_CLIENT, SERVER_TOKEN, USER, FakeHub
from gateway_rig import SESSION_KEY, WORKSPACE, Clock, Names, Rig, free_port

from ecluse_platform.gateway.service import Address, running
from ecluse_platform.gateway.settings import Settings

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def static_copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The copy of static files, made as the image's build makes it."""
    target = tmp_path_factory.mktemp("gateway") / "static"
    subprocess.run([sys.executable, str(ROOT / "images/gateway/collect_static.py"), str(target)], check=True)
    return target


@pytest.fixture
def policies(tmp_path: Path) -> Path:
    """A copy of the demonstration's policies that a test may edit."""
    return Path(shutil.copytree(ROOT / "policies", tmp_path / "policies"))


@pytest.fixture
async def rig(tmp_path: Path, policies: Path, static_copy: Path) -> AsyncIterator[Rig]:
    """Start the hub, the gateway, and a scripted workspace that answers as the test says."""
    port, calls, workspace_port = free_port(), free_port(), free_port()
    state = tmp_path / "state"
    state.mkdir()
    public = f"http://hub.localhost:{port}"
    settings = Settings(
        instance="ecluse-test",
        public_url=public,
        hub_url=f"http://127.0.0.2:{port}",
        egress_url=f"http://127.0.0.2:{port}",
        policies=policies,
        static=static_copy,
        state=state,
        token=GATEWAY_TOKEN,
        session_key=SESSION_KEY,
    )
    hub, names, clock = FakeHub(), Names(workspace_port), Clock()
    async with ClientSession(cookie_jar=DummyCookieJar()) as browser:
        rig = Rig(port, calls, names, hub, clock, policies, settings, browser)

        async def scripted(request: web.Request) -> web.StreamResponse:
            rig.seen.append(request)
            assert rig.handler is not None
            return await rig.handler(request)

        app = web.Application()
        app.router.add_route("*", "/{any:.*}", scripted)
        runners = [web.AppRunner(hub.application()), web.AppRunner(app)]
        places = [("127.0.0.2", port), ("127.0.0.1", workspace_port)]
        for runner, (host, number) in zip(runners, places, strict=True):
            await runner.setup()
            await web.TCPSite(runner, host, number).start()
        try:
            async with running(settings, names, Address("127.0.0.1", port), Address("127.0.0.1", calls), clock):
                yield rig
        finally:
            for runner in runners:
                await runner.cleanup()


@pytest.fixture
async def lab(rig: Rig, tmp_path: Path) -> AsyncIterator[Rig]:
    """Put a real JupyterLab, run as JupyterHub runs it, behind the gateway."""
    rig.names.port = free_port()
    home = tmp_path / "home"
    home.mkdir()
    environment = {
        "PATH": os.pathsep.join((str(Path(sys.executable).parent), "/usr/bin", "/bin")),
        "HOME": str(home),
        "JUPYTER_RUNTIME_DIR": str(tmp_path / "runtime"),
        "JUPYTERHUB_API_TOKEN": SERVER_TOKEN,
        "JUPYTERHUB_API_URL": f"http://127.0.0.1:{rig.calls}/hub/api",
        "JUPYTERHUB_ACTIVITY_URL": f"http://127.0.0.1:{rig.calls}/hub/api/users/{USER}/activity",
        "JUPYTERHUB_BASE_URL": "/",
        "JUPYTERHUB_CLIENT_ID": SERVER_CLIENT,
        "JUPYTERHUB_DEFAULT_URL": "/lab",
        "JUPYTERHUB_DISABLE_USER_CONFIG": "1",
        "JUPYTERHUB_HOST": rig.settings.public_url,
        "JUPYTERHUB_OAUTH_ACCESS_SCOPES": f'["access:servers!server={USER}/{PROJECT}"]',
        "JUPYTERHUB_OAUTH_SCOPES": f'["access:servers!server={USER}/{PROJECT}"]',
        "JUPYTERHUB_OAUTH_CALLBACK_URL": f"{rig.origin}{WORKSPACE.base_path}oauth_callback",
        "JUPYTERHUB_ROOT_DIR": str(home),
        "JUPYTERHUB_SERVER_NAME": PROJECT,
        "JUPYTERHUB_SERVICE_PREFIX": WORKSPACE.base_path,
        "JUPYTERHUB_SERVICE_URL": f"http://127.0.0.1:{rig.names.port}{WORKSPACE.base_path}",
        "JUPYTERHUB_USER": USER,
    }
    log = (tmp_path / "lab.log").open("wb")
    arguments = ("--ServerApp.terminals_enabled=False", "--LabApp.news_url=", "--allow-root")
    singleuser = await asyncio.create_subprocess_exec(
        str(Path(sys.executable).with_name("jupyterhub-singleuser")), *arguments, cwd=home, env=environment,
        stdout=log, stderr=log,
    )  # fmt: skip
    try:
        await _answers(rig, tmp_path / "lab.log", singleuser)
        yield rig
    finally:
        if singleuser.returncode is None:
            singleuser.terminate()
        await singleuser.wait()
        log.close()


def _tail(log: Path) -> str:
    return log.read_text(encoding="utf-8")[-3000:]


async def _answers(rig: Rig, log: Path, process: asyncio.subprocess.Process) -> None:
    """Wait as the hub does: until the gateway says that the workspace answers."""
    for _ in range(240):
        async with rig.browser.get(rig.url("api"), headers={"Host": "gateway:8500"}) as answer:
            if answer.status == 200:
                assert answer.headers["X-JupyterHub-Version"] == "6.1.1"
                return
        if process.returncode is not None:
            break
        await asyncio.sleep(0.25)
    raise AssertionError(_tail(log))
