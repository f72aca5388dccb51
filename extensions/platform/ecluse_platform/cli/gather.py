"""`ecluse audit gather`: take the extractor's signed records over into the audit log."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.exc import SQLAlchemyError

from ecluse_platform.cli.base import ExitCode, fail, place, state_dir
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.core.signatures import WrongKey
from ecluse_platform.egress.adapters.checkpoints import CheckpointError, Checkpoints, load_private_key
from ecluse_platform.egress.adapters.database.engine import open_engine
from ecluse_platform.egress.adapters.database.store import SqlStore
from ecluse_platform.egress.services.journal import gather


def gather_records(
    journal: Annotated[
        Path | None, typer.Option(help="The extractor's records; by default $ECLUSE_JOURNAL.", metavar="DIR")
    ] = None,
    database: Annotated[str | None, typer.Option(help="Database URL, instead of the state folder's.")] = None,
) -> None:
    """Append what the extractor built and purged to the audit log, each record once (exit code 3 for a bad one)."""
    key = place("ECLUSE_EXTRACT_VERIFY_KEY", "secrets/egress/extract_verify_key")
    signing = place("ECLUSE_AUDIT_SIGNING_KEY", "secrets/egress/audit_signing_key")
    audit = place("ECLUSE_AUDIT", "audit")
    url = database or f"sqlite:///{place('ECLUSE_EGRESS_STATE', 'egress').absolute() / 'egress.db'}"
    try:
        checkpoints = Checkpoints(audit / "checkpoints.jsonl", load_private_key(signing.read_bytes()))
        engine = open_engine(url)
        try:
            store = SqlStore(engine, lambda: datetime.now(UTC), checkpoints.append)
            added, refused = gather(store, journal or place("ECLUSE_JOURNAL", "journal"), key.read_bytes())
        finally:
            engine.dispose()
    except OSError as error:
        fail(f"cannot read {error.filename}: {error.strerror}. The state folder is {state_dir()}.")
    except (SQLAlchemyError, CheckpointError, WrongKey, Refusal) as error:
        fail(
            f"the audit log cannot be extended: {type(error).__name__}. Start the egress service once, then try again."
        )
    typer.echo(f"{added} new entries")
    if refused:
        fail(f"not signed by this installation's extractor, or damaged: {', '.join(refused)}", ExitCode.REFUSED)
