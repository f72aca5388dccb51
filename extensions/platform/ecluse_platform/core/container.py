"""The one description of a workspace's container and of its network, computed from policy and nothing else.

The hub sends these bodies to the container engine, and the guard in front of the engine computes them again and refuses
anything that differs. A flag that protects is therefore written once, here, and cannot be argued with.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from typing import Any

from ecluse_platform.core.names import Workspace
from ecluse_platform.core.policy.bundle import PolicyBundle
from ecluse_platform.core.policy.platform import SESSION_PREFIX
from ecluse_platform.core.policy.project import Project, Resources
from ecluse_platform.core.refusals import Refusal

Body = dict[str, Any]

HOME = "/home/jovyan"
DATA = "/data"
WORKSPACE_PORT = 8888
GATEWAY_PORT = 8600
STOP_SECONDS = 10
_MIB = 1024 * 1024
_RUN_MIB = 16
_SHM_MIB = 64
_UID = "1000:1000"
_LONGEST_VALUE = 4096
_VERSION = re.compile(r"[0-9]{8}T[0-9]{6}Z-[0-9a-f]{8}")

# What the hub itself decides for each start: a token, addresses of pages, scopes. Anything that could change which code
# runs (PATH, LD_*, PYTHON*) is not here, and what is not here is refused.
HUB_ENV = frozenset(
    {
        "JUPYTERHUB_API_TOKEN",
        "JUPYTERHUB_BASE_URL",
        "JUPYTERHUB_CLIENT_ID",
        "JUPYTERHUB_COOKIE_HOST_PREFIX_ENABLED",
        "JUPYTERHUB_HOST",
        "JUPYTERHUB_OAUTH_ACCESS_SCOPES",
        "JUPYTERHUB_OAUTH_CALLBACK_URL",
        "JUPYTERHUB_OAUTH_CLIENT_ALLOWED_SCOPES",
        "JUPYTERHUB_OAUTH_SCOPES",
        "JUPYTERHUB_PUBLIC_HUB_URL",
        "JUPYTERHUB_PUBLIC_URL",
    }
)


@dataclass(frozen=True)
class Site:
    """What an installation fixes for all its workspaces: its name, and where the engine's host keeps the extracts."""

    instance: str
    extracts: str

    @property
    def gateway(self) -> str:
        """Name of the only container that may share a network with a workspace."""
        return f"{self.instance}-gateway"


@dataclass(frozen=True)
class Session:
    """Everything that decides one workspace's container, apart from the hub's own variables."""

    workspace: Workspace
    image: str
    extract: str
    resources: Resources
    subnet: IPv4Network

    @property
    def gateway_address(self) -> IPv4Address:
        """Address of the gateway on the session's network: all that the workspace can reach."""
        return self.subnet[2]

    @property
    def address(self) -> IPv4Address:
        """Address of the workspace on the session's network."""
        return self.subnet[3]


def plan_session(
    bundle: PolicyBundle, project: Project, workspace: Workspace, extract: str, subnet: IPv4Network
) -> Session:
    """Plan the session that policy gives to a workspace; refuse an extract version that no builder of ours named."""
    if not is_extract_version(extract):
        raise Refusal("no_extract", {"project": project.id})
    image = bundle.platform.images[project.image].reference
    return Session(workspace, image, extract, project.resources, subnet)


def is_extract_version(value: str) -> bool:
    """Say whether a string is a version of an extract: it becomes part of a host path."""
    return _VERSION.fullmatch(value) is not None


def choose_subnet(pool: str, workspace: Workspace, used: Collection[IPv4Network]) -> IPv4Network | None:
    """Choose a free /28 of the pool, always the same one first for a workspace; None when the pool is used up."""
    network = IPv4Network(pool)
    count = 2 ** (SESSION_PREFIX - network.prefixlen)
    digest = hashlib.sha256(workspace.server.encode()).digest()
    start = int.from_bytes(digest[:8], "big") % count
    base = int(network.network_address)
    size = 2 ** (32 - SESSION_PREFIX)
    for step in range(count):
        subnet = IPv4Network((base + (start + step) % count * size, SESSION_PREFIX))
        if not any(subnet.overlaps(other) for other in used):
            return subnet
    return None


def labels(site: Site, workspace: Workspace, role: str) -> dict[str, str]:
    """Label what belongs to a workspace, so that it can be found again and told from anything else."""
    return {
        "ecluse.instance": site.instance,
        "ecluse.user": workspace.user,
        "ecluse.project": workspace.project,
        "ecluse.role": role,
    }


def network_body(site: Site, workspace: Workspace, subnet: IPv4Network) -> Body:
    """Describe the network of one session: no way out, and no address of the host on it."""
    return {
        "Name": workspace.network(site.instance),
        "CheckDuplicate": True,
        "Driver": "bridge",
        "Internal": True,
        "Attachable": False,
        "IPAM": {"Driver": "default", "Config": [{"Subnet": str(subnet)}]},
        # An internal bridge still carries an address of the host, and with it every service the host listens on.
        "Options": {"com.docker.network.bridge.inhibit_ipv4": "true"},
        "Labels": labels(site, workspace, "session"),
    }


def connect_body(site: Site, subnet: IPv4Network) -> Body:
    """Describe the gateway's leg on a session network."""
    return {"Container": site.gateway, "EndpointConfig": {"IPAMConfig": {"IPv4Address": str(subnet[2])}}}


def session_env(session: Session) -> dict[str, str]:
    """Return the variables that policy and the session decide; the hub may add to them but not change them."""
    gateway = f"http://{session.gateway_address}:{GATEWAY_PORT}"
    user, project = session.workspace.user, session.workspace.project
    return {
        "ECLUSE_API": f"{gateway}/egress/api/v1",
        "ECLUSE_CPUS": f"{session.resources.cpus:g}",
        "ECLUSE_MEMORY_MIB": str(session.resources.memory_mib),
        "ECLUSE_PROJECT": project,
        "JUPYTERHUB_ACTIVITY_URL": f"{gateway}/hub/api/users/{user}/activity",
        "JUPYTERHUB_API_URL": f"{gateway}/hub/api",
        "JUPYTERHUB_DEFAULT_URL": "/lab",
        "JUPYTERHUB_DISABLE_USER_CONFIG": "1",
        "JUPYTERHUB_ROOT_DIR": HOME,
        "JUPYTERHUB_SERVER_NAME": project,
        "JUPYTERHUB_SERVICE_PREFIX": session.workspace.base_path,
        "JUPYTERHUB_SERVICE_URL": f"http://0.0.0.0:{WORKSPACE_PORT}{session.workspace.base_path}",
        "JUPYTERHUB_USER": user,
    }


def is_hub_env(name: str, value: object) -> bool:
    """Say whether the hub may set a variable to a value: a listed name and one line of text."""
    return name in HUB_ENV and isinstance(value, str) and len(value) <= _LONGEST_VALUE and value.isprintable()


def workspace_body(site: Site, session: Session, hub_env: Mapping[str, str]) -> Body:
    """Describe a workspace's container, with every protection it runs under; refuse a variable not on the list."""
    unlisted = sorted(name for name, value in hub_env.items() if not is_hub_env(name, value))
    if unlisted:
        raise ValueError(f"the hub may not set {', '.join(unlisted)}")
    network = session.workspace.network(site.instance)
    env = {**hub_env, **session_env(session)}
    return {
        "Image": session.image,
        "User": _UID,
        "Hostname": "workspace",
        "Env": [f"{name}={value}" for name, value in sorted(env.items())],
        "Labels": {**labels(site, session.workspace, "workspace"), "ecluse.extract": session.extract},
        "StopTimeout": STOP_SECONDS,
        "HostConfig": _host_config(site, session, network),
        "NetworkingConfig": {
            "EndpointsConfig": {network: {"IPAMConfig": {"IPv4Address": str(session.address)}}},
        },
    }


def _host_config(site: Site, session: Session, network: str) -> Body:
    memory = session.resources.memory_mib * _MIB
    return {
        "NetworkMode": network,
        "Mounts": _mounts(site, session),
        "Tmpfs": {
            "/tmp": f"rw,nosuid,nodev,noexec,size={session.resources.tmp_mib}m,mode=1777",  # noqa: S108 - inside the container
            "/run": f"rw,nosuid,nodev,noexec,size={_RUN_MIB}m",
        },
        "ReadonlyRootfs": True,
        "Privileged": False,
        "CapDrop": ["ALL"],
        "SecurityOpt": ["no-new-privileges:true"],
        "IpcMode": "private",
        # Left out, it would mean the host's on an engine with cgroups of version 1.
        "CgroupnsMode": "private",
        "ShmSize": _SHM_MIB * _MIB,
        "Memory": memory,
        "MemorySwap": memory,
        "NanoCpus": round(session.resources.cpus * 1_000_000_000),
        "PidsLimit": session.resources.pids,
        "Ulimits": [
            {"Name": "nofile", "Soft": 4096, "Hard": 8192},
            {"Name": "core", "Soft": 0, "Hard": 0},
        ],
        # An explicit loopback resolver: otherwise the engine forwards names from the host (CVE-2024-29018).
        "Dns": ["127.0.0.1"],
        "DnsOptions": ["timeout:1", "attempts:1"],
        "DnsSearch": ["."],
        "PublishAllPorts": False,
        "AutoRemove": False,
        "RestartPolicy": {"Name": "no"},
        # What a workspace prints must not fill the host's disk.
        "LogConfig": {"Type": "json-file", "Config": {"max-size": "10m", "max-file": "1"}},
    }


def _mounts(site: Site, session: Session) -> list[Body]:
    workspace = session.workspace
    return [
        {
            "Type": "bind",
            "Source": f"{site.extracts}/{workspace.project}/{session.extract}",
            "Target": DATA,
            "ReadOnly": True,
            "BindOptions": {"Propagation": "rprivate"},
        },
        {
            "Type": "volume",
            "Source": workspace.home_volume(site.instance),
            "Target": HOME,
            "VolumeOptions": {"Labels": labels(site, workspace, "home")},
        },
    ]
