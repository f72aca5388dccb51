"""What the hub is told when it starts: addresses from the environment, secrets from files, numbers from policy."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from ecluse_platform.core.container import Site


@dataclass(frozen=True)
class OidcSettings:
    """The identity provider: any issuer of standard OpenID Connect will do."""

    authorize_url: str
    token_url: str
    userdata_url: str
    logout_url: str
    client_id: str
    username_claim: str


@dataclass(frozen=True)
class HubSettings:
    """Everything that differs between installations."""

    site: Site
    public_url: str
    hub_url: str
    proxy_api_url: str
    egress_url: str
    gateway_url: str
    state: Path
    guard: Path
    policies: Path
    secrets: Path
    oidc: OidcSettings

    def secret(self, name: str) -> str:
        """Return the text of a secret; raise `OSError` when there is none."""
        return (self.secrets / name).read_text(encoding="ascii").strip()

    @property
    def is_https(self) -> bool:
        """Say whether browsers come over TLS."""
        return urlsplit(self.public_url).scheme == "https"

    @property
    def callback_url(self) -> str:
        """Return where the identity provider sends people back."""
        return f"{self.public_url}/hub/oauth_callback"

    def service_page(self, service: str, path: str = "") -> str:
        """Return the address, on its own origin, of a page of a service."""
        public = urlsplit(self.public_url)
        return f"{public.scheme}://{service}--service.{public.netloc}/services/{service}/{path}"

    @property
    def gateway_address(self) -> tuple[str, int]:
        """Return where the gateway listens for browsers; all workspaces are reached there."""
        gateway = urlsplit(self.gateway_url)
        if gateway.hostname is None or gateway.port is None:
            raise ValueError("ECLUSE_GATEWAY_URL must name a host and a port")
        return gateway.hostname, gateway.port


def settings_from(environ: Mapping[str, str] = os.environ) -> HubSettings:
    """Read the settings; raise `KeyError` with the name of a variable that is missing."""
    return HubSettings(
        site=Site(environ["ECLUSE_INSTANCE"], environ["ECLUSE_EXTRACTS_HOST"]),
        public_url=environ["ECLUSE_PUBLIC_URL"].rstrip("/"),
        hub_url=environ.get("ECLUSE_HUB_URL", "http://hub:8081"),
        proxy_api_url=environ.get("ECLUSE_PROXY_API_URL", "http://proxy:8001"),
        egress_url=environ.get("ECLUSE_EGRESS_URL", "http://egress:9100"),
        gateway_url=environ.get("ECLUSE_GATEWAY_URL", "http://gateway:8500"),
        state=Path(environ.get("ECLUSE_STATE", "/srv/state")),
        guard=Path(environ.get("ECLUSE_GUARD_SOCKET", "/run/ecluse/guard/docker.sock")),
        policies=Path(environ.get("ECLUSE_POLICIES", "/etc/ecluse/policies")),
        secrets=Path(environ.get("ECLUSE_SECRETS", "/run/secrets/ecluse")),
        oidc=OidcSettings(
            authorize_url=environ["ECLUSE_OIDC_AUTHORIZE_URL"],
            token_url=environ["ECLUSE_OIDC_TOKEN_URL"],
            userdata_url=environ["ECLUSE_OIDC_USERDATA_URL"],
            logout_url=environ.get("ECLUSE_OIDC_LOGOUT_URL", ""),
            client_id=environ["ECLUSE_OIDC_CLIENT_ID"],
            username_claim=environ.get("ECLUSE_OIDC_USERNAME_CLAIM", "sub"),
        ),
    )
