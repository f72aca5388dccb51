"""What every command shares: where things are, how to say no, and the exit codes."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from enum import IntEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from ecluse_platform.core.policy.bundle import PolicyBundle
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.policyfiles import PolicyError, load_policies

_DEFAULT_STATE = "/var/lib/ecluse"
_INSTALLED_POLICIES = "/etc/ecluse/policies"


class ExitCode(IntEnum):
    """How a command ended, for scripts."""

    DONE = 0
    BAD_INPUT = 2
    REFUSED = 3
    REVIEW = 4


def state_dir() -> Path:
    """Return the state folder: `ECLUSE_STATE`, or the place where an installation keeps it."""
    return Path(os.environ.get("ECLUSE_STATE", _DEFAULT_STATE))


def place(variable: str, below_state: str) -> Path:
    """Return the folder or file that an environment variable names, or its usual place below the state folder."""
    named = os.environ.get(variable)
    return Path(named) if named else state_dir() / below_state


def stopwatch() -> Callable[[str], None]:
    """Return a way to say on standard error what was done, with the seconds it took."""
    last = [time.monotonic()]

    def tick(what: str) -> None:
        now = time.monotonic()
        typer.echo(f"{now - last[0]:6.1f} s  {what}", err=True)
        last[0] = now

    return tick


def policies_dir() -> Path:
    """Return the policy folder: `ECLUSE_POLICIES`, `policies` where the command runs, or the installed one."""
    named = os.environ.get("ECLUSE_POLICIES")
    if named:
        return Path(named)
    return Path("policies") if Path("policies").is_dir() else Path(_INSTALLED_POLICIES)


Policies = Annotated[
    Path | None,
    typer.Option(
        "--policies", help="Policy folder; by default $ECLUSE_POLICIES, ./policies or the installed one.", metavar="DIR"
    ),
]


def policies_or_exit(folder: Path | None = None) -> PolicyBundle:
    """Return the policies, or print everything wrong with them and end with `BAD_INPUT`."""
    try:
        return load_policies(folder or policies_dir())
    except PolicyError as error:
        fail(str(error))


def fail(message: str, code: ExitCode = ExitCode.BAD_INPUT) -> NoReturn:
    """End the command with words on standard error."""
    typer.echo(message, err=True)
    raise typer.Exit(int(code))


def refuse(refusal: Refusal) -> NoReturn:
    """End the command as refused by policy, with the reason and the next step."""
    fail(f"{refusal.reason.en}\n{refusal.next_step.en}", ExitCode.REFUSED)
