"""What compute is told when it starts; secrets are named by their files."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """Where compute listens, what it reads and by which policies, what it remembers, and to whom it seals evidence.

    ``sampling_key``: the file of a secret that only compute has; salts of samples are made from it.
    """

    socket: Path
    extracts: Path
    extract_key: Path
    policies: Path
    history: Path
    evidence_key: Path
    journal: Path
    sampling_key: Path


def settings_from(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings; each has the place where the container finds it."""
    return Settings(
        socket=Path(environ.get("ECLUSE_COMPUTE_SOCKET", "/run/ecluse/compute/compute.sock")),
        extracts=Path(environ.get("ECLUSE_EXTRACTS", "/srv/extracts")),
        extract_key=Path(environ.get("ECLUSE_EXTRACT_VERIFY_KEY", "/run/secrets/ecluse/extract_verify_key")),
        policies=Path(environ.get("ECLUSE_POLICIES", "/etc/ecluse/policies")),
        history=Path(environ.get("ECLUSE_HISTORY", "/srv/history")),
        evidence_key=Path(environ.get("ECLUSE_EVIDENCE_KEY", "/run/secrets/ecluse/evidence_public_key")),
        sampling_key=Path(environ.get("ECLUSE_SAMPLING_KEY", "/run/secrets/ecluse/sampling_key")),
        journal=Path(environ.get("ECLUSE_JOURNAL", "/srv/journal")),
    )
