"""The guard's rules, pure: which bodies are the plan that policy gives, and which objects are this instance's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from ipaddress import IPv4Network
from typing import Any

from ecluse_platform.core.container import (
    Body,
    Session,
    Site,
    connect_body,
    is_hub_env,
    labels,
    network_body,
    plan_session,
    session_env,
    workspace_body,
)
from ecluse_platform.core.names import Workspace, workspace_of_container
from ecluse_platform.core.permit import check_may_work
from ecluse_platform.core.policy.bundle import PolicyBundle
from ecluse_platform.core.policy.platform import SESSION_PREFIX

# What an inspection says again as it was asked. The image adds labels and variables of its own to ours.
_CONFIG = ("Image", "User", "Hostname", "Labels", "StopTimeout")
# An engine whose kernel does not count swap says another value than it was given. In a plan it equals `Memory`.
_UNTOLD = frozenset({"MemorySwap"})


class Denied(Exception):
    """The engine is not asked; the text says why and holds nothing of the request."""


def check_network(bundle: PolicyBundle, site: Site, body: Body, on: date) -> Body:
    """Return the network to create when the body is exactly the one of somebody who may work today."""
    workspace = _labelled(body.get("Labels"))
    check_may_work(bundle, workspace.user, workspace.project, on)
    planned = network_body(site, workspace, session_subnet(bundle, body))
    if body != planned:
        raise Denied("the network differs from its plan")
    return planned


def check_container(
    bundle: PolicyBundle, site: Site, name: str, body: Body, *, extract: str, subnet: IPv4Network, on: date
) -> Body:
    """Return the container to create when the body is exactly the plan of somebody who may work today.

    What is returned is computed here; of what was asked, only the values of the hub's own variables are kept.
    """
    workspace = workspace_of_container(name, site.instance)
    if workspace is None:
        raise Denied("the name is not that of a workspace of this instance")
    project = check_may_work(bundle, workspace.user, workspace.project, on)
    session = plan_session(bundle, project, workspace, extract, subnet)
    planned = workspace_body(site, session, _hub_env(session, body.get("Env")))
    if body != planned:
        raise Denied(f"the container differs from its plan in {', '.join(_differences(body, planned))}")
    return planned


def check_start(
    bundle: PolicyBundle, site: Site, container: Mapping[str, Any], *, extract: str, subnet: IPv4Network, on: date
) -> None:
    """Refuse to start an inspected container whose person may not work today, or that is not what is planned today.

    It was the plan when it was created; since then the extract, the image or the limits may have been replaced.
    """
    workspace = workspace_of_inspected(site, container)
    project = check_may_work(bundle, workspace.user, workspace.project, on)
    planned = workspace_body(site, plan_session(bundle, project, workspace, extract, subnet), {})
    config, host = container.get("Config"), container.get("HostConfig")
    if not isinstance(config, dict) or not isinstance(host, dict):
        raise Denied("the container cannot be compared with its plan")
    old = [key for key in _CONFIG if not _holds(config.get(key), planned[key])]
    old += [
        key for key, value in planned["HostConfig"].items() if key not in _UNTOLD and not _holds(host.get(key), value)
    ]
    if not set(planned["Env"]) <= set(config.get("Env") or ()):
        old.append("Env")
    if old:
        raise Denied(f"the container differs from today's plan in {', '.join(sorted(old))}")


def check_connect(site: Site, subnet: IPv4Network, body: Body) -> Body:
    """Return the gateway's leg when the body is exactly that: nobody else joins a session network."""
    planned = connect_body(site, subnet)
    if body != planned:
        raise Denied("only the gateway joins a session network, at its own address")
    return planned


def check_disconnect(site: Site, body: Body) -> Body:
    """Return the request to take the gateway off a session network; nothing else is ever taken off."""
    if set(body) - {"Container", "Force"} or body.get("Container") != site.gateway:
        raise Denied("only the gateway leaves a session network")
    return {"Container": site.gateway, "Force": body.get("Force") is True}


def workspace_of_inspected(site: Site, container: Mapping[str, Any]) -> Workspace:
    """Return whose workspace an inspected container is: its name and all of its labels must say the same."""
    workspace = workspace_of_container(str(container.get("Name", "")).removeprefix("/"), site.instance)
    config = container.get("Config")
    found = config.get("Labels") if isinstance(config, dict) else None
    if workspace is None or not isinstance(found, dict):
        raise Denied("no workspace of this instance")
    expected = labels(site, workspace, "workspace")
    if any(found.get(key) != value for key, value in expected.items()):
        raise Denied("no workspace of this instance")
    return workspace


def session_of_inspected(bundle: PolicyBundle, site: Site, network: Body) -> tuple[Workspace, IPv4Network]:
    """Return whose session network an inspected network is, and its range; it must be as we would create it."""
    workspace = _labelled(network.get("Labels"))
    subnet = session_subnet(bundle, network)
    planned = network_body(site, workspace, subnet)
    if any(
        network.get(key) != planned[key] for key in ("Name", "Driver", "Internal", "Attachable", "Options", "Labels")
    ):
        raise Denied("no session network of this instance")
    if network.get("EnableIPv6"):
        raise Denied("no session network of this instance")
    return workspace, subnet


def check_members(site: Site, network: Body, workspace: Workspace) -> None:
    """Refuse a session network that holds anything but the gateway and its own workspace."""
    members = network.get("Containers") or {}
    names = {str(member.get("Name")) for member in members.values()}
    if not names <= {site.gateway, workspace.container(site.instance)}:
        raise Denied("the session network holds a stranger")


def session_subnet(bundle: PolicyBundle, body: Body) -> IPv4Network:
    """Return the one range of a network, which must be a /28 of the policy's pool."""
    try:
        (config,) = body["IPAM"]["Config"]
        subnet = IPv4Network(config["Subnet"])
    except (KeyError, TypeError, ValueError) as error:
        raise Denied("the network has no single range") from error
    pool = IPv4Network(bundle.platform.sessions.network_pool)
    if subnet.prefixlen != SESSION_PREFIX or not subnet.subnet_of(pool):
        raise Denied("the range is not one of the policy's pool")
    return subnet


def _labelled(found: object) -> Workspace:
    try:
        return Workspace(found["ecluse.user"], found["ecluse.project"])  # type: ignore[index]  # checked by the except
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Denied("the labels name no workspace") from error


def _hub_env(session: Session, env: object) -> dict[str, str]:
    """Return the hub's own variables; refuse one that is not listed, said twice, or at odds with the session."""
    if not isinstance(env, list):
        raise Denied("the environment is not a list")
    fixed, kept = session_env(session), dict[str, str]()
    seen = set[str]()
    for entry in env:
        if not isinstance(entry, str):
            raise Denied("a variable is not text")
        name, separator, value = entry.partition("=")
        if not separator or name in seen:
            raise Denied("a variable is badly written or said twice")
        seen.add(name)
        if name in fixed:
            continue
        if not is_hub_env(name, value):
            raise Denied("a variable is not one the hub may set")
        kept[name] = value
    return kept


def _holds(found: object, planned: object) -> bool:
    """Say whether what was found is what was planned; tables may hold keys that the engine added."""
    if isinstance(planned, dict):
        return isinstance(found, dict) and all(_holds(found.get(key), value) for key, value in planned.items())
    if isinstance(planned, list):
        return (
            isinstance(found, list)
            and len(found) == len(planned)
            and all(_holds(one, other) for one, other in zip(found, planned, strict=True))
        )
    return found == planned


def _differences(asked: Body, planned: Body) -> list[str]:
    """Name the keys of ours that differ; a key we do not know is counted, not repeated."""
    names = sorted(key for key in planned if asked.get(key) != planned[key])
    return [*names, *(["an unknown key"] if set(asked) - set(planned) else [])]
