"""What the gateway is told at start: addresses, folders and secrets; a missing one stops it."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from ecluse_platform.core.names import Workspace

# The version that the hub of this release runs, and expects of the servers it starts.
JUPYTERHUB_VERSION = "6.1.1"
OAUTH_CLIENT_ID = "service-gateway"
SERVICE_PATH = "/services/gateway/"
BROWSER_PORT = 8500
WORKSPACE_PORT = 8600
_OWN_NAME = "gateway"


class SettingsFault(Exception):
    """The gateway cannot tell how to run safely: the message says what to set."""


@dataclass(frozen=True)
class Settings:
    """Everything that differs between installations and is no policy."""

    instance: str
    public_url: str
    hub_url: str
    egress_url: str
    policies: Path
    static: Path
    state: Path
    token: str
    session_key: bytes

    def __post_init__(self) -> None:
        """Refuse a public address from which hosts of persons cannot be made."""
        parts = urlsplit(self.public_url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path:
            raise SettingsFault("ECLUSE_PUBLIC_URL must be like http://hub.localhost:8000, without a path")

    @property
    def scheme(self) -> str:
        """Scheme under which browsers see the platform."""
        return urlsplit(self.public_url).scheme

    @property
    def public_host(self) -> str:
        """The hub's host and port, as browsers name them."""
        return urlsplit(self.public_url).netloc

    @property
    def public_name(self) -> str:
        """The hub's host as browsers name it, without a port."""
        return str(urlsplit(self.public_url).hostname)

    @property
    def service_origin(self) -> str:
        """Origin on which the hub's login comes back to the gateway."""
        return f"{self.scheme}://gateway--service.{self.public_host}"

    @property
    def callback_url(self) -> str:
        """The OAuth callback that the hub knows."""
        return f"{self.service_origin}{SERVICE_PATH}oauth_callback"

    @property
    def projects_url(self) -> str:
        """The page from which a person starts workspaces."""
        return f"{self.public_url}/hub/home"

    def host_of(self, workspace: Workspace) -> str:
        """The host that serves one person's workspaces and nobody else's."""
        return f"{workspace.user}.{self.public_host}"

    def origin_of(self, workspace: Workspace) -> str:
        """The origin of one person's workspaces."""
        return f"{self.scheme}://{self.host_of(workspace)}"


def settings_from(environment: Mapping[str, str]) -> Settings:
    """Read the settings from an environment and the secrets from their files."""
    secrets = Path(environment.get("ECLUSE_SECRETS", "/run/secrets/ecluse"))
    return Settings(
        instance=environment.get("ECLUSE_INSTANCE", "ecluse"),
        public_url=_required(environment, "ECLUSE_PUBLIC_URL").rstrip("/"),
        hub_url=environment.get("ECLUSE_HUB_URL", "http://hub:8081").rstrip("/"),
        egress_url=environment.get("ECLUSE_EGRESS_URL", "http://egress:9100").rstrip("/"),
        policies=Path(environment.get("ECLUSE_POLICIES", "/etc/ecluse/policies")),
        static=Path(environment.get("ECLUSE_STATIC", "/srv/static")),
        state=Path(environment.get("ECLUSE_STATE", "/srv/state")),
        token=_secret(secrets / "gateway_token"),
        session_key=_secret(secrets / "gateway_session_key").encode(),
    )


def control_address(environment: Mapping[str, str]) -> str:
    """Return the one address on which browsers' traffic may arrive: that of the control network.

    Workspaces reach the gateway by its other addresses. When the control address is not certain, nothing listens.
    """
    told, name = environment.get("ECLUSE_GATEWAY_BIND"), environment.get("ECLUSE_BROWSER_HOST", _OWN_NAME)
    found = {told} if told else _addresses_of(name)
    if len(found) != 1:
        raise SettingsFault(
            f"the name {name!r} has {len(found)} addresses here, not one; "
            "set ECLUSE_GATEWAY_BIND to the gateway's address on the control network"
        )
    address = found.pop()
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError as error:
        raise SettingsFault(f"ECLUSE_GATEWAY_BIND is not an address: {address!r}") from error
    if parsed.is_unspecified:
        raise SettingsFault("ECLUSE_GATEWAY_BIND must be one address: any address would let workspaces in")
    return address


def _addresses_of(name: str) -> set[str]:
    try:
        return {str(entry[4][0]) for entry in socket.getaddrinfo(name, None, socket.AF_INET, socket.SOCK_STREAM)}
    except OSError:
        return set()


def _required(environment: Mapping[str, str], name: str) -> str:
    value = environment.get(name)
    if not value:
        raise SettingsFault(f"{name} is not set")
    return value


def _secret(file: Path) -> str:
    try:
        value = file.read_text(encoding="ascii").strip()
    except (OSError, ValueError) as error:
        raise SettingsFault(f"the secret {file} cannot be read") from error
    if not value:
        raise SettingsFault(f"the secret {file} is empty")
    return value
