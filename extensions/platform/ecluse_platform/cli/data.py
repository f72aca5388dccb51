"""`ecluse synth` and `ecluse extract`: make a synthetic source, build extracts of it, check them."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from ecluse_platform.cli.base import Policies, fail, policies_or_exit, refuse, state_dir
from ecluse_platform.core.names import is_project_id
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.extract import (
    ExtractProblem,
    Places,
    build_extract,
    current_version,
    differences,
    read_master_key,
)
from ecluse_platform.synth import Settings, generate

synth = typer.Typer(add_completion=False)
extract = typer.Typer(
    help="Build the extract of a project, and check that nothing changed in it.", no_args_is_help=True
)

SourceFolder = Annotated[Path | None, typer.Option(help="Source tables; by default $ECLUSE_SOURCE.", metavar="DIR")]
ExtractsFolder = Annotated[Path | None, typer.Option(help="Extracts; by default $ECLUSE_EXTRACTS.", metavar="DIR")]
KeyFile = Annotated[Path | None, typer.Option(help="Pseudonym key; by default $ECLUSE_PSEUDONYM_KEY.", metavar="FILE")]
ProjectArgument = Annotated[str, typer.Argument(help="Project id.", metavar="PROJECT")]


@synth.command()
def make(
    out: Annotated[
        Path | None, typer.Option(help="Folder to write to; by default $ECLUSE_SOURCE.", metavar="DIR")
    ] = None,
    patients: Annotated[int, typer.Option(help="How many fictitious persons.", min=10)] = 20_000,
    years: Annotated[str, typer.Option(help="Years of care, such as 2022-2023.")] = "2022-2023",
    seed: Annotated[int, typer.Option(help="Same seed, same bytes.", min=0)] = 1,
) -> None:
    """Write fictitious SNDS tables: same shape, same traps, nobody's data."""
    first, last = _years(years)
    clock = _clock()
    try:
        settings = Settings(patients, first, last, seed)
        generate(settings, out or _place("ECLUSE_SOURCE", "source"), lambda w: clock(f"{w.table}: {w.rows} rows"))
    except ValueError as error:
        fail(f"{error}.")
    except OSError as error:
        fail(f"The tables could not be written: {error.strerror}. Choose another folder with --out.")


@extract.command()
def build(
    project: ProjectArgument,
    source: SourceFolder = None,
    extracts: ExtractsFolder = None,
    policies: Policies = None,
    key_file: KeyFile = None,
) -> None:
    """Build a new version of a project's extract and make it the current one."""
    clock = _clock()
    places = Places(source or _place("ECLUSE_SOURCE", "source"), extracts or _place("ECLUSE_EXTRACTS", "extracts"))
    try:
        key = read_master_key(key_file or _place("ECLUSE_PSEUDONYM_KEY", "secrets/pseudonym_key"))
        manifest = build_extract(
            policies_or_exit(policies),
            project,
            places,
            key,
            datetime.now(UTC),
            lambda step: clock(step.what if step.rows is None else f"{step.what}: {step.rows} rows"),
        )
    except ExtractProblem as problem:
        fail(str(problem))
    except Refusal as refusal:
        refuse(refusal)
    typer.echo(manifest.version)


@extract.command()
def verify(project: ProjectArgument, extracts: ExtractsFolder = None) -> None:
    """Say whether the current version is, byte for byte, the one that was built; name every file that is not."""
    if not is_project_id(project):
        fail("This is not a project id.")
    try:
        folder = current_version((extracts or _place("ECLUSE_EXTRACTS", "extracts")) / project)
        if folder is None:
            fail(f"{project} has no extract. Run `ecluse extract build {project}`.")
        found = differences(folder)
    except ExtractProblem as problem:
        fail(str(problem))
    if found:
        fail("\n".join([f"{folder.name} is not what was built:", *found, f"Run `ecluse extract build {project}`."]))
    typer.echo(f"{folder.name}: every byte is as built.")


def _years(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d{4})(?:-(\d{4}))?", text)
    if found is None:
        fail(f"--years is a year or a range of years, such as 2022-2023, not {text!r}.")
    return int(found[1]), int(found[2] or found[1])


def _place(variable: str, below_state: str) -> Path:
    named = os.environ.get(variable)
    return Path(named) if named else state_dir() / below_state


def _clock() -> Callable[[str], None]:
    """Return a way to say on standard error what was done, with the seconds it took."""
    last = [time.monotonic()]

    def tick(what: str) -> None:
        now = time.monotonic()
        typer.echo(f"{now - last[0]:6.1f} s  {what}", err=True)
        last[0] = now

    return tick
