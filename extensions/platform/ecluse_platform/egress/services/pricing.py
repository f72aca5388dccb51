"""What private queries would cost, and what would remain, before anything is spent: no data is touched for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from ecluse_platform.core.policy.bundle import PolicyBundle
from ecluse_platform.core.policy.privacy import PrivacyProfile
from ecluse_platform.core.policy.project import Project
from ecluse_platform.core.privacy.ledger import Ledger, Standing, check_fits, standing
from ecluse_platform.core.privacy.loss import NOTHING, Loss
from ecluse_platform.core.privacy.query import PrivateQuery
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.egress.ports import LedgerReader
from ecluse_platform.egress.services.budget import loss_of_query, privacy_profile
from ecluse_platform.egress.services.fingerprints import question_of


@dataclass(frozen=True)
class Price:
    """What one private query would cost; ``remaining`` is what would be left after it and those before it.

    ``free``: the question was charged before, so that asking it again costs nothing while the extract stays.
    """

    loss: Loss
    remaining: Loss
    fits: bool
    free: bool


@dataclass(frozen=True)
class PricedItem:
    """A private query of a draft, as it was understood, with its price under the project's privacy profile."""

    name: str
    query: PrivateQuery
    price: Price
    profile: PrivacyProfile


def prices(profile: PrivacyProfile, ledger: Ledger, queries: Sequence[PrivateQuery], on: date) -> tuple[Price, ...]:
    """Return the price of each query, in order, as if those before it had been charged."""
    stands, charged = standing(profile, ledger, on), {charge.query_sha256 for charge in ledger.charges}
    before, found = NOTHING, list[Price]()
    for query in queries:
        loss, question = loss_of_query(query), question_of(query)
        free = question in charged
        charged.add(question)
        total = before if free else before + loss
        fits = free or _fits(stands, total)
        before = total if fits else before
        found.append(Price(loss, _left(stands, before), fits, free))
    return tuple(found)


def check_affordable(
    ledger: LedgerReader, bundle: PolicyBundle, project: Project, planned: Sequence[object], now: datetime
) -> None:
    """Refuse a draft whose private queries cost more together than what remains; what was charged before is free."""
    queries = [query for query in planned if isinstance(query, PrivateQuery)]
    if not queries:
        return
    profile, known = privacy_profile(bundle, project), ledger.of_project(project.id, bundle.catalogue.name)
    charged = {charge.query_sha256 for charge in known.charges}
    losses = {question_of(query): loss_of_query(query) for query in queries}
    check_fits(standing(profile, known, now.date()), sum((v for k, v in losses.items() if k not in charged), NOTHING))


def _fits(stands: Standing, loss: Loss) -> bool:
    try:
        check_fits(stands, loss)
    except Refusal:
        return False
    return True


def _left(stands: Standing, spent: Loss) -> Loss:
    left = stands.remaining
    return Loss(left.amount - spent.amount, left.delta - spent.delta)
