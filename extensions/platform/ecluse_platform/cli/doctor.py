"""`ecluse doctor`: what works on this machine, and what to do about the rest."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import typer

from ecluse_platform.cli.base import ExitCode, Policies, policies_dir, state_dir
from ecluse_platform.core.permit import purged_after
from ecluse_platform.core.policy.bundle import PolicyBundle
from ecluse_platform.policyfiles import PolicyError, load_policies

_SERVICES = ("proxy", "hub", "guard", "gateway", "egress", "compute")
_SECONDS = 120


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: all right, or what to do about it."""

    what: str
    advice: str | None = None

    def __str__(self) -> str:
        """Return the line that is printed."""
        return f"ok    {self.what}" if self.advice is None else f"LOOK  {self.what}: {self.advice}"


def doctor(policies: Policies = None) -> None:
    """Check the engine, the policies, the data, the services and the audit log; say what to do about each fault."""
    found = list(examine(policies or policies_dir(), state_dir()))
    for finding in found:
        typer.echo(str(finding))
    if any(finding.advice for finding in found):
        raise typer.Exit(int(ExitCode.BAD_INPUT))


def examine(policies: Path, state: Path) -> Iterator[Finding]:
    """Yield what is found, in the order in which things depend on one another."""
    engine = _engine()
    yield engine
    there = state.is_dir()
    yield Finding(f"state folder {state}", None if there else "it does not exist; run `make demo`, or set ECLUSE_STATE")
    bundle, finding = _policies(policies)
    yield finding
    if there and bundle is not None:
        for project in sorted(bundle.projects):
            yield _own_command(f"extract of {project}", "extract", "verify", project)
        yield from _past_grace(bundle, state, datetime.now(UTC).date())
    if engine.advice is None:
        yield from _services()
    if there:
        yield _own_command("audit log", "audit", "verify")


def _engine() -> Finding:
    docker = shutil.which("docker")
    if docker is None:
        return Finding("container engine", "docker is not installed; `make demo` installs it on Debian")
    answer = _run(docker, "version", "--format", "{{.Server.Version}}")
    if answer.returncode:
        return Finding("container engine", "it does not answer; start it, or run `make demo` as root")
    return Finding(f"container engine {answer.stdout.strip()}")


def _policies(folder: Path) -> tuple[PolicyBundle | None, Finding]:
    try:
        bundle = load_policies(folder)
    except PolicyError as error:
        advice = f"{len(error.problems)} problem(s); run `ecluse policy check {folder}`"
        return None, Finding("policies", advice)
    return bundle, Finding(f"policies of {len(bundle.projects)} projects")


def _past_grace(bundle: PolicyBundle, state: Path, today: date) -> Iterator[Finding]:
    """Yield the projects whose data should no longer exist."""
    for name, project in sorted(bundle.projects.items()):
        places = (state / "extracts" / name / "current", state / "keys" / f"{name}.key", state / "history" / name)
        if any(place.exists() for place in places) and today > purged_after(project):
            yield Finding(f"data of {name}", "its days of grace are over; run `ecluse extract purge --expired`")


def _services() -> Iterator[Finding]:
    instance = os.environ.get("ECLUSE_INSTANCE", "ecluse")
    listed = _run(
        shutil.which("docker") or "docker",
        *("ps", "--all", "--filter", f"label=com.docker.compose.project={instance}", "--format", "{{json .}}"),
    )
    status = {}
    for line in listed.stdout.splitlines():
        container = json.loads(line)
        labels = dict(pair.partition("=")[::2] for pair in container["Labels"].split(","))
        status[labels.get("com.docker.compose.service", "")] = container["Status"]
    for name in _SERVICES:
        words = status.get(name, "not there")
        healthy = words.startswith("Up") and "unhealthy" not in words and "starting" not in words
        advice = None if healthy else f"{words}; run `make demo`, then read `docker-compose logs {name}`"
        yield Finding(f"service {name}", advice)


def _own_command(what: str, *arguments: str) -> Finding:
    """Run one of our own commands in a process of its own: its libraries may be missing here, or its data broken."""
    answer = _run(sys.executable, "-m", "ecluse_platform.cli", *arguments)
    if answer.returncode:
        words = (answer.stderr.strip() or answer.stdout.strip()).splitlines()
        return Finding(what, "; ".join(words[:3]) or f"`ecluse {' '.join(arguments)}` failed without a word")
    return Finding(what)


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=_SECONDS)  # noqa: S603 - fixed commands of this module
    except (OSError, subprocess.TimeoutExpired) as error:
        return subprocess.CompletedProcess(command, 1, "", f"{type(error).__name__}")
