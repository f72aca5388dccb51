"""What private queries would cost, and what would remain, before anything is spent: no data is touched for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from ecluse_platform.core.permissions import check_lane_open
from ecluse_platform.core.policy.bundle import PolicyBundle
from ecluse_platform.core.policy.privacy import PrivacyProfile
from ecluse_platform.core.policy.project import Lane, Project
from ecluse_platform.core.privacy.ledger import Ledger, Standing, Year, check_fits, standing
from ecluse_platform.core.privacy.loss import NOTHING, Loss
from ecluse_platform.core.privacy.margins import Expected, expected
from ecluse_platform.core.privacy.precision import OF_A_SIZE, PLAIN, epsilon_for, half_width_in, half_widths
from ecluse_platform.core.privacy.query import PrivateQuery
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.egress.ports import LedgerReader, Store
from ecluse_platform.egress.services.budget import loss_of_query, privacy_profile
from ecluse_platform.egress.services.drafts import DraftPrivate, plan_private_query
from ecluse_platform.egress.services.fingerprints import question_of
from ecluse_platform.egress.services.people import Researcher, workspace_project


@dataclass(frozen=True)
class Price:
    """What one private query would cost; ``remaining`` is what would be left after it and those before it.

    ``year`` is where the year's part would stand then, where the policy has one.
    ``free``: the question was charged before, so that asking it again costs nothing while the extract stays.
    """

    loss: Loss
    remaining: Loss
    year: Year | None
    fits: bool
    free: bool


@dataclass(frozen=True)
class PricedItem:
    """A private query of a draft, as it was understood, with its price under the project's privacy profile."""

    name: str
    query: PrivateQuery
    price: Price
    profile: PrivacyProfile

    @property
    def half_widths(self) -> Mapping[str, Decimal | None]:
        """How far the noise goes either way, by column, from the question alone; None where it depends on the cell."""
        return half_widths(self.query, self.profile)

    @property
    def margins(self) -> tuple[Expected, ...]:
        """How far it goes in the margins asked for, if no cell of them is hidden."""
        return expected(self.query, self.profile)


@dataclass(frozen=True)
class Choice:
    """The least epsilon that gives a column the precision wanted, what it costs, and the precision it really gives."""

    epsilon: Decimal
    half_width: Decimal
    loss: Loss
    fits: bool


@dataclass(frozen=True)
class Wanted:
    """How precise a column is wanted: to plus or minus ``within``, in a cell of the public size ``many``, if given."""

    output: str
    within: Decimal
    many: Decimal | None = None


def choose_epsilon(
    store: Store, bundle: PolicyBundle, now: datetime, who: Researcher, item: DraftPrivate, wanted: Wanted
) -> Choice:
    """Return the least epsilon at which a column is as precise as wanted; no data is looked at."""
    output, within = wanted.output, wanted.within
    project = workspace_project(bundle, who, now)
    check_lane_open(project, Lane.PRIVATE_QUERY)
    profile = privacy_profile(bundle, project)
    query = plan_private_query(bundle, project, item.sql, item.ask)
    columns = {found.name: found for found in query.outputs}
    if output not in columns:
        raise Refusal("private_unknown_output", {"what": output, "known": ", ".join(columns)})
    if columns[output].kind in OF_A_SIZE and wanted.many is None:
        raise Refusal("precision_of_a_size", {"output": output})
    if columns[output].kind not in PLAIN | OF_A_SIZE:
        raise Refusal("precision_varies", {"output": output})
    epsilon = epsilon_for(query, profile, output, within, wanted.many)
    if epsilon is None:
        fields = {"output": output, "within": format(within, "f"), "most": profile.largest_epsilon}
        raise Refusal("precision_out_of_reach", fields)
    chosen = query.model_copy(update={"epsilon": epsilon})
    loss = loss_of_query(chosen)
    with store.reading() as reading:
        stands = standing(profile, reading.ledger.of_project(project.id, bundle.catalogue.name), now.date())
    return Choice(epsilon, half_width_in(chosen, profile, output, wanted.many) or within, loss, _fits(stands, loss))


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
        year = None if stands.year is None else replace(stands.year, spent=stands.year.spent + before.amount)
        found.append(Price(loss, _left(stands, before), year, fits, free))
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
