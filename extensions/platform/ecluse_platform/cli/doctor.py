"""`ecluse doctor`: what works on this machine, and what to do about the rest."""

from __future__ import annotations

from pathlib import Path

import typer

from ecluse_platform.cli.base import ExitCode, Policies, policies_dir, state_dir
from ecluse_platform.policyfiles import PolicyError, load_policies


def doctor(policies: Policies = None) -> None:
    """Check the engine, the policies, the data and the services; each line is ok or says what to do."""
    if not _policies_are_valid(policies or policies_dir()) or not _state_is_there(state_dir()):
        raise typer.Exit(int(ExitCode.BAD_INPUT))


def _policies_are_valid(folder: Path) -> bool:
    try:
        load_policies(folder)
    except PolicyError as error:
        typer.echo(f"policies   {len(error.problems)} problems: run `ecluse policy check {folder}`")
        return False
    typer.echo("policies   ok")
    return True


def _state_is_there(folder: Path) -> bool:
    if folder.is_dir():
        typer.echo("state      ok")
        return True
    typer.echo(f"state      {folder} does not exist: run `make demo`, or set ECLUSE_STATE")
    return False
