"""What the hub reads afresh before each decision: the policies in force, the day, the extract to mount."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from ecluse_platform.core.container import is_extract_version
from ecluse_platform.core.policy.bundle import PolicyBundle
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.policyfiles import PolicyError, PolicySource


def policies_in_force(source: PolicySource) -> PolicyBundle:
    """Return the policies in force; refuse while they cannot be used."""
    try:
        return source.current()
    except PolicyError as error:
        raise Refusal("service_unreachable", {"service": "policies"}) from error


def today() -> date:
    """Return the day that permits are held against, in UTC as in every part of the platform."""
    return datetime.now(UTC).date()


def current_extract(extracts: Path, project: str) -> str:
    """Return the version of a project's extract to mount; refuse when none was built."""
    try:
        version = (extracts / project / "current").read_text(encoding="ascii").strip()
    except (OSError, ValueError) as error:
        raise Refusal("no_extract", {"project": project}) from error
    if not is_extract_version(version):
        raise Refusal("no_extract", {"project": project})
    return version
