"""What the hub does is let through, and the engine receives every protection."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import date
from typing import Any

import docker as docker_py
import pytest

from ecluse_platform.hub.sessions import SessionNetworks
from integration.guard.guard_kit import IMAGE, POOL, VERSION, WORKSPACE, Rig, docker
from signed_extracts import write_signed

NAME = "diabete-idf"
NEWER = "20261124T120000Z-89abcdef"


async def start(rig: Rig) -> str:
    """Create and start the workspace through the guard; return its id."""
    await rig.make_network()
    status, said = await rig.create(rig.container())
    assert status == 201, said
    status, said_more = await rig.ask("POST", f"/v1.41/containers/{said['Id']}/start")
    assert status == 204, said_more
    return str(said["Id"])


def inspect(name: str) -> dict[str, Any]:
    """What the engine says of a container."""
    found: dict[str, Any] = json.loads(docker("inspect", name))[0]
    return found


async def test_a_workspace_is_created_started_stopped_and_deleted(rig: Rig) -> None:
    """The whole life of a workspace passes, and leaves nothing but its home."""
    container = await start(rig)
    name = WORKSPACE.container(rig.instance)
    status, said = await rig.ask("GET", f"/v1.41/containers/{name}/json")
    assert status == 200
    assert said["State"]["Running"] is True
    assert (await rig.ask("POST", f"/v1.41/containers/{container}/stop", params={"t": "1"}))[0] == 204
    assert (await rig.ask("DELETE", f"/v1.41/containers/{container}", params={"v": "True"}))[0] == 204
    network = f"/v1.41/networks/{WORKSPACE.network(rig.instance)}"
    gone = {"Container": rig.site.gateway, "Force": True}
    assert (await rig.ask("POST", f"{network}/disconnect", gone))[0] == 200
    assert (await rig.ask("DELETE", network))[0] == 204
    assert rig.containers() == []
    assert docker("volume", "ls", "-q", "--filter", f"name={rig.instance}") == WORKSPACE.home_volume(rig.instance)


async def test_the_engine_received_every_protection(rig: Rig) -> None:
    """What Docker says of the container, not what we asked for: each flag is in force."""
    found = inspect(await start(rig))
    host = found["HostConfig"]
    assert found["Config"]["User"] == "1000:1000"
    assert found["Config"]["Image"] == IMAGE
    assert host["ReadonlyRootfs"] is True
    assert host["Privileged"] is False
    assert host["CapDrop"] == ["ALL"]
    assert host["CapAdd"] is None
    assert "no-new-privileges:true" in host["SecurityOpt"]
    assert not any("unconfined" in option for option in host["SecurityOpt"])
    assert host["Memory"] == host["MemorySwap"] == 2048 * 1024 * 1024
    assert host["NanoCpus"] == 1_000_000_000
    assert host["PidsLimit"] == 256
    assert host["PortBindings"] in ({}, None)
    assert host["Devices"] in ([], None)
    assert host["PidMode"] == host["UTSMode"] == host["UsernsMode"] == ""
    assert host["RestartPolicy"]["Name"] == "no"
    assert list(found["NetworkSettings"]["Networks"]) == [WORKSPACE.network(rig.instance)]
    mounts = {m["Destination"]: m for m in found["Mounts"]}
    assert set(mounts) == {"/data", "/home/jovyan"}
    assert mounts["/data"]["RW"] is False
    assert mounts["/data"]["Source"].endswith(f"/{NAME}/{VERSION}")


async def test_inside_the_kernel_agrees(rig: Rig) -> None:
    """Root and data cannot be written, capabilities are none, privileges cannot be gained, no name resolves."""
    container = await start(rig)
    status = docker("exec", container, "cat", "/proc/self/status")
    assert "CapEff:\t0000000000000000" in status
    assert "CapBnd:\t0000000000000000" in status
    assert "NoNewPrivs:\t1" in status
    assert "Seccomp:\t2" in status
    for path in ("/x", "/data/x", "/usr/x"):
        said = docker("exec", container, "sh", "-c", f"touch {path} 2>&1 || true")
        assert "Read-only file system" in said, path
    assert docker("exec", container, "cat", "/sys/class/net/eth0/operstate") == "up"
    assert "127.0.0.11" in docker("exec", container, "cat", "/etc/resolv.conf")


async def test_the_network_has_only_the_gateway_and_the_workspace(rig: Rig) -> None:
    """Two members at fixed addresses, no way out, no address of the host, no IPv6."""
    await start(rig)
    network = json.loads(docker("network", "inspect", WORKSPACE.network(rig.instance)))[0]
    assert network["Internal"] is True
    assert network["EnableIPv6"] is False
    members = {m["Name"]: m["IPv4Address"] for m in network["Containers"].values()}
    subnet = rig.subnet()
    assert members == {
        rig.site.gateway: f"{subnet[2]}/28",
        WORKSPACE.container(rig.instance): f"{subnet[3]}/28",
    }


async def test_the_hub_s_own_client_passes(rig: Rig) -> None:
    """What docker-py sends for a network is exactly the plan, and a taken range leads to the next."""
    socket = f"unix:///tmp/{rig.instance}.sock"
    client = await asyncio.to_thread(docker_py.APIClient, base_url=socket, version="auto")

    async def ask(method: str, *args: Any, **kwargs: Any) -> Any:
        return await asyncio.to_thread(getattr(client, method), *args, **kwargs)

    networks = SessionNetworks(rig.site, ask)
    docker("network", "create", "--subnet", str(rig.subnet()), f"{rig.instance}-taken")
    try:
        subnet = await networks.create(POOL, WORKSPACE)
        assert subnet != rig.subnet()
        assert await networks.mend(WORKSPACE) is False
        docker("network", "disconnect", WORKSPACE.network(rig.instance), rig.site.gateway)
        assert await networks.mend(WORKSPACE) is True
        await networks.remove(WORKSPACE)
        await networks.remove(WORKSPACE)
    finally:
        await asyncio.to_thread(client.close)
    left = docker("network", "ls", "-q", "--filter", f"name={WORKSPACE.network(rig.instance)}")
    assert left == ""


async def test_a_workspace_created_in_time_does_not_start_after_the_permit(rig: Rig) -> None:
    """The permit is asked again at the start, and stopping stays possible ever after."""
    await rig.make_network()
    status, said = await rig.create(rig.container())
    assert status == 201, said
    rig.day = date(2030, 1, 1)
    status, message = await rig.ask("POST", f"/v1.41/containers/{said['Id']}/start")
    assert status == 403
    assert "permit_expired" in message["message"]
    assert (await rig.ask("POST", f"/v1.41/containers/{said['Id']}/stop"))[0] in {204, 304}
    assert (await rig.ask("DELETE", f"/v1.41/containers/{said['Id']}"))[0] == 204


def newer_extract(rig: Rig) -> None:
    """Publish another version of the extract."""
    write_signed(rig.folder / "extracts" / NAME, NEWER)


def other_image(rig: Rig) -> None:
    """Offer another image in the place of the project's."""
    rig.edit("platform.yaml", IMAGE, "scratch-guard-workspace:2")


def less_memory(rig: Rig) -> None:
    """Give the project less memory."""
    rig.edit(f"projects/{NAME}.yaml", "memory_mib: 2048", "memory_mib: 1024")


@pytest.mark.parametrize(
    ("change", "parts"), [(newer_extract, "Labels, Mounts"), (other_image, "Image"), (less_memory, "Env, Memory")]
)
async def test_a_container_of_an_older_plan_does_not_start(rig: Rig, change: Callable[[Rig], None], parts: str) -> None:
    """Created when it was the plan, refused once the plan is another, and it can still be removed."""
    await rig.make_network()
    status, said = await rig.create(rig.container())
    assert status == 201, said
    change(rig)
    status, message = await rig.ask("POST", f"/v1.41/containers/{said['Id']}/start")
    assert (status, message["message"]) == (
        403,
        f"ecluse guard: the container differs from today's plan in {parts}",
    )
    assert inspect(said["Id"])["State"]["Status"] == "created"
    assert (await rig.ask("DELETE", f"/v1.41/containers/{said['Id']}"))[0] == 204


@pytest.mark.parametrize("path", ["/version", "/v1.41/version", "/_ping", f"/v1.41/images/{IMAGE}/json"])
async def test_what_a_client_asks_first_is_answered(rig: Rig, path: str) -> None:
    """The engine's version and the offered image can be read."""
    assert (await rig.ask("GET", path))[0] == 200


async def test_what_is_not_there_is_not_found(rig: Rig) -> None:
    """A workspace that does not run is answered as the engine does, so that the hub can tell."""
    assert (await rig.ask("GET", f"/v1.41/containers/{WORKSPACE.container(rig.instance)}/json"))[0] == 404
    assert (await rig.ask("DELETE", f"/v1.41/networks/{WORKSPACE.network(rig.instance)}"))[0] == 404


async def test_the_engine_hears_one_dialect(rig: Rig) -> None:
    """What a body means depends on the version it is sent in: the guard chooses it, its callers do not."""
    await rig.make_network()
    name = WORKSPACE.container(rig.instance)
    path = f"/containers/create?name={name}"
    status, said = await rig.ask("POST", f"/v1.19{path}", rig.container())
    assert status == 201, said
    old, new = [await rig.ask("GET", f"{version}/containers/{name}/json") for version in ("/v1.19", "/v1.41")]
    # The engine lists mounts in no fixed order; which parts there are is what a dialect decides.
    assert (old[0], set(old[1])) == (new[0], set(new[1]))
    assert (await rig.ask("DELETE", f"/v1.19/containers/{said['Id']}"))[0] == 204
