"""What the hub reads afresh before each decision: the policies in force, the day, the extract to mount."""

from __future__ import annotations

import asyncio
import http.client
import json
import socket
from datetime import UTC, date, datetime
from http import HTTPStatus
from pathlib import Path

from ecluse_platform.core.container import is_extract_version
from ecluse_platform.core.policy.bundle import PolicyBundle
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.policyfiles import PolicyError, PolicySource

_SECONDS = 5.0
# A version is some thirty characters.
_LONGEST_ANSWER = 4096


def policies_in_force(source: PolicySource) -> PolicyBundle:
    """Return the policies in force; refuse while they cannot be used."""
    try:
        return source.current()
    except PolicyError as error:
        raise Refusal("service_unreachable", {"service": "policies"}) from error


def today() -> date:
    """Return the day that permits are held against, in UTC as in every part of the platform."""
    return datetime.now(UTC).date()


async def current_extract(guard: Path, project: str) -> str:
    """Return the version of a project's extract to mount, as the guard reads it; refuse when none was built.

    The hub mounts no extract, not even to read which one is current: whoever takes it over finds no data in it.
    """
    try:
        status, body = await asyncio.to_thread(_ask, guard, f"/ecluse/extracts/{project}")
        said = json.loads(body)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Refusal("service_unreachable", {"service": "guard"}) from error
    if status == HTTPStatus.NOT_FOUND:
        raise Refusal("no_extract", {"project": project})
    version = said.get("version") if status == HTTPStatus.OK and isinstance(said, dict) else None
    if not isinstance(version, str) or not is_extract_version(version):
        raise Refusal("service_unreachable", {"service": "guard"})
    return version


def _ask(path: Path, address: str) -> tuple[int, bytes]:
    """Ask over a Unix socket; return the status and the beginning of the answer."""
    connection = http.client.HTTPConnection("guard", timeout=_SECONDS)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as link:
        link.settimeout(_SECONDS)
        link.connect(str(path))
        connection.sock = link
        connection.request("GET", address)
        answer = connection.getresponse()
        return answer.status, answer.read(_LONGEST_ANSWER)
