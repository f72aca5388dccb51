"""The command's tree; a part is imported only when one of its commands is asked for.

So a machine that has the extractor's libraries but not the egress service's still has every other command.
"""

from __future__ import annotations

import importlib
from types import MappingProxyType
from typing import Any

import typer
import typer.core
import typer.main

from ecluse_platform.cli import doctor, policy, privacy
from ecluse_platform.cli.base import ExitCode, fail
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.policyfiles import PolicyError

# Command -> the module that has it, the Typer application in it, and the extra that brings its libraries.
_LATER = MappingProxyType(
    {
        "synth": ("ecluse_platform.cli.synth", "synth", "extractor"),
        "extract": ("ecluse_platform.cli.extract", "extract", "extractor"),
        "attack": ("ecluse_platform.cli.attack", "attack", "compute"),
        "check": ("ecluse_platform.cli.check", "check", "compute"),
        "protect": ("ecluse_platform.cli.protect", "protect", "compute"),
        "audit": ("ecluse_platform.cli.audit", "audit", "egress"),
        "ledger": ("ecluse_platform.cli.ledger", "ledger", "egress"),
    }
)


class _Commands(typer.core.TyperGroup):
    """A group that knows the names of the parts' commands and imports them on demand."""

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]  # Typer's own context class
        return sorted({*super().list_commands(ctx), *_LATER})

    def get_command(self, ctx: typer.Context, cmd_name: str) -> Any:  # type: ignore[override]  # the same
        return _imported(cmd_name) if cmd_name in _LATER else super().get_command(ctx, cmd_name)


app = typer.Typer(
    name="ecluse",
    cls=_Commands,
    help="Écluse: a secure analysis workbench for health data, with one checked way out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(policy.app, name="policy")
app.add_typer(privacy.app, name="privacy")
app.command(name="doctor")(doctor.doctor)


def main() -> None:
    """Run the command; a refusal or a wrong policy becomes words and an exit code, never a traceback."""
    try:
        app()
    except Refusal as refusal:
        typer.echo(f"{refusal.reason.en}\n{refusal.next_step.en}", err=True)
        raise SystemExit(int(ExitCode.REFUSED)) from None
    except PolicyError as error:
        typer.echo(str(error), err=True)
        raise SystemExit(int(ExitCode.BAD_INPUT)) from None


def _imported(name: str) -> Any:
    module, attribute, extra = _LATER[name]
    try:
        command = typer.main.get_command(getattr(importlib.import_module(module), attribute))
    except ImportError as error:
        command = _unavailable(name, extra, error.name or str(error))
    command.name = name
    return command


def _unavailable(name: str, extra: str, missing: str) -> Any:
    stand_in = typer.Typer(add_completion=False)

    @stand_in.command(
        help=f"Not available here: {missing} is not installed.",
        context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
    )
    def say_what_is_missing() -> None:
        fail(f"`ecluse {name}` needs {missing}, which is not installed here: install ecluse-platform[{extra}].")

    return typer.main.get_command(stand_in)
