"""What the egress service is told by its environment and its secret files; nothing else is read from either."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

PREFIX = "/services/egress"


class SettingsError(Exception):
    """The service cannot start as it is configured; the message says what to change."""


@dataclass(frozen=True)
class Settings:
    """Settings of one running service; secrets never show in its representation."""

    policies: Path
    state: Path
    audit: Path
    compute_socket: Path
    database_url: str
    hub_api_url: str
    public_url: str
    egress_url: str
    hub_token: str = field(repr=False)
    hub_audit_token: str = field(repr=False)
    session_key: bytes = field(repr=False)
    signing_key: bytes = field(repr=False)
    prefix: str = PREFIX
    journal: Path | None = None
    extract_key: Path | None = None

    @property
    def vault(self) -> Path:
        """The folder of content-addressed files."""
        return self.state / "vault"

    @property
    def checkpoints(self) -> Path:
        """The file of signed checkpoints."""
        return self.audit / "checkpoints.jsonl"


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read settings and secrets; refuse to start without any of the secrets."""
    secrets = Path(environment.get("ECLUSE_SECRETS", "/run/secrets/ecluse"))
    state = Path(environment.get("ECLUSE_STATE", "/srv/state"))
    public = environment.get("ECLUSE_PUBLIC_URL", "http://hub.localhost:8000").rstrip("/")
    hub = environment.get("ECLUSE_HUB_URL", "http://hub:8081").rstrip("/")
    return Settings(
        policies=Path(environment.get("ECLUSE_POLICIES", "/etc/ecluse/policies")),
        state=state,
        audit=Path(environment.get("ECLUSE_AUDIT", "/srv/audit")),
        compute_socket=Path(environment.get("ECLUSE_COMPUTE_SOCKET", "/run/ecluse/compute/compute.sock")),
        database_url=environment.get("ECLUSE_DATABASE_URL") or f"sqlite:///{state / 'egress.db'}",
        hub_api_url=f"{hub}/hub/api",
        public_url=public,
        egress_url=environment.get("ECLUSE_EGRESS_PUBLIC_URL", _egress_url(public)),
        hub_token=_secret(secrets, "egress_token").decode(),
        hub_audit_token=_secret(secrets, "hub_audit_token").decode(),
        session_key=_secret(secrets, "egress_session_key"),
        signing_key=_secret(secrets, "audit_signing_key"),
        journal=_path(environment, "ECLUSE_JOURNAL"),
        extract_key=_path(environment, "ECLUSE_EXTRACT_VERIFY_KEY"),
    )


def _path(environment: Mapping[str, str], name: str) -> Path | None:
    return Path(environment[name]) if environment.get(name) else None


def _egress_url(public: str) -> str:
    """Return the service's own origin, as JupyterHub's default subdomain hook names it."""
    parts = urlsplit(public)
    return f"{parts.scheme}://egress--service.{parts.netloc}{PREFIX}"


def _secret(folder: Path, name: str) -> bytes:
    try:
        value = (folder / name).read_bytes().strip()
    except OSError as error:
        raise SettingsError(f"the secret {name} cannot be read in {folder}: {error.strerror}") from error
    if not value:
        raise SettingsError(f"the secret {name} in {folder} is empty")
    return value
