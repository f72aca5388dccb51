"""A budget as a page shows it: lines, figures and the corners of its picture."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from ecluse_platform.core.privacy.ledger import Standing, Year
from ecluse_platform.core.privacy.loss import Accounting, Loss
from ecluse_platform.core.privacy.meaning import guesses_in_a_hundred
from ecluse_platform.egress.services.budget import Budget, Event
from ecluse_platform.egress.web.budgetpicture import HEIGHT, WIDTH, Step, picture_of
from ecluse_platform.egress.web.budgetview import budget_view
from ecluse_platform.policyfiles import load_policies
from policy_folder import DEMO

NOW = datetime(2026, 11, 23, 9, 5, tzinfo=UTC)
BUNDLE = load_policies(DEMO)
PROJECT = BUNDLE.projects["diabete-idf"]
PROFILE = BUNDLE.privacy["snds"]


def event(days_ago: int, kind: str, amount: str, remaining: str, request: str | None = None) -> Event:
    """Return what happened so many days ago, as the use case tells it."""
    return Event(
        at=NOW - timedelta(days=days_ago),
        kind=kind,
        loss=Loss(Fraction(amount)),
        epsilon=Fraction(amount) if kind == "charge" else None,
        remaining=Fraction(remaining),
        by="somebody",
        request=request,
        title=None if request is None else "Sexe",
        reason="<b>" if kind == "grant" else None,
    )


def budget(granted: str, spent: str, *events: Event) -> Budget:
    """Return a budget as the use case tells it."""
    stands = Standing(Loss(Fraction(granted)), Loss(Fraction(spent)), Year(2026, Fraction(7), Fraction(spent)))
    return Budget(PROJECT, "snds", PROFILE, stands, Fraction(1), events)


def test_a_budget_is_told_from_the_policy_to_now() -> None:
    """Newest first; the first line is the policy's own budget on the permit's first day; amounts are exact."""
    events = (event(20, "charge", "0.1", "9.9", "r-1"), event(10, "grant", "2", "11.9"))
    view = budget_view(budget("12", "0.1", *events), NOW)
    assert [(line.amount, line.left, line.title or line.reason) for line in view.lines] == [
        ("2", "11.9", "<b>"),
        ("0.1", "9.9", "Sexe"),
        ("10", "10", ""),
    ]
    assert (view.granted, view.remaining, view.percent, view.charges) == ("12", "11.9", 99, 1)
    assert view.lines[-1].at.date() == PROJECT.permit.start
    assert view.year is not None
    assert (view.year.year, view.year.left) == (2026, "6.9")
    assert [epsilon for epsilon, _ in view.meaning] == ["0.1", "0.5", "1", "2"]


def test_no_figure_of_a_spent_budget_is_below_nothing() -> None:
    """A policy that now grants less than was spent leaves nothing, and draws nothing outside of the picture."""
    view = budget_view(budget("3", "8", event(1, "charge", "8", "0", "r-1")), NOW)
    assert (view.remaining, view.percent) == ("0", 0)
    assert view.year is not None
    assert view.year.left == "0"


def test_the_picture_stays_inside_and_goes_in_steps() -> None:
    """Whatever the moments, each corner is within the drawing, and the line only runs right, up or down."""
    steps = [
        Step(NOW - timedelta(days=days), Fraction(left), granted=False) for days, left in ((400, 10), (3, 4), (0, 0))
    ]
    drawn = picture_of(steps, Fraction(10), NOW)
    assert drawn is not None
    assert all(0 <= point.x <= WIDTH and 0 <= point.y <= HEIGHT for point in drawn.points)
    assert re.fullmatch(r"M\d+ \d+(H\d+V\d+)+H\d+", drawn.line)
    assert drawn.days[0] == steps[0].at.date()
    assert drawn.days[-1] == NOW.date()


def test_a_budget_of_today_is_drawn_over_some_weeks() -> None:
    """A first answer minutes after the grant does not stretch minutes over the page; nothing at all draws nothing."""
    drawn = picture_of([Step(NOW, Fraction(10), granted=True)], Fraction(10), NOW)
    assert drawn is not None
    assert drawn.days[-1] - drawn.days[0] >= timedelta(days=28)
    assert picture_of([], Fraction(10), NOW) is None


@pytest.mark.parametrize(
    ("accounting", "amount", "right"),
    [
        (Accounting.PURE, "0", "50"),
        (Accounting.PURE, "1", "74"),
        (Accounting.PURE, "10", "99.996"),
        (Accounting.ZCDP, "0", "50"),
        (Accounting.ZCDP, "0.5", "70"),
        (Accounting.ZCDP, "4", "93"),
    ],
)
def test_a_loss_is_worth_so_many_right_guesses(accounting: Accounting, amount: str, right: str) -> None:
    """Fifty for nothing; never a hundred; rounded against us."""
    assert guesses_in_a_hundred(accounting, Fraction(amount)) == right
