"""The hub's own configuration, loaded by the hub itself: roles resolve, services are on their own origins."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
SECRETS = ("hub_cookie_secret", "proxy_token", "egress_token", "gateway_token", "hub_audit_token", "oidc_client_secret")

# In a process of its own: a hub is a singleton, and defines scopes for the whole process.
LOAD = """
import asyncio, json, sys
from jupyterhub import orm, roles, scopes
from jupyterhub.app import JupyterHub

async def main():
    app = JupyterHub.instance()
    await app.initialize(["-f", sys.argv[1]])
    held = {}
    for name, groups in json.loads(sys.argv[2]).items():
        user = orm.User(name=name)
        app.db.add(user)
        user.groups = [orm.Group.find(app.db, group) for group in groups]
        roles.assign_default_roles(app.db, user)
        app.db.commit()
        held[name] = sorted(scopes.get_scopes_for(user))
    services = {name: [s.domain, s.oauth_redirect_uri, s.oauth_client_id] for name, s in app._service_map.items()}
    addresses = [rule[0] for rule in app.handlers]
    print(json.dumps({"held": held, "services": services, "addresses": addresses, "servers": app.cleanup_servers}))

asyncio.run(main())
"""
PEOPLE = {
    "researcher1": ["researchers"],
    "steward1": ["stewards"],
    "operator1": ["operators"],
    "projectadmin1": [],
    "both": ["researchers", "stewards"],
}


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a hub makes of our configuration."""
    folder = tmp_path_factory.mktemp("hub")
    for name in SECRETS:
        secret = folder / name
        secret.write_text("ab" * 32)
        secret.chmod(0o400)
    environ = os.environ | {
        "ECLUSE_INSTANCE": "scratch-hub-config",
        "ECLUSE_EXTRACTS_HOST": str(folder / "extracts"),
        "ECLUSE_PUBLIC_URL": "http://hub.localhost:8000",
        "ECLUSE_STATE": str(folder),
        "ECLUSE_SECRETS": str(folder),
        "ECLUSE_POLICIES": str(ROOT / "policies"),
        "ECLUSE_OIDC_AUTHORIZE_URL": "http://idp.localhost:8100/oauth/authorize",
        "ECLUSE_OIDC_TOKEN_URL": "http://idp:8100/oauth/token",
        "ECLUSE_OIDC_USERDATA_URL": "http://idp:8100/oauth/userinfo",
        "ECLUSE_OIDC_CLIENT_ID": "ecluse-hub",
    }
    done = subprocess.run(
        [sys.executable, "-c", LOAD, str(ROOT / "jupyterhub_config.py"), json.dumps(PEOPLE)],
        env=environ,
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def names(scopes: list[str]) -> set[str]:
    """The scopes without their filters."""
    return {scope.partition("!")[0] for scope in scopes}


def test_the_configuration_stays_wiring() -> None:
    """The composition root fits in 80 lines."""
    assert len((ROOT / "jupyterhub_config.py").read_text().splitlines()) <= 80


def test_a_researcher_reaches_their_own_workspaces_only(hub: dict[str, Any]) -> None:
    """Access to servers is filtered to the person, and nothing starts by the hub's API."""
    held = hub["held"]["researcher1"]
    assert [s for s in held if s.startswith("access:servers")] == ["access:servers!user=researcher1"]
    assert "custom:egress:submit" in names(held)
    assert not names(held) & {"servers", "tokens", "delete:servers", "custom:egress:review", "list:users", "admin-ui"}


def test_a_steward_reviews_and_enters_no_workspace(hub: dict[str, Any]) -> None:
    """The reviewer has the review scope and no access to any server, not even of their own."""
    held = hub["held"]["steward1"]
    assert "custom:egress:review" in names(held)
    assert not names(held) & {"access:servers", "servers", "tokens", "custom:egress:submit", "admin-ui"}


def test_an_operator_stops_and_never_enters(hub: dict[str, Any]) -> None:
    """Operators list, and stop on our page, which records who did; they cannot open, start, review or submit."""
    held = names(hub["held"]["operator1"])
    assert {"list:users", "read:servers"} <= held
    assert not held & {
        "access:servers", "servers", "delete:servers", "tokens", "admin-ui", "admin:users", "proxy", "shutdown",
        "custom:egress:review", "custom:egress:submit",
    }  # fmt: skip


def test_services_have_origins_of_their_own(hub: dict[str, Any]) -> None:
    """Neither service shares an origin with the hub or with anybody's workspace."""
    assert hub["services"] == {
        name: [
            f"{name}--service.hub.localhost",
            f"http://{name}--service.hub.localhost:8000/services/{name}/oauth_callback",
            f"service-{name}",
        ]
        for name in ("egress", "gateway")
    }


def test_our_pages_come_before_the_stock_ones(hub: dict[str, Any]) -> None:
    """The pages for tokens and for starting by a link are ours, which lead back to the projects."""
    addresses = hub["addresses"]
    assert addresses[0] == "/hub/projects"
    ours = next(i for i, address in enumerate(addresses) if "home|token|admin" in address)
    for stock in ("/hub/home", "/hub/token", "/hub/spawn", "/hub/admin"):
        assert ours < addresses.index(stock), stock


def test_a_restart_of_the_hub_stops_no_workspace(hub: dict[str, Any]) -> None:
    """The hub leaves servers running when it ends."""
    assert hub["servers"] is False
