"""`ecluse extract`: build the extract of a project, check it, and destroy it when its time is over."""

from __future__ import annotations

import getpass
import os
import re
import signal
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Annotated, NoReturn

import typer

from ecluse_platform.cli.base import Policies, fail, place, policies_or_exit, refuse, stopwatch
from ecluse_platform.core.names import is_project_id
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.core.signatures import WrongKey
from ecluse_platform.extract import (
    ExtractProblem,
    Places,
    Secrets,
    build_extract,
    close_extracts,
    current_version,
    differences,
    expired,
    is_open,
    is_sealed,
    open_extracts,
    purge_extract,
    read_master_key,
    read_signing_key,
)

extract = typer.Typer(
    help="Build the extract of a project, check that nothing changed in it, purge it.", no_args_is_help=True
)

SourceFolder = Annotated[Path | None, typer.Option(help="Source tables; by default $ECLUSE_SOURCE.", metavar="DIR")]
ExtractsFolder = Annotated[Path | None, typer.Option(help="Extracts; by default $ECLUSE_EXTRACTS.", metavar="DIR")]
KeyFile = Annotated[Path | None, typer.Option(help="Pseudonym key; by default $ECLUSE_PSEUDONYM_KEY.", metavar="FILE")]
SigningKey = Annotated[
    Path | None, typer.Option(help="Private key (PEM); by default $ECLUSE_EXTRACT_SIGNING_KEY.", metavar="FILE")
]
VerifyKey = Annotated[
    Path | None, typer.Option(help="Public key (PEM); by default $ECLUSE_EXTRACT_VERIFY_KEY.", metavar="FILE")
]
By = Annotated[
    str | None,
    typer.Option("--by", help="Who does this, for the audit log; by default $ECLUSE_OPERATOR.", metavar="NAME"),
]
AcceptLost = Annotated[
    bool,
    typer.Option("--accept-lost", help="Build though the source lost partitions of which the last version was made."),
]
ProjectArgument = Annotated[str, typer.Argument(help="Project id.", metavar="PROJECT")]
SomeProject = Annotated[str | None, typer.Argument(help="Project id.", metavar="PROJECT")]
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,63}")
# What a shell reports of a command that a signal ended, less the signal's number.
_SIGNALLED = 128


@extract.command()
def build(
    project: ProjectArgument,
    source: SourceFolder = None,
    extracts: ExtractsFolder = None,
    policies: Policies = None,
    key_file: KeyFile = None,
    signing_key: SigningKey = None,
    by: By = None,
    accept_lost: AcceptLost = False,
) -> None:
    """Build a new version of a project's extract and make it the current one."""
    actor, tick = _actor(by), stopwatch()
    signal.signal(signal.SIGTERM, _undo)
    try:
        secrets = Secrets(
            read_master_key(key_file or place("ECLUSE_PSEUDONYM_KEY", "secrets/extractor/pseudonym_key")),
            read_signing_key(_signing_key(signing_key)),
        )
        manifest = build_extract(
            policies_or_exit(policies),
            project,
            _places(source, extracts),
            secrets,
            actor,
            datetime.now(UTC),
            lambda step: tick(step.what if step.rows is None else f"{step.what}: {step.rows} rows"),
            accept_lost=accept_lost,
        )
    except ExtractProblem as problem:
        fail(str(problem))
    except Refusal as refusal:
        refuse(refusal)
    typer.echo(manifest.version)


@extract.command()
def verify(project: ProjectArgument, extracts: ExtractsFolder = None, verify_key: VerifyKey = None) -> None:
    """Say whether the current version is, byte for byte, the one built and signed; name every file that is not."""
    if not is_project_id(project):
        fail("This is not a project id.")
    key = verify_key or place("ECLUSE_EXTRACT_VERIFY_KEY", "secrets/extractor/extract_verify_key")
    home = (extracts or place("ECLUSE_EXTRACTS", "extracts")) / project
    try:
        if is_sealed(home) and not is_open(home):
            fail(f"The folder of {project} is encrypted and closed. Run `ecluse extract open {project}`.")
        folder = current_version(home)
        if folder is None:
            fail(f"{project} has no extract. Run `ecluse extract build {project}`.")
        found = differences(folder, key.read_bytes())
    except ExtractProblem as problem:
        fail(str(problem))
    except (OSError, WrongKey):
        fail(f"The public key {key} cannot be read. Name the file with --verify-key.")
    if found:
        fail("\n".join([f"{folder.name} is not what was built:", *found, f"Run `ecluse extract build {project}`."]))
    typer.echo(f"{folder.name}: every byte is as built and signed.")


@extract.command(name="open")
def open_(project: SomeProject = None, extracts: ExtractsFolder = None, key_file: KeyFile = None) -> None:
    """Open the encrypted folders of projects, as after each start of the machine: one project's, or all."""
    try:
        master = read_master_key(key_file or place("ECLUSE_PSEUDONYM_KEY", "secrets/extractor/pseudonym_key"))
        opened = open_extracts(_places(None, extracts), master, project)
    except ExtractProblem as problem:
        fail(str(problem))
    typer.echo("\n".join(f"{name}: open" for name in opened) or "No project's folder is encrypted.")


@extract.command()
def close(project: SomeProject = None, extracts: ExtractsFolder = None) -> None:
    """Close the encrypted folders of projects: nobody reads them until they are opened again."""
    try:
        closed = close_extracts(_places(None, extracts), project)
    except ExtractProblem as problem:
        fail(str(problem))
    typer.echo("\n".join(f"{name}: closed" for name in closed) or "No project's folder is encrypted.")


@extract.command()
def purge(
    project: SomeProject = None,
    all_expired: Annotated[
        bool, typer.Option("--expired", help="Every project whose days of grace are over, instead of one.")
    ] = False,
    extracts: ExtractsFolder = None,
    policies: Policies = None,
    signing_key: SigningKey = None,
    by: By = None,
) -> None:
    """Destroy the data, the memory and the key of a project whose permit has ended; record the proof."""
    if (project is None) != all_expired:
        fail("Name one project, or say --expired.")
    bundle, actor, places = policies_or_exit(policies), _actor(by), _places(None, extracts)
    now = datetime.now(UTC)
    try:
        key = read_signing_key(_signing_key(signing_key))
        for name in [project] if project is not None else expired(bundle, places, now):
            done = purge_extract(bundle, name, places, place("ECLUSE_HISTORY", "history"), key, actor, now)
            typer.echo(f"{name}: {done.files} files, {done.bytes} bytes destroyed; proof {done.record_sha256}")
    except ExtractProblem as problem:
        fail(str(problem))


def _undo(number: int, _: FrameType | None) -> NoReturn:
    """End as Ctrl-C does when the machine or its container stops: what was spilled and half built is removed."""
    raise SystemExit(_SIGNALLED + number)


def _places(source: Path | None, extracts: Path | None) -> Places:
    return Places(
        source=source or place("ECLUSE_SOURCE", "source"),
        extracts=extracts or place("ECLUSE_EXTRACTS", "extracts"),
        cohorts=place("ECLUSE_COHORTS", "cohorts"),
        keys=place("ECLUSE_KEYS", "keys"),
        journal=place("ECLUSE_JOURNAL", "journal"),
    )


def _signing_key(named: Path | None) -> Path:
    return named or place("ECLUSE_EXTRACT_SIGNING_KEY", "secrets/extractor/extract_signing_key")


def _actor(named: str | None) -> str:
    """Return who does this: named, by the environment, or whoever is logged in."""
    actor = named or os.environ.get("ECLUSE_OPERATOR") or getpass.getuser()
    if not _NAME.fullmatch(actor):
        fail("Say with --by who does this: a name of small letters, digits, - and _.")
    return actor
