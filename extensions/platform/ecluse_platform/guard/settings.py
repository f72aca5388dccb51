"""What the guard is told when it starts; it holds no secret."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ecluse_platform.core.container import Site


@dataclass(frozen=True)
class Settings:
    """Where the guard listens, what it guards and by which policies."""

    site: Site
    extracts: Path
    extract_key: Path
    policies: Path
    socket: Path
    engine: Path


def settings_from(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings; raise `KeyError` with the name of a variable that is missing."""
    return Settings(
        site=Site(environ["ECLUSE_INSTANCE"], environ["ECLUSE_EXTRACTS_HOST"]),
        extracts=Path(environ.get("ECLUSE_EXTRACTS", "/srv/extracts")),
        extract_key=Path(environ.get("ECLUSE_EXTRACT_VERIFY_KEY", "/run/secrets/ecluse/extract_verify_key")),
        policies=Path(environ.get("ECLUSE_POLICIES", "/etc/ecluse/policies")),
        socket=socket_from(environ),
        engine=Path(environ.get("ECLUSE_DOCKER_SOCKET", "/var/run/docker.sock")),
    )


def socket_from(environ: Mapping[str, str] = os.environ) -> Path:
    """Return where the guard listens."""
    return Path(environ.get("ECLUSE_GUARD_SOCKET", "/run/ecluse/guard/docker.sock"))
