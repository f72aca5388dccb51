"""The container of a workspace carries every protection, and no input can take one away."""

from __future__ import annotations

import re
from ipaddress import IPv4Network
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecluse_platform.core.container import (
    HUB_ENV,
    Body,
    Session,
    Site,
    choose_subnet,
    connect_body,
    is_extract_version,
    network_body,
    plan_session,
    session_env,
    workspace_body,
)
from ecluse_platform.core.names import Workspace, is_project_id, is_user_name
from ecluse_platform.core.policy.project import Resources
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.policyfiles import load_policies

SITE = Site("ecluse", "/var/lib/ecluse/extracts")
WORKSPACE = Workspace("researcher1", "diabete-idf")
VERSION = "20261123T120000Z-0123abcd"
SUBNET = IPv4Network("10.213.0.16/28")
RESOURCES = Resources(memory_mib=2048, cpus=1.5, pids=256, tmp_mib=128)
SESSION = Session(WORKSPACE, "ecluse/workspace-python:1", VERSION, RESOURCES, SUBNET)

users = st.from_regex(r"[a-z][a-z0-9]{1,10}(-[a-z0-9]{1,5})?", fullmatch=True).filter(is_user_name)
projects = st.from_regex(r"[a-z][a-z0-9]{2,10}(-[a-z0-9]{1,5})?", fullmatch=True).filter(is_project_id)
values = st.text(st.characters(categories=("L", "N", "P", "S", "Zs")), max_size=60).filter(str.isprintable)
resources = st.builds(
    Resources,
    memory_mib=st.integers(512, 65536),
    cpus=st.floats(0.1, 64),
    pids=st.integers(64, 4096),
    tmp_mib=st.integers(16, 8192),
)


def host_config() -> Body:
    """The engine's part of the container."""
    config: Body = workspace_body(SITE, SESSION, {})["HostConfig"]
    return config


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("ReadonlyRootfs", True),
        ("Privileged", False),
        ("CapDrop", ["ALL"]),
        ("SecurityOpt", ["no-new-privileges:true"]),
        ("IpcMode", "private"),
        ("CgroupnsMode", "private"),
        ("Memory", 2048 * 1024 * 1024),
        ("MemorySwap", 2048 * 1024 * 1024),
        ("NanoCpus", 1_500_000_000),
        ("PidsLimit", 256),
        ("NetworkMode", "ecluse-net-researcher1--diabete-idf"),
        ("Dns", ["127.0.0.1"]),
        ("DnsOptions", ["timeout:1", "attempts:1"]),
        ("PublishAllPorts", False),
        ("RestartPolicy", {"Name": "no"}),
    ],
)
def test_each_protection_is_in_the_body(key: str, value: object) -> None:
    """Each flag that DESIGN promises is set, explicitly."""
    assert host_config()[key] == value


def test_the_person_is_uid_1000_and_leaves_no_core_dump() -> None:
    """The workspace runs as a plain user, with bounded files and no core dumps."""
    assert workspace_body(SITE, SESSION, {})["User"] == "1000:1000"
    assert {"Name": "core", "Soft": 0, "Hard": 0} in host_config()["Ulimits"]


def test_temporary_folders_are_small_and_run_nothing() -> None:
    """The temporary folder has the project's size; neither it nor /run holds programs or devices."""
    tmpfs = host_config()["Tmpfs"]
    temporary = "/tmp"  # noqa: S108 - inside the container
    assert set(tmpfs) == {temporary, "/run"}
    assert "size=128m" in tmpfs[temporary]
    for options in tmpfs.values():
        assert {"noexec", "nosuid", "nodev"} <= set(options.split(","))


def test_the_only_mounts_are_the_extract_read_only_and_the_home() -> None:
    """Two mounts, each named by policy; the data cannot be written."""
    data, home = host_config()["Mounts"]
    assert (data["Type"], data["Source"], data["Target"], data["ReadOnly"]) == (
        "bind",
        f"/var/lib/ecluse/extracts/diabete-idf/{VERSION}",
        "/data",
        True,
    )
    assert (home["Type"], home["Source"], home["Target"]) == (
        "volume",
        "ecluse-home-researcher1--diabete-idf",
        "/home/jovyan",
    )


def test_the_network_has_no_way_out_and_no_address_of_the_host() -> None:
    """The session network is internal, without the bridge's own address, and is the container's only one."""
    network = network_body(SITE, WORKSPACE, SUBNET)
    assert network["Internal"] is True
    assert network["Options"] == {"com.docker.network.bridge.inhibit_ipv4": "true"}
    assert network["IPAM"]["Config"] == [{"Subnet": "10.213.0.16/28"}]
    assert not network.get("EnableIPv6")
    body = workspace_body(SITE, SESSION, {})
    assert body["NetworkingConfig"]["EndpointsConfig"] == {
        network["Name"]: {"IPAMConfig": {"IPv4Address": "10.213.0.19"}}
    }
    assert connect_body(SITE, SUBNET)["EndpointConfig"]["IPAMConfig"]["IPv4Address"] == "10.213.0.18"
    assert connect_body(SITE, SUBNET)["Container"] == "ecluse-gateway"


def test_the_workspace_is_told_of_the_gateway_only() -> None:
    """Every address in the environment that policy decides is the gateway's, or the workspace's own."""
    for name, value in session_env(SESSION).items():
        for host in re.findall(r"http://([^/:]+)", value):
            assert host in {"10.213.0.18", "0.0.0.0"}, name  # noqa: S104 - the workspace's own listening address


@pytest.mark.parametrize(
    "name", ["PATH", "LD_PRELOAD", "PYTHONPATH", "PYTHONSTARTUP", "HOME", "ECLUSE_API", "BASH_ENV"]
)
def test_the_hub_cannot_set_a_variable_off_the_list(name: str) -> None:
    """A variable that could change which code runs is refused, not dropped."""
    with pytest.raises(ValueError, match=name):
        workspace_body(SITE, SESSION, {name: "x"})


def test_the_hub_cannot_change_what_the_session_decides() -> None:
    """The lists of what the hub sets and of what policy sets have nothing in common."""
    assert not HUB_ENV & set(session_env(SESSION))


@given(users, projects, resources, st.dictionaries(st.sampled_from(sorted(HUB_ENV)), values))
def test_no_input_adds_a_mount_a_capability_a_network_or_a_device(
    user: str, project: str, given_resources: Resources, env: dict[str, str]
) -> None:
    """Whoever, whatever project, resources and variables: the shape of the container stays the same."""
    workspace = Workspace(user, project)
    session = Session(workspace, "ecluse/workspace-python:1", VERSION, given_resources, SUBNET)
    body, reference = workspace_body(SITE, session, env), workspace_body(SITE, SESSION, {})
    assert set(body) == set(reference)
    assert set(body["HostConfig"]) == set(reference["HostConfig"])
    for key in (
        "CapDrop",
        "SecurityOpt",
        "Privileged",
        "ReadonlyRootfs",
        "IpcMode",
        "CgroupnsMode",
        "Dns",
        "Ulimits",
        "PublishAllPorts",
    ):
        assert body["HostConfig"][key] == reference["HostConfig"][key]
    assert [(m["Type"], m["Target"]) for m in body["HostConfig"]["Mounts"]] == [
        ("bind", "/data"),
        ("volume", "/home/jovyan"),
    ]
    assert body["HostConfig"]["Mounts"][0]["Source"] == f"{SITE.extracts}/{project}/{VERSION}"
    assert list(body["NetworkingConfig"]["EndpointsConfig"]) == [body["HostConfig"]["NetworkMode"]]
    names = [entry.partition("=")[0] for entry in body["Env"]]
    assert len(names) == len(set(names))
    assert set(names) <= HUB_ENV | set(session_env(SESSION))


@pytest.mark.parametrize("version", ["", "..", "../other", "20261123T120000Z-0123abcd/..", "current", "x" * 30])
def test_a_version_that_no_builder_names_is_no_version(version: str) -> None:
    """The version becomes part of a host path: nothing but a builder's own name passes."""
    assert not is_extract_version(version)
    bundle = load_policies(Path("policies"))
    project = bundle.projects["diabete-idf"]
    with pytest.raises(Refusal, match="no_extract"):
        plan_session(bundle, project, WORKSPACE, version, SUBNET)


def test_the_plan_takes_image_and_resources_from_policy() -> None:
    """Image and resources are the project's."""
    bundle = load_policies(Path("policies"))
    project = bundle.projects["diabete-idf"]
    session = plan_session(bundle, project, WORKSPACE, VERSION, SUBNET)
    assert session.image == bundle.platform.images[project.image].reference
    assert session.resources == project.resources


@given(users, projects, st.sets(st.integers(0, 15)))
def test_subnets_are_free_within_the_pool_and_steady(user: str, project: str, taken: set[int]) -> None:
    """A workspace gets the same free /28 of the pool each time, and none when all are taken."""
    pool = "10.9.0.0/24"
    used = [list(IPv4Network(pool).subnets(new_prefix=28))[i] for i in taken]
    chosen = choose_subnet(pool, Workspace(user, project), used)
    assert chosen == choose_subnet(pool, Workspace(user, project), used)
    if len(taken) == 16:
        assert chosen is None
    else:
        assert chosen is not None
        assert chosen.prefixlen == 28
        assert chosen.subnet_of(IPv4Network(pool))
        assert chosen not in used
