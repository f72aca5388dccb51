"""Settings: what is missing or unsafe stops the gateway before it listens."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from ecluse_platform.core.names import Workspace
from ecluse_platform.gateway.settings import JUPYTERHUB_VERSION, SettingsFault, control_address, settings_from

ROOT = Path(__file__).parents[3]


def secrets(folder: Path) -> dict[str, str]:
    """Write good secrets and return a good environment."""
    for name in ("gateway_token", "gateway_session_key"):
        (folder / name).write_text("a" * 64, encoding="ascii")
    return {"ECLUSE_SECRETS": str(folder), "ECLUSE_PUBLIC_URL": "http://hub.localhost:8000"}


def test_addresses_follow_from_the_public_one(tmp_path: Path) -> None:
    """Hosts of persons and of the login are subdomains of the hub's."""
    settings = settings_from(secrets(tmp_path))
    assert settings.callback_url == "http://gateway--service.hub.localhost:8000/services/gateway/oauth_callback"
    assert settings.origin_of(Workspace("researcher1", "diabete-idf")) == "http://researcher1.hub.localhost:8000"


@pytest.mark.parametrize("name", ["gateway_token", "gateway_session_key"])
def test_a_missing_or_empty_secret_stops_it(tmp_path: Path, name: str) -> None:
    """The message names the file, never its content."""
    environment = secrets(tmp_path)
    (tmp_path / name).write_text("", encoding="ascii")
    with pytest.raises(SettingsFault, match=name):
        settings_from(environment)
    (tmp_path / name).unlink()
    with pytest.raises(SettingsFault, match=name):
        settings_from(environment)


@pytest.mark.parametrize("url", ["", "hub.localhost", "ftp://hub", "http://hub.localhost/hub"])
def test_a_public_address_without_hosts_is_refused(tmp_path: Path, url: str) -> None:
    """Persons' hosts cannot be made from it."""
    with pytest.raises(SettingsFault, match="ECLUSE_PUBLIC_URL"):
        settings_from(secrets(tmp_path) | {"ECLUSE_PUBLIC_URL": url})


@pytest.mark.parametrize("bind", ["0.0.0.0", "::", "gateway", "300.1.1.1"])  # noqa: S104 - the very values refused
def test_browsers_traffic_is_never_taken_on_any_address(bind: str) -> None:
    """Workspaces reach the gateway's other addresses: the browser side listens on one."""
    with pytest.raises(SettingsFault):
        control_address({"ECLUSE_GATEWAY_BIND": bind})


def test_an_unknown_control_address_stops_it() -> None:
    """A name that does not resolve leaves nothing to listen on."""
    with pytest.raises(SettingsFault, match="0 addresses"):
        control_address({"ECLUSE_BROWSER_HOST": "nobody.invalid"})
    assert control_address({"ECLUSE_GATEWAY_BIND": "172.20.0.5"}) == "172.20.0.5"


def test_the_version_told_to_the_hub_is_the_one_it_runs() -> None:
    """The health check answers with the version that the hub's image pins."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert f"jupyterhub=={JUPYTERHUB_VERSION}" in project["project"]["optional-dependencies"]["hub"]
