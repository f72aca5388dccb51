"""Somebody who has taken over the hub asks the guard for more: refused with 403, and nothing is created."""

from __future__ import annotations

import asyncio
import copy
import socket
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from ecluse_platform.core.container import Body, connect_body
from ecluse_platform.core.names import Workspace
from ecluse_platform.guard.app import application
from ecluse_platform.guard.calls import Guard
from ecluse_platform.guard.engine import Engine
from ecluse_platform.guard.shelf import Shelf
from ecluse_platform.policyfiles import PolicySource
from integration.guard.guard_kit import BASE, VERSION, WORKSPACE, Rig, docker

OTHER_VERSION = "20261101T000000Z-89abcdef"


def host(**changes: Any) -> Callable[[Body], None]:
    """Change the host configuration."""
    return lambda body: body["HostConfig"].update(changes)


def top(**changes: Any) -> Callable[[Body], None]:
    """Change the container's own configuration."""
    return lambda body: body.update(changes)


def mount(**changes: Any) -> Callable[[Body], None]:
    """Add a mount."""
    return lambda body: body["HostConfig"]["Mounts"].append(changes)


def data(**changes: Any) -> Callable[[Body], None]:
    """Change the mount of the data."""
    return lambda body: body["HostConfig"]["Mounts"][0].update(changes)


def env(entry: object) -> Callable[[Body], None]:
    """Add a variable."""
    return lambda body: body["Env"].append(entry)


def without(key: str) -> Callable[[Body], None]:
    """Leave a protection out."""
    return lambda body: body["HostConfig"].pop(key) and None


HARM: dict[str, Callable[[Body], None]] = {
    "privileged": host(Privileged=True),
    "docker socket": mount(Type="bind", Source="/var/run/docker.sock", Target="/s", ReadOnly=True),
    "host root": host(Binds=["/:/host:ro"]),
    "other volume": mount(Type="volume", Source="ecluse-home-researcher2--diabete-idf", Target="/other"),
    "data writable": data(ReadOnly=False),
    "data from another project": lambda b: b["HostConfig"]["Mounts"][0].update(
        Source=b["HostConfig"]["Mounts"][0]["Source"].replace("diabete-idf", "antibio-national")
    ),
    "data of another version": lambda b: b["HostConfig"]["Mounts"][0].update(
        Source=b["HostConfig"]["Mounts"][0]["Source"].replace(VERSION, OTHER_VERSION)
    ),
    "shared propagation": data(BindOptions={"Propagation": "rshared"}),
    "host network": host(NetworkMode="host"),
    "default bridge": host(NetworkMode="bridge"),
    "gateway's namespaces": host(NetworkMode="container:ecluse-gateway"),
    "second network": lambda b: b["NetworkingConfig"]["EndpointsConfig"].update({"bridge": {}}),
    "other address": lambda b: next(iter(b["NetworkingConfig"]["EndpointsConfig"].values()))["IPAMConfig"].update(
        IPv4Address="10.217.0.2"
    ),
    "host processes": host(PidMode="host"),
    "host ipc": host(IpcMode="host"),
    "host names": host(UTSMode="host"),
    "host users": host(UsernsMode="host"),
    "host cgroups": host(CgroupnsMode="host"),
    "cgroup parent": host(CgroupParent="/"),
    "capability": host(CapAdd=["SYS_ADMIN"]),
    "capabilities kept": host(CapDrop=[]),
    "no seccomp": host(SecurityOpt=["no-new-privileges:true", "seccomp=unconfined"]),
    "new privileges": host(SecurityOpt=[]),
    "writable root": host(ReadonlyRootfs=False),
    "no masks": host(MaskedPaths=[]),
    "device": host(Devices=[{"PathOnHost": "/dev/sda", "PathInContainer": "/dev/sda", "CgroupPermissions": "rwm"}]),
    "device rules": host(DeviceCgroupRules=["b 8:* rwm"]),
    "volumes from": host(VolumesFrom=["ecluse-egress"]),
    "links": host(Links=["ecluse-egress:e"]),
    "more memory": host(Memory=0),
    "swap": host(MemorySwap=-1),
    "more processes": host(PidsLimit=-1),
    "without memory limit": without("Memory"),
    "without dropped capabilities": without("CapDrop"),
    "published port": host(PortBindings={"8888/tcp": [{"HostPort": "9999"}]}),
    "all ports": host(PublishAllPorts=True),
    "resolver": host(Dns=["8.8.8.8"]),
    "extra host": host(ExtraHosts=["a:1.2.3.4"]),
    "sysctl": host(Sysctls={"net.ipv4.ip_forward": "1"}),
    "runtime": host(Runtime="other"),
    "log elsewhere": host(LogConfig={"Type": "syslog", "Config": {"syslog-address": "tcp://192.0.2.1:514"}}),
    "restart": host(RestartPolicy={"Name": "always"}),
    "oom": host(OomScoreAdj=-1000),
    "root": top(User="0:0"),
    "other image": top(Image=BASE),
    "command": top(Cmd=["sh", "-c", "id"]),
    "entry point": top(Entrypoint=["sh"]),
    "volume": top(Volumes={"/x": {}}),
    "health check": top(Healthcheck={"Test": ["CMD-SHELL", "id"]}),
    "key in another case": lambda b: b.update(hostconfig={"Privileged": True}),
    "label of somebody else": lambda b: b["Labels"].update({"ecluse.user": "researcher2"}),
    "label more": lambda b: b["Labels"].update({"ecluse.role2": "gateway"}),
    "preload": env("LD_PRELOAD=/home/jovyan/x.so"),
    "python path": env("PYTHONPATH=/home/jovyan"),
    "path": env("PATH=/home/jovyan"),
    "variable without a value": env("JUPYTERHUB_HOST"),
    "variable that is no text": env(7),
    "variable twice": env("JUPYTERHUB_API_TOKEN=other"),
    "variable of two lines": env("JUPYTERHUB_HOST=a\nLD_PRELOAD=x"),
    "no variables": top(Env=None),
    "variables as a table": top(Env={"PATH": "/x"}),
    "host configuration as a list": top(HostConfig=[]),
}


@pytest.fixture
async def ready(rig: Rig) -> Rig:
    """A guard with the session network made: the unchanged body would pass."""
    (rig.folder / "extracts" / "diabete-idf" / OTHER_VERSION).mkdir()
    await rig.make_network()
    return rig


async def test_every_harmful_change_of_the_plan_is_refused(ready: Rig) -> None:
    """One change at a time, each refused; the unchanged plan passes afterwards, so it was the change."""
    through = []
    for name, change in HARM.items():
        body = copy.deepcopy(ready.container())
        change(body)
        status, said = await ready.create(body)
        if status != 403 or "message" not in said or ready.containers():
            through.append((name, status, said))
    assert through == []
    assert (await ready.create(ready.container()))[0] == 201


@pytest.mark.parametrize(
    ("workspace", "why"),
    [
        (Workspace("researcher1", "antibio-national"), "not_in_permit"),
        (Workspace("projectadmin1", "diabete-idf"), "not_in_permit"),
        (Workspace("steward1", "diabete-idf"), "not_in_permit"),
        (Workspace("mallory", "diabete-idf"), "not_in_permit"),
    ],
)
async def test_nobody_gets_a_network_on_a_project_that_does_not_name_them(
    rig: Rig, workspace: Workspace, why: str
) -> None:
    """The permit decides, not the hub: another project, a project admin, a steward, a stranger."""
    status, said = await rig.ask("POST", "/v1.41/networks/create", rig.network(workspace))
    assert status == 403
    assert why in said["message"]
    assert docker("network", "ls", "-q", "--filter", f"name={rig.instance}") == ""


async def test_a_workspace_of_somebody_else_s_name_is_refused(ready: Rig) -> None:
    """The plan of one person under the name of another, or under a name that is no workspace's."""
    names = [
        Workspace("researcher2", "diabete-idf").container(ready.instance),
        f"{ready.instance}-gateway2",
        f"{ready.instance}-ws-researcher1--diabete-idf--x",
        f"{ready.instance}-ws-researcher1--../etc",
        "x",
        "",
    ]
    for name in names:
        status, _ = await ready.ask("POST", "/v1.41/containers/create", ready.container(), params={"name": name})
        assert status == 403, name
    assert (await ready.ask("POST", "/v1.41/containers/create", ready.container()))[0] == 403
    assert ready.containers() == []


@pytest.mark.parametrize("day", [date(2025, 12, 31), date(2030, 1, 1)])
async def test_outside_the_permit_s_dates_nothing_is_created(ready: Rig, day: date) -> None:
    """The day before the permit starts and the day after it ends."""
    ready.day = day
    assert (await ready.create(ready.container()))[0] == 403
    assert ready.containers() == []


async def test_a_person_taken_off_the_permit_is_refused_at_once(ready: Rig) -> None:
    """The policies are read again for each decision."""
    ready.edit("projects/diabete-idf.yaml", "{name: researcher1, role: researcher}", "{name: other1, role: researcher}")
    status, said = await ready.create(ready.container())
    assert (status, "not_in_permit" in said["message"]) == (403, True)


async def test_with_policies_that_cannot_be_read_nothing_passes(ready: Rig) -> None:
    """A typo in a policy closes the guard; it never falls back on what it knew."""
    body = ready.container()
    (ready.policies / "platform.yaml").write_text("title: [")
    assert (await ready.create(body))[0] == 403
    assert ready.containers() == []


async def test_without_an_extract_nothing_is_created(ready: Rig) -> None:
    """No current extract, or one whose name leads elsewhere."""
    current = ready.folder / "extracts" / "diabete-idf" / "current"
    for text in ("", "../antibio-national/" + VERSION, "/etc"):
        current.write_text(text)
        assert (await ready.create(ready.container()))[0] == 403
    current.unlink()
    assert (await ready.create(ready.container()))[0] == 403
    assert ready.containers() == []


NETWORK_HARM: dict[str, Callable[[Body], None]] = {
    "not internal": lambda b: b.update(Internal=False),
    "attachable": lambda b: b.update(Attachable=True),
    "address of the host": lambda b: b.update(Options={}),
    "other driver": lambda b: b.update(Driver="macvlan", Options={"parent": "eth0"}),
    "IPv6": lambda b: b.update(EnableIPv6=True),
    "outside the pool": lambda b: b["IPAM"]["Config"][0].update(Subnet="10.99.0.0/28"),
    "too wide": lambda b: b["IPAM"]["Config"][0].update(Subnet="10.217.0.0/24"),
    "two ranges": lambda b: b["IPAM"]["Config"].append({"Subnet": "10.217.255.0/28"}),
    "gateway": lambda b: b["IPAM"]["Config"][0].update(Gateway="10.217.0.1"),
    "other name": lambda b: b.update(Name="bridge2"),
    "other label": lambda b: b["Labels"].update({"ecluse.role": "service"}),
    "ingress": lambda b: b.update(Ingress=True),
    "from": lambda b: b.update(ConfigFrom={"Network": "bridge"}),
}


async def test_every_harmful_change_of_the_network_is_refused(rig: Rig) -> None:
    """A session network is internal, without the host, in the pool: or it is not made."""
    through = []
    for name, change in NETWORK_HARM.items():
        body = copy.deepcopy(rig.network())
        change(body)
        status, said = await rig.ask("POST", "/v1.41/networks/create", body)
        if status != 403:
            through.append((name, status, said))
    assert through == []
    assert docker("network", "ls", "-q", "--filter", f"name={rig.instance}") == ""


async def test_only_the_gateway_joins_and_only_session_networks(ready: Rig) -> None:
    """Another container, another address, another network: refused."""
    path = f"/v1.41/networks/{WORKSPACE.network(ready.instance)}/connect"
    right = connect_body(ready.site, ready.subnet())
    for wrong in (
        {**right, "Container": f"{ready.instance}-egress"},
        {**right, "EndpointConfig": {"IPAMConfig": {"IPv4Address": str(ready.subnet()[4])}}},
        {**right, "EndpointConfig": {**right["EndpointConfig"], "Aliases": ["hub"]}},
        {"Container": ready.site.gateway},
    ):
        assert (await ready.ask("POST", path, wrong))[0] == 403, wrong
    for network in ("bridge", "host", "none"):
        assert (await ready.ask("POST", f"/v1.41/networks/{network}/connect", right))[0] == 403
        assert (await ready.ask("GET", f"/v1.41/networks/{network}"))[0] == 403
        assert (await ready.ask("DELETE", f"/v1.41/networks/{network}"))[0] == 403
    off = {"Container": WORKSPACE.container(ready.instance), "Force": True}
    assert (await ready.ask("POST", path.replace("/connect", "/disconnect"), off))[0] == 403


async def test_a_network_with_a_stranger_on_it_gets_no_workspace(ready: Rig) -> None:
    """Something joined the session network behind the guard's back: no workspace starts beside it."""
    stranger = f"{ready.instance}-stranger"
    network = WORKSPACE.network(ready.instance)
    docker("run", "--detach", "--name", stranger, "--network", network, BASE, "sleep", "600")
    assert (await ready.create(ready.container()))[0] == 403
    assert ready.containers() == [stranger]


async def test_other_containers_are_out_of_reach(rig: Rig) -> None:
    """Inspect, start, stop, delete: only workspaces, even when another container borrows a name or the labels."""
    named = f"{rig.instance}-ws-researcher2--diabete-idf"
    labelled = f"{rig.instance}-labelled"
    docker("create", "--name", named, BASE, "true")
    labels = ("instance=" + rig.instance, "user=researcher1", "project=diabete-idf", "role=workspace")
    options = [part for label in labels for part in ("--label", f"ecluse.{label}")]
    docker("create", "--name", labelled, *options, BASE, "true")
    for name in (rig.site.gateway, named, labelled, docker("inspect", "--format", "{{.Id}}", labelled)):
        assert (await rig.ask("GET", f"/v1.41/containers/{name}/json"))[0] == 403, name
        assert (await rig.ask("POST", f"/v1.41/containers/{name}/start"))[0] == 403, name
        assert (await rig.ask("POST", f"/v1.41/containers/{name}/stop"))[0] == 403, name
        assert (await rig.ask("DELETE", f"/v1.41/containers/{name}", params={"force": "true"}))[0] == 403, name
    assert rig.containers() == sorted([named, labelled])


CLOSED = [
    ("GET", "/v1.41/containers/json"),
    ("GET", "/v1.41/info"),
    ("GET", "/v1.41/events"),
    ("GET", "/v1.41/networks"),
    ("GET", "/v1.41/volumes"),
    ("GET", "/v1.41/images/json"),
    ("GET", f"/v1.41/images/{BASE}/json"),
    ("GET", "/v1.41/secrets"),
    ("POST", "/v1.41/build"),
    ("POST", "/v1.41/images/create?fromImage=x"),
    ("POST", "/v1.41/images/load"),
    ("POST", "/v1.41/commit?container={name}"),
    ("POST", "/v1.41/volumes/create"),
    ("POST", "/v1.41/swarm/init"),
    ("POST", "/v1.41/plugins/pull?remote=x"),
    ("POST", "/v1.41/session"),
    ("POST", "/v1.41/auth"),
    ("POST", "/v1.41/containers/{name}/exec"),
    ("POST", "/v1.41/exec/x/start"),
    ("POST", "/v1.41/containers/{name}/attach"),
    ("GET", "/v1.41/containers/{name}/attach/ws"),
    ("GET", "/v1.41/containers/{name}/logs?stdout=1"),
    ("GET", "/v1.41/containers/{name}/archive?path=/home"),
    ("PUT", "/v1.41/containers/{name}/archive?path=/home"),
    ("GET", "/v1.41/containers/{name}/export"),
    ("GET", "/v1.41/containers/{name}/top"),
    ("POST", "/v1.41/containers/{name}/update"),
    ("POST", "/v1.41/containers/{name}/rename?name=x"),
    ("POST", "/v1.41/containers/{name}/kill"),
    ("POST", "/v1.41/containers/{name}/restart"),
    ("POST", "/v1.41/containers/prune"),
    ("GET", "/v1.41/containers/../info"),
    ("GET", "/v1.41/containers/{name}%2f..%2f..%2finfo/json"),
    ("GET", "/v1.41//containers/{name}/json"),
    ("GET", "/v1.41/containers/{name}/json?size=1"),
    ("GET", "/v1.999/version"),
    ("DELETE", "/v1.41/containers/{name}?v=1&v=1"),
    ("DELETE", "/v1.41/containers/{name}?link=1"),
    ("POST", "/v1.41/containers/{name}/stop?signal=SIGKILL"),
    ("POST", "/v1.41/containers/{name}/stop?t=100000"),
    ("HEAD", "/v1.41/containers/{name}/archive?path=/"),
    ("OPTIONS", "/v1.41/version"),
]


async def test_every_other_call_is_closed(ready: Rig) -> None:
    """No logs, no exec, no copy, no build, no listing: 403 in the engine's own form, workspace running or not."""
    assert (await ready.create(ready.container()))[0] == 201
    name = WORKSPACE.container(ready.instance)
    opened = []
    for method, path in CLOSED:
        status = await _raw(ready, f"{method} {path.format(name=name)} HTTP/1.1")
        if status != 403:
            opened.append((method, path, status))
    assert opened == []
    assert ready.containers() == [name]


async def test_connections_are_not_upgraded(ready: Rig) -> None:
    """A caller cannot turn an open call into a raw pipe to the engine."""
    for header in ("Connection: Upgrade\r\nUpgrade: tcp", "Upgrade: h2c"):
        assert await _raw(ready, "GET /v1.41/version HTTP/1.1", header) == 403


@pytest.mark.parametrize(
    "text", ["", "[]", "null", "{", '{"Image": "x"', "[" * 5000, '{"Env": "' + "x" * 70_000 + '"}', "\xff"]
)
async def test_bodies_that_are_no_plan_are_refused(ready: Rig, text: str) -> None:
    """Not JSON, not an object, too long, too deep: refused, and the guard goes on."""
    name = WORKSPACE.container(ready.instance)
    status, _ = await ready.ask("POST", "/v1.41/containers/create", params={"name": name}, data=text.encode("latin-1"))
    assert status == 403
    assert (await ready.ask("GET", "/version"))[0] == 200


async def test_an_engine_that_does_not_answer_is_said(tmp_path: Path, ready: Rig) -> None:
    """Without an engine behind it the guard answers 502, never a success."""
    socket_path = tmp_path / "g.sock"
    shelf = Shelf(ready.folder, tmp_path / "no-key")
    guard = Guard(ready.site, PolicySource(ready.policies), shelf, Engine(tmp_path / "nothing.sock"), lambda: ready.day)
    runner = web.AppRunner(application(guard), access_log=None)
    await runner.setup()
    await web.UnixSite(runner, str(socket_path)).start()
    async with (
        aiohttp.ClientSession(connector=aiohttp.UnixConnector(path=str(socket_path))) as client,
        client.get("http://guard/version") as answer,
    ):
        assert answer.status == 502
    await runner.cleanup()
    await guard.engine.close()


async def _raw(rig: Rig, line: str, headers: str = "X-A: b") -> int:
    """Send a request exactly as written: clients would tidy it up."""

    def send() -> int:
        with socket.socket(socket.AF_UNIX) as link:
            link.settimeout(20)
            link.connect(f"/tmp/{rig.instance}.sock")  # noqa: S108 - the rig's own socket
            link.sendall(f"{line}\r\nHost: guard\r\n{headers}\r\nContent-Length: 0\r\n\r\n".encode())
            return int(link.recv(64).split()[1])

    return await asyncio.to_thread(send)
