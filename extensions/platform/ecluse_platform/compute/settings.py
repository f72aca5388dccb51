"""What compute is told when it starts; it holds no secret."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """Where compute listens, what it reads and by which policies."""

    socket: Path
    extracts: Path
    policies: Path


def settings_from(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings; each has the place where the container finds it."""
    return Settings(
        socket=Path(environ.get("ECLUSE_COMPUTE_SOCKET", "/run/ecluse/compute/compute.sock")),
        extracts=Path(environ.get("ECLUSE_EXTRACTS", "/srv/extracts")),
        policies=Path(environ.get("ECLUSE_POLICIES", "/etc/ecluse/policies")),
    )
