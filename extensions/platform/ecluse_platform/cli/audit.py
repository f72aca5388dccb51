"""`ecluse audit`: prove the audit log intact, or write it out, while the service runs or without it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import typer

from ecluse_platform.cli.base import ExitCode, fail, state_dir
from ecluse_platform.cli.database import database_session
from ecluse_platform.cli.gather import gather_records
from ecluse_platform.cli.proofs import check_releases
from ecluse_platform.core.audit import AuditEntry, Broken, verify
from ecluse_platform.egress.adapters.checkpoints import CheckpointError, load_public_key, read_checkpoints
from ecluse_platform.egress.adapters.database.audit import SqlAuditReader

audit = typer.Typer(add_completion=False, no_args_is_help=True, help="The append-only, hash-chained audit log.")
audit.command("gather")(gather_records)

State = Annotated[Path | None, typer.Option("--state", help="State folder of the installation.", metavar="DIR")]
Database = Annotated[str | None, typer.Option("--database", help="Database URL, instead of the state folder's.")]
CheckpointFile = Annotated[Path | None, typer.Option("--checkpoints", help="File of signed checkpoints.")]
ExpectedHead = Annotated[
    str | None,
    typer.Option("--expect-head", help="Digest that was the log's head before: it must still be in the log."),
]
EvidenceKey = Annotated[Path, typer.Option("--key", help="PEM of the operator's private key for evidence.")]
OneRequest = Annotated[str | None, typer.Argument(help="One request; without it, every release.", metavar="REQUEST")]
Key = Annotated[Path | None, typer.Option("--key", help="PEM of the signing key, public or private.")]


@audit.command("verify")
def verify_log(
    state: State = None,
    database: Database = None,
    checkpoints: CheckpointFile = None,
    key: Key = None,
    expect_head: ExpectedHead = None,
) -> None:
    """Prove that no entry was edited, moved, removed or cut off; name the first one otherwise (exit code 3).

    Whoever can write the log, its checkpoints and their key can cut all of them off together; a head that was noted
    elsewhere shows it.
    """
    folder = state or state_dir()
    try:
        pem = _key_file(folder, key).read_bytes()
        # Read before the log: a running service adds entries, and a checkpoint only ever follows its entry.
        signed = list(read_checkpoints(checkpoints or folder / "audit" / "checkpoints.jsonl", load_public_key(pem)))
    except CheckpointError as error:
        fail(f"broken: {error}", ExitCode.REFUSED)
    except OSError as error:
        fail(f"cannot read {error.filename}: {error.strerror}. Name it with --key or --checkpoints.")
    seen: set[str] = set()
    with database_session(folder, database) as session:
        found = verify(_noting(SqlAuditReader(session).read(), seen), signed)
    if isinstance(found, Broken):
        fail(f"broken at entry {found.number}: {found.why}", ExitCode.REFUSED)
    if expect_head is not None and expect_head not in seen:
        fail("broken: cut off, the head that was expected is not in the log", ExitCode.REFUSED)
    typer.echo(f"intact: {found.entries} entries, {len(signed)} signed checkpoints, head {found.head}")
    if not signed and found.entries:
        typer.echo("note: there is no signed checkpoint, so entries cut off the end would not show", err=True)


@audit.command("export")
def export_log(state: State = None, database: Database = None) -> None:
    """Write the log as JSON lines, oldest first; stop at an entry that cannot be read (exit code 3)."""
    with database_session(state or state_dir(), database) as session:
        for found in SqlAuditReader(session).read():
            if isinstance(found, Broken):
                fail(f"broken at entry {found.number}: {found.why}", ExitCode.REFUSED)
            typer.echo(_line(found))


@audit.command("proofs")
def check_proofs(key: EvidenceKey, request: OneRequest = None, state: State = None, database: Database = None) -> None:
    """Open the sealed proofs of every release and check each certificate again, in whole numbers (exit code 3)."""
    folder = state or state_dir()
    with database_session(folder, database) as session:
        check_releases(session, folder / "egress" / "vault", key, request)


def _noting(entries: Iterable[AuditEntry | Broken], seen: set[str]) -> Iterator[AuditEntry | Broken]:
    for found in entries:
        if isinstance(found, AuditEntry):
            seen.add(found.digest)
        yield found


def _key_file(folder: Path, key: Path | None) -> Path:
    """Return the key file: the one named, or the installation's own, which only its operator can read."""
    if key is not None:
        return key
    of_service = folder / "secrets" / "egress" / "audit_signing_key"
    return of_service if of_service.exists() else folder / "secrets" / "audit_signing_key"


def _line(found: AuditEntry) -> str:
    entry = found.entry
    return json.dumps(
        {
            "number": found.number,
            "at": found.at.isoformat(timespec="microseconds"),
            "action": entry.action.value,
            "actor": entry.actor,
            "project": entry.project,
            "request": entry.request,
            "details": dict(entry.details),
            "previous": found.previous,
            "digest": found.digest,
        },
        sort_keys=True,
    )
