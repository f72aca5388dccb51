"""`ecluse ledger`: what projects were granted and have spent of their privacy, held against the audit log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Annotated

import typer

from ecluse_platform.cli.base import ExitCode, Policies, fail, policies_or_exit, state_dir
from ecluse_platform.cli.database import database_session
from ecluse_platform.core.audit import AuditEntry, Entry
from ecluse_platform.core.audit_actions import Action
from ecluse_platform.core.policy.bundle import PolicyBundle
from ecluse_platform.core.policy.project import Project
from ecluse_platform.core.privacy.ledger import Ledger, largest_epsilon, standing
from ecluse_platform.core.privacy.loss import Loss, exact_text
from ecluse_platform.core.requests import sha256_of
from ecluse_platform.egress.adapters.database.audit import SqlAuditReader
from ecluse_platform.egress.adapters.database.ledger import SqlLedgerReader

ledger = typer.Typer(add_completion=False, no_args_is_help=True, help="The ledger of privacy budgets.")

State = Annotated[Path | None, typer.Option("--state", help="State folder of the installation.", metavar="DIR")]
Database = Annotated[str | None, typer.Option("--database", help="Database URL, instead of the state folder's.")]
_CHARGED, _RAISED = Action.PRIVACY_CHARGED, Action.BUDGET_RAISED
_KEYS: Mapping[Action, tuple[str, ...]] = MappingProxyType(
    {_CHARGED: ("loss", "delta", "fingerprint_sha256"), _RAISED: ("loss", "delta", "comment_sha256")}
)
OneProject = Annotated[str | None, typer.Argument(help="One project; without it, every one.", metavar="PROJECT")]


@ledger.callback()
def group() -> None:
    """Keep `show` a command of its own, as further ones will be."""


@ledger.command()
def show(project: OneProject = None, state: State = None, database: Database = None, policies: Policies = None) -> None:
    """Show each budget, its grants and its charges; name what the audit log does not have the same (exit code 3)."""
    bundle = policies_or_exit(policies)
    chosen = [found for name, found in sorted(bundle.projects.items()) if project in {None, name}]
    if not chosen:
        fail(f"no project is called {project!r}")
    wrong = 0
    with database_session(state or state_dir(), database) as session:
        log = [found.entry for found in SqlAuditReader(session).read() if isinstance(found, AuditEntry)]
        for found in chosen:
            held = SqlLedgerReader(session).of_project(found.id, bundle.catalogue.name)
            for line in _lines(bundle, found, held):
                typer.echo(line)
            for line in _differences(found.id, bundle.catalogue.name, held, log):
                wrong += 1
                typer.echo(line, err=True)
    if wrong:
        raise typer.Exit(ExitCode.REFUSED)


def _lines(bundle: PolicyBundle, project: Project, held: Ledger) -> Iterator[str]:
    profile, now = bundle.privacy_of(project), datetime.now(UTC)
    if profile is None:
        yield f"{project.id}: no privacy profile, {len(held.charges)} charges"
        return
    stands = standing(profile, held, now.date())
    granted, spent, left = (
        f"{exact_text(loss.amount)} (delta {exact_text(loss.delta)})"
        for loss in (stands.granted, stands.spent, stands.remaining)
    )
    yield f"{project.id} on {bundle.catalogue.name}, {profile.accounting.value} accounting:"
    yield f"  granted {granted}, spent {spent}, remaining {left}"
    if stands.year is not None:
        year = stands.year
        yield f"  in {year.year}: spent {exact_text(year.spent)} of {exact_text(year.allowed)}"
    yield f"  one answer may ask for epsilon {exact_text(largest_epsilon(profile, stands))} at most"
    for grant in held.grants:
        yield f"  {_at(grant.at)}  + {exact_text(grant.loss.amount)}  granted by {grant.steward}"
    for charge in held.charges:
        answer = "answered" if charge.answer_sha256 else "no answer yet"
        words = f"epsilon {exact_text(charge.epsilon)}, request {charge.request}, {answer}"
        yield f"  {_at(charge.at)}  - {exact_text(charge.loss.amount)}  {words}"


def _differences(project: str, source: str, held: Ledger, log: Sequence[Entry]) -> Iterator[str]:
    """Yield what ledger and audit log do not have alike: neither can be changed without the other telling."""
    entered = Counter(_words(_CHARGED, charge.loss, charge.fingerprint) for charge in held.charges)
    entered.update(_words(_RAISED, grant.loss, sha256_of(grant.reason.encode())) for grant in held.grants)
    logged = Counter(
        " ".join((entry.action.value, *(str(entry.details.get(key)) for key in _KEYS[entry.action])))
        for entry in log
        if entry.action in _KEYS and (entry.project, entry.details.get("source")) == (project, source)
    )
    for words in sorted(entered - logged):
        yield f"{project}: the audit log has no entry {words}"
    for words in sorted(logged - entered):
        yield f"{project}: the ledger lost what the audit log has as {words}"


def _words(action: Action, loss: Loss, told: str) -> str:
    return f"{action.value} {exact_text(loss.amount)} {exact_text(loss.delta)} {told}"


def _at(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
