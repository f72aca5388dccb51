"""The ledger of a project's privacy budget: what was granted, what was charged, what remains; exact and never undone.

A charge is an entitlement to one answer of one question on one version of the extract, known by its fingerprint. It is
made once, before noise is drawn, and stays whatever becomes of the answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from ecluse_platform.core.policy.privacy import PrivacyProfile
from ecluse_platform.core.privacy.loss import NOTHING, Accounting, Loss, exact_text, loss_of
from ecluse_platform.core.refusals import Refusal


@dataclass(frozen=True)
class Grant:
    """A steward's raise of a project's budget on its source, with the reason given."""

    project: str
    source: str
    accounting: Accounting
    loss: Loss
    steward: str
    reason: str
    at: datetime


@dataclass(frozen=True)
class Charge:
    """What one answer cost; ``answer_sha256`` names the stored answer, None until there is one.

    ``query_sha256`` is the question without the data, ``fingerprint`` the question on one version of the extract;
    ``answer_version`` is another one when the extract was built anew between the charge and the answer.
    """

    project: str
    source: str
    fingerprint: str
    query_sha256: str
    extract_version: str
    accounting: Accounting
    epsilon: Fraction
    loss: Loss
    request: str
    author: str
    at: datetime
    answer_sha256: str | None = None
    answer_version: str | None = None


@dataclass(frozen=True)
class Ledger:
    """Every grant and every charge of one project on one source."""

    grants: tuple[Grant, ...] = ()
    charges: tuple[Charge, ...] = ()

    def charge_of(self, fingerprint: str) -> Charge | None:
        """Return the charge that was made for a question on a version of the extract, None when there is none."""
        return next((charge for charge in self.charges if charge.fingerprint == fingerprint), None)

    def charge_for(self, request: str, query_sha256: str) -> Charge | None:
        """Return the newest charge that a request already made for a question, on whatever version of the extract."""
        theirs = (c for c in reversed(self.charges) if (c.request, c.query_sha256) == (request, query_sha256))
        return next(theirs, None)


@dataclass(frozen=True)
class Year:
    """What a profile allows in one calendar year, and what was spent in it."""

    year: int
    allowed: Fraction
    spent: Fraction


@dataclass(frozen=True)
class Standing:
    """Where a budget stands on one day; ``available`` is what one more answer may cost.

    ``uncountable``: answers were charged in rho, which bounds no epsilon: nothing is left, whatever is granted.
    """

    granted: Loss
    spent: Loss
    year: Year | None
    uncountable: bool = False

    @property
    def remaining(self) -> Loss:
        """What was granted and not spent; nothing when a policy now grants less than was spent."""
        return Loss(
            max(self.granted.amount - self.spent.amount, Fraction(0)),
            max(self.granted.delta - self.spent.delta, Fraction(0)),
        )

    @property
    def available(self) -> Loss:
        """What remains, within the year's part."""
        if self.year is None:
            return self.remaining
        left = max(self.year.allowed - self.year.spent, Fraction(0))
        return Loss(min(self.remaining.amount, left), self.remaining.delta)


def standing(profile: PrivacyProfile, ledger: Ledger, on: date) -> Standing:
    """Return where a budget stands on a day; the order of grants and charges makes no difference."""
    grants = [grant for grant in ledger.grants if grant.accounting is profile.accounting]
    granted = Loss(Fraction(profile.budget), Fraction(profile.delta)) + _sum(grant.loss for grant in grants)
    counted = [(charge, _counted(charge, profile.accounting)) for charge in ledger.charges]
    if any(loss is None for _, loss in counted):
        # Losses under zCDP bound no epsilon: what they cost in pure accounting is unknown, so all of it is spent.
        return Standing(granted, granted, None, uncountable=True)
    losses = [(charge, loss) for charge, loss in counted if loss is not None]
    year = None
    if profile.yearly is not None:
        allowed = Fraction(profile.yearly) + _sum(g.loss for g in grants if g.at.year == on.year).amount
        year = Year(on.year, allowed, _sum(loss for charge, loss in losses if charge.at.year == on.year).amount)
    return Standing(granted, _sum(loss for _, loss in losses), year)


def decide(profile: PrivacyProfile, ledger: Ledger, wanted: Charge, on: date) -> Charge:
    """Return the charge already made for the same question, else the one wanted; refuse what the budget cannot bear."""
    made = ledger.charge_of(wanted.fingerprint) or ledger.charge_for(wanted.request, wanted.query_sha256)
    if made is not None:
        return made
    check_fits(standing(profile, ledger, on), wanted.loss)
    return wanted


def check_fits(stands: Standing, loss: Loss) -> None:
    """Refuse a loss above what remains, of the budget, of its delta, or of the year's part."""
    check_countable(stands)
    if loss.amount > stands.remaining.amount:
        raise Refusal("budget_exceeded", _compared(loss.amount, stands.remaining.amount))
    if loss.delta > stands.remaining.delta:
        raise Refusal("delta_exceeded", _compared(loss.delta, stands.remaining.delta))
    if stands.year is not None and loss.amount > stands.available.amount:
        fields = {**_compared(loss.amount, stands.available.amount), "year": str(stands.year.year)}
        raise Refusal("yearly_budget_exceeded", fields)


def check_countable(stands: Standing) -> None:
    """Refuse to go on where what was spent has no price in the accounting of today's policy."""
    if stands.uncountable:
        raise Refusal("budget_not_countable")


def largest_epsilon(profile: PrivacyProfile, stands: Standing) -> Fraction:
    """Return the largest epsilon, to the policy's own decimals, that one more answer may ask for."""
    most, left = Fraction(profile.largest_epsilon), stands.available.amount
    if loss_of(profile.accounting, most).amount <= left:
        return most
    if profile.accounting is Accounting.PURE:
        return left
    # Under zCDP the square root is taken in whole units, so that the epsilon told is never one too much.
    return Fraction(_root(left * 2 * _UNITS * _UNITS), _UNITS)


_UNITS = 10**6


def _root(square: Fraction) -> int:
    low, high = 0, 1
    while high * high <= square:
        high *= 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if middle * middle <= square else (low, middle)
    return low


def _counted(charge: Charge, accounting: Accounting) -> Loss | None:
    """Return what a charge costs in another accounting than its own: pure answers have a price under zCDP."""
    if charge.accounting is accounting:
        return charge.loss
    if charge.accounting is Accounting.PURE:
        return loss_of(Accounting.ZCDP, charge.epsilon, charge.loss.delta)
    return None


def _sum(losses: Iterable[Loss]) -> Loss:
    return sum(losses, start=NOTHING)


def _compared(requested: Fraction, remaining: Fraction) -> dict[str, str]:
    return {"requested": exact_text(requested), "remaining": exact_text(remaining)}
