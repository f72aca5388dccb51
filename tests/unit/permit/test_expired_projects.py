"""After its last day a project's data is mounted nowhere: the guard refuses network, container and start."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from ipaddress import IPv4Network
from pathlib import Path

import pytest

from ecluse_platform.core.container import Site, network_body, plan_session, workspace_body
from ecluse_platform.core.names import Workspace
from ecluse_platform.core.policy.bundle import PolicyBundle
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.guard.rules import check_container, check_network, check_start
from ecluse_platform.policyfiles import load_policies

SITE = Site("scratch-expired", "/srv/extracts")
WORKSPACE = Workspace("researcher1", "diabete-idf")
SUBNET = IPv4Network("10.213.0.0/28")
VERSION = "20261123T120000Z-0123abcd"


@pytest.fixture(scope="module")
def policies() -> PolicyBundle:
    """The policies of the demonstration."""
    return load_policies(Path(__file__).parents[3] / "policies")


def asks(bundle: PolicyBundle) -> dict[str, Callable[[date], object]]:
    """Return the three calls without which nothing is mounted, as the hub makes them."""
    session = plan_session(bundle, bundle.projects[WORKSPACE.project], WORKSPACE, VERSION, SUBNET)
    body, name = workspace_body(SITE, session, {}), WORKSPACE.container(SITE.instance)
    inspected = {"Name": f"/{name}", "Config": body, "HostConfig": body["HostConfig"]}
    network = network_body(SITE, WORKSPACE, SUBNET)
    return {
        "network": lambda on: check_network(bundle, SITE, network, on),
        "container": lambda on: check_container(bundle, SITE, name, body, extract=VERSION, subnet=SUBNET, on=on),
        "start": lambda on: check_start(bundle, SITE, inspected, extract=VERSION, subnet=SUBNET, on=on),
    }


@pytest.mark.parametrize("call", ["network", "container", "start"])
def test_the_guard_refuses_from_the_day_after_the_end(policies: PolicyBundle, call: str) -> None:
    """On the last day it is allowed, with the very same words; the day after it is not, nor before the first."""
    permit = policies.projects[WORKSPACE.project].permit
    ask = asks(policies)[call]
    ask(permit.end)
    with pytest.raises(Refusal, match="permit_expired"):
        ask(permit.end + timedelta(days=1))
    with pytest.raises(Refusal, match="permit_not_started"):
        ask(permit.start - timedelta(days=1))
