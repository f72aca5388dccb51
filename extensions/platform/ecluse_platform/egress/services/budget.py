"""A project's privacy budget as people see it, and the one act that raises it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from ecluse_platform.core.audit import Entry
from ecluse_platform.core.audit_actions import Action
from ecluse_platform.core.identity import Principal
from ecluse_platform.core.permissions import allowed, check_is_steward
from ecluse_platform.core.permit import check_may_work
from ecluse_platform.core.policy.bundle import PolicyBundle
from ecluse_platform.core.policy.privacy import PrivacyProfile
from ecluse_platform.core.policy.project import Project
from ecluse_platform.core.privacy.ledger import (
    Charge,
    Grant,
    Ledger,
    Standing,
    check_countable,
    largest_epsilon,
    standing,
)
from ecluse_platform.core.privacy.loss import Loss, exact_text, loss_of
from ecluse_platform.core.privacy.query import PrivateQuery
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.core.requests import sha256_of
from ecluse_platform.egress.ports import Reading, Store
from ecluse_platform.egress.services.commenting import checked_text
from ecluse_platform.egress.services.people import Researcher, workspace_project

_AMOUNT = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,15})?")


@dataclass(frozen=True)
class Event:
    """A grant or a charge, and what remained after it."""

    at: datetime
    kind: str
    loss: Loss
    epsilon: Fraction | None
    remaining: Fraction
    by: str
    request: str | None
    title: str | None
    reason: str | None


@dataclass(frozen=True)
class Budget:
    """Where a project's budget stands, and how it came there; no SQL and nothing of the data is in it."""

    project: Project
    source: str
    profile: PrivacyProfile
    standing: Standing
    epsilon_left: Fraction
    events: tuple[Event, ...]


def privacy_profile(bundle: PolicyBundle, project: Project) -> PrivacyProfile:
    """Return the privacy profile of a project; refuse one that has none."""
    profile = bundle.privacy_of(project)
    if profile is None:
        raise Refusal("no_privacy_budget", {"project": project.id})
    return profile


def loss_of_query(query: PrivateQuery) -> Loss:
    """Return what the answer of a query costs in its ledger."""
    return loss_of(query.accounting, Fraction(query.epsilon), Fraction(query.delta))


def budget_of_project(store: Store, bundle: PolicyBundle, now: datetime, project: Project) -> Budget:
    """Return where the budget of a project stands now; whoever calls has asked who may know."""
    profile, source = privacy_profile(bundle, project), bundle.catalogue.name
    with store.reading() as reading:
        ledger = reading.ledger.of_project(project.id, source)
        titles = _titles(reading, ledger)
    stands = standing(profile, ledger, now.date())
    events = _events(profile, ledger, titles)
    return Budget(project, source, profile, stands, largest_epsilon(profile, stands), events)


def budget_for_workspace(store: Store, bundle: PolicyBundle, now: datetime, who: Researcher) -> Budget:
    """Return the budget of the project whose workspace asks."""
    return budget_of_project(store, bundle, now, workspace_project(bundle, who, now))


def budget_for_researcher(
    store: Store, bundle: PolicyBundle, now: datetime, who: Researcher, project_id: str
) -> Budget:
    """Return the budget of a project that this person works in."""
    return budget_of_project(store, bundle, now, check_may_work(bundle, who.name, project_id, now.date()))


def budgets_for_steward(store: Store, bundle: PolicyBundle, now: datetime, principal: Principal) -> tuple[Budget, ...]:
    """Return the budgets of the projects that this steward is independent of, by the project's id."""
    check_is_steward(bundle, principal)
    return tuple(
        budget_of_project(store, bundle, now, project)
        for _, project in sorted(bundle.projects.items())
        if project.privacy is not None and allowed(check_may_raise, bundle, principal, project.id)
    )


def is_independent_steward(bundle: PolicyBundle, principal: Principal, project_id: str) -> bool:
    """Say whether somebody meets a project as one of its stewards, and not as one of its people."""
    project = bundle.project(project_id)
    is_member = project is not None and project.role_of(principal.name) is not None
    return not is_member and allowed(check_is_steward, bundle, principal)


def check_may_raise(bundle: PolicyBundle, principal: Principal, project_id: str) -> Project:
    """A steward raises the budget of projects that exist and have one, never of a project one belongs to."""
    check_is_steward(bundle, principal)
    project = bundle.project(project_id)
    if project is None:
        raise Refusal("unknown_project")
    if project.role_of(principal.name) is not None:
        raise Refusal("steward_is_member", {"project": project.id})
    privacy_profile(bundle, project)
    return project


def raise_budget(
    store: Store,
    bundle: PolicyBundle,
    now: datetime,
    principal: Principal,
    project_id: str,
    amount: str,
    delta: str,
    reason: str,
) -> Grant:
    """Add to a project's budget, with the reason, in one transaction with its entry of the audit log."""
    project = check_may_raise(bundle, principal, project_id)
    profile, source = privacy_profile(bundle, project), bundle.catalogue.name
    loss = Loss(_exact("amount", amount), _exact("delta", delta or "0", below=Fraction(1)))
    if loss.amount == 0 and loss.delta == 0:
        raise Refusal("budget_amount", {"field": "amount"})
    if not reason.strip():
        raise Refusal("comment_needed")
    text = checked_text(reason)
    grant = Grant(project.id, source, profile.accounting, loss, principal.name, text, now)
    with store.writing() as work:
        stands = standing(profile, work.ledger.of_project(project.id, source), now.date())
        # A raise that no answer could ever be paid from is not recorded.
        check_countable(stands)
        granted = stands.granted
        if granted.delta + loss.delta >= 1:
            raise Refusal("budget_amount", {"field": "delta"})
        entry = Entry(
            Action.BUDGET_RAISED,
            principal.name,
            project.id,
            None,
            {
                "source": source,
                "accounting": profile.accounting.value,
                "loss": exact_text(loss.amount),
                "delta": exact_text(loss.delta),
                "comment_sha256": sha256_of(text.encode()),
                "policy_digest": bundle.digest,
            },
        )
        return work.ledger.grant(grant, audit=entry)


def _exact(field: str, value: str, below: Fraction | None = None) -> Fraction:
    if _AMOUNT.fullmatch(value.strip()) is None:
        raise Refusal("budget_amount", {"field": field})
    found = Fraction(value.strip())
    if below is not None and found >= below:
        raise Refusal("budget_amount", {"field": field})
    return found


def _titles(reading: Reading, ledger: Ledger) -> dict[str, str]:
    return {name: reading.requests.get(name).title for name in {charge.request for charge in ledger.charges}}


def _events(profile: PrivacyProfile, ledger: Ledger, titles: dict[str, str]) -> tuple[Event, ...]:
    """Return grants and charges in the order of time, each with what remained of the budget of today's policy."""
    made: list[Grant | Charge] = [*ledger.grants, *ledger.charges]
    events: list[Event] = []
    grants: list[Grant] = []
    charges: list[Charge] = []
    for one in sorted(made, key=lambda entry: entry.at):
        if isinstance(one, Grant):
            grants.append(one)
        else:
            charges.append(one)
        left = standing(profile, Ledger(tuple(grants), tuple(charges)), one.at.date()).remaining.amount
        events.append(_granted(one, left) if isinstance(one, Grant) else _charged(one, left, titles[one.request]))
    return tuple(events)


def _granted(grant: Grant, remaining: Fraction) -> Event:
    return Event(grant.at, "grant", grant.loss, None, remaining, grant.steward, None, None, grant.reason)


def _charged(charge: Charge, remaining: Fraction, title: str) -> Event:
    loss, epsilon = charge.loss, charge.epsilon
    return Event(charge.at, "charge", loss, epsilon, remaining, charge.author, charge.request, title, None)
