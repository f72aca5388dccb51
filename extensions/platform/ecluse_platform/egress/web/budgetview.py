"""A project's privacy budget as its pages show it: figures, its ledger from the policy to now, and the picture."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time
from fractions import Fraction

from ecluse_platform.core.policy.project import Project
from ecluse_platform.core.privacy.loss import Accounting, exact_text, loss_of
from ecluse_platform.core.privacy.meaning import guesses_in_a_hundred
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.core.text import Text
from ecluse_platform.egress.services.budget import Budget, Event
from ecluse_platform.egress.web.budgetpicture import Picture, Step, picture_of

_HUNDRED = 100
# What readers of a page compare their own epsilon with; the largest is the policy's.
_KNOWN = ("0.1", "0.5", "1")


@dataclass(frozen=True)
class Line:
    """One line of the ledger: the policy's first budget (``by`` is None), a steward's grant, or an answer's charge."""

    at: datetime
    granted: bool
    amount: str
    left: str
    by: str | None = None
    reason: str = ""
    request: str | None = None
    title: str = ""
    epsilon: str | None = None


@dataclass(frozen=True)
class YearLeft:
    """What may still be spent in one calendar year."""

    year: int
    left: str


@dataclass(frozen=True)
class BudgetView:
    """Everything that a page says of one budget; amounts are exact decimals as text, ``lines`` newest first."""

    project: Project
    source: str
    accounting: Accounting
    granted: str
    remaining: str
    half: str
    percent: int
    epsilon_left: str
    delta_left: str
    guess: str
    meaning: tuple[tuple[str, str], ...]
    year: YearLeft | None
    lines: tuple[Line, ...]
    picture: Picture | None
    charges: int
    note: Text | None


def budget_view(budget: Budget, now: datetime) -> BudgetView:
    """Return a budget as its page shows it, from the policy's first grant to now."""
    profile, stands = budget.profile, budget.standing
    granted, left = stands.granted.amount, stands.remaining.amount
    steps = [_begun(budget), *(Step(e.at, e.remaining, granted=e.kind == "grant") for e in budget.events)]
    first = Line(steps[0].at, granted=True, amount=exact_text(steps[0].left), left=exact_text(steps[0].left))
    year = stands.year
    return BudgetView(
        project=budget.project,
        source=budget.source,
        accounting=profile.accounting,
        granted=exact_text(granted),
        remaining=exact_text(left),
        half=exact_text(granted / 2),
        percent=int(_HUNDRED * left / granted) if granted else 0,
        epsilon_left=exact_text(budget.epsilon_left),
        delta_left=exact_text(stands.remaining.delta),
        guess=guesses_in_a_hundred(profile.accounting, stands.spent.amount),
        meaning=tuple((text, _guess(profile.accounting, text)) for text in _epsilons(profile.largest_epsilon)),
        year=None if year is None else YearLeft(year.year, exact_text(max(year.allowed - year.spent, Fraction(0)))),
        lines=(*(_line(event) for event in reversed(budget.events)), first),
        picture=picture_of(steps, granted, now),
        charges=sum(event.kind == "charge" for event in budget.events),
        note=Refusal("budget_not_countable").reason if stands.uncountable else None,
    )


def _begun(budget: Budget) -> Step:
    start = datetime.combine(budget.project.permit.start, time(), UTC)
    at = min([start, *(event.at for event in budget.events[:1])])
    return Step(at, Fraction(budget.profile.budget), granted=True)


def _epsilons(largest: str) -> list[str]:
    known = [text for text in _KNOWN if Fraction(text) < Fraction(largest)]
    return [*known, largest]


def _guess(accounting: Accounting, epsilon: str) -> str:
    return guesses_in_a_hundred(accounting, loss_of(accounting, Fraction(epsilon)).amount)


def _line(event: Event) -> Line:
    return Line(
        at=event.at,
        granted=event.kind == "grant",
        amount=exact_text(event.loss.amount),
        left=exact_text(event.remaining),
        by=event.by,
        reason=event.reason or "",
        request=event.request,
        title=event.title or event.request or "",
        epsilon=None if event.epsilon is None else exact_text(event.epsilon),
    )
