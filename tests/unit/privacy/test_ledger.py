"""What a ledger says in the cases that people ask about."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction

import pytest

from ecluse_platform.core.policy.privacy import PrivacyProfile
from ecluse_platform.core.privacy.ledger import Charge, Grant, Ledger, decide, standing
from ecluse_platform.core.privacy.loss import Accounting, Loss, exact_text, loss_of
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.policyfiles import load_policies
from policy_folder import DEMO

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def profiles() -> dict[str, PrivacyProfile]:
    """Read the profiles that ship."""
    return load_policies(DEMO).privacy


def charge(name: str, epsilon: str, accounting: Accounting = Accounting.PURE, **others: object) -> Charge:
    """Return the charge of a question on the first version of the extract."""
    made = Charge(
        project="diabete-idf",
        source="snds",
        fingerprint=f"{name}:v1",
        query_sha256=name,
        extract_version="v1",
        accounting=accounting,
        epsilon=Fraction(epsilon),
        loss=loss_of(accounting, Fraction(epsilon)),
        request=f"request-{name}",
        author="researcher1",
        at=datetime(2026, 3, 1, tzinfo=UTC),
    )
    return replace(made, **others)  # type: ignore[arg-type]


def grant(amount: str, at: datetime, accounting: Accounting = Accounting.PURE) -> Grant:
    """Return a raise."""
    return Grant("diabete-idf", "snds", accounting, Loss(Fraction(amount)), "steward1", "A second question.", at)


def test_a_budget_can_be_spent_to_the_last_decimal(profiles: dict[str, PrivacyProfile]) -> None:
    """Fifty tenths are five: nothing is lost to rounding, and one millionth more is refused with both numbers."""
    rules = profiles["snds"]
    ledger = Ledger(charges=tuple(charge(str(number), "0.1") for number in range(50)))
    stands = standing(rules, ledger, TODAY)
    assert (exact_text(stands.spent.amount), exact_text(stands.remaining.amount)) == ("5", "5")
    with pytest.raises(Refusal) as refused:
        decide(rules, ledger, charge("one more", "0.000001"), TODAY)
    assert refused.value.code == "yearly_budget_exceeded"
    assert refused.value.fields == {"requested": "0.000001", "remaining": "0", "year": "2026"}
    next_year = date(2027, 1, 1)
    assert decide(rules, ledger, charge("one more", "2"), next_year).query_sha256 == "one more"
    spent = Ledger(charges=(*ledger.charges, charge("x", "5", at=datetime(2027, 2, 1, tzinfo=UTC))))
    with pytest.raises(Refusal) as refused:
        decide(rules, spent, charge("two more", "0.5"), date(2028, 1, 1))
    assert (refused.value.code, refused.value.fields) == ("budget_exceeded", {"requested": "0.5", "remaining": "0"})


def test_delta_is_a_budget_of_its_own(profiles: dict[str, PrivacyProfile]) -> None:
    """What unknown keys may cost is counted and refused apart."""
    rules, tenth = profiles["snds"], Loss(Fraction(1, 10), Fraction(1, 10**7))
    ledger = Ledger(charges=tuple(charge(str(number), "0.1", loss=tenth) for number in range(10)))
    with pytest.raises(Refusal) as refused:
        decide(rules, ledger, charge("more", "0.1", loss=tenth), TODAY)
    assert refused.value.code == "delta_exceeded"
    assert refused.value.fields == {"requested": "0.0000001", "remaining": "0"}
    assert decide(rules, ledger, charge("known keys", "0.1"), TODAY).query_sha256 == "known keys"


def test_a_raise_counts_at_once_and_in_its_own_year(profiles: dict[str, PrivacyProfile]) -> None:
    """It is added to the whole, and to the part of the year in which it was given."""
    rules = profiles["snds"]
    ledger = Ledger(charges=tuple(charge(str(number), "1") for number in range(5)))
    raised = replace(ledger, grants=(grant("1.5", datetime(2026, 6, 1, tzinfo=UTC)),))
    assert decide(rules, raised, charge("more", "1.5"), TODAY).query_sha256 == "more"
    before = replace(ledger, grants=(grant("1.5", datetime(2025, 6, 1, tzinfo=UTC)),))
    with pytest.raises(Refusal) as refused:
        decide(rules, before, charge("more", "1.5"), TODAY)
    assert refused.value.code == "yearly_budget_exceeded"
    assert standing(rules, before, TODAY).granted.amount == Fraction("11.5")


def test_the_same_question_again_is_the_same_charge(profiles: dict[str, PrivacyProfile]) -> None:
    """Also when nothing is left; and a request pays once for a question, even if the extract was built anew since."""
    rules, made = profiles["snds"], charge("q", "1")
    full = Ledger(charges=(made, *(charge(str(number), "1") for number in range(4))))
    assert decide(rules, full, charge("q", "1", request="another"), TODAY) is made
    rebuilt = charge("q", "1", fingerprint="q:v2", extract_version="v2")
    assert decide(rules, full, rebuilt, TODAY) is made
    with pytest.raises(Refusal):
        decide(rules, full, replace(rebuilt, request="another"), TODAY)


def test_another_accounting_never_makes_the_past_cheaper(profiles: dict[str, PrivacyProfile]) -> None:
    """Pure answers have a price under zCDP; what zCDP answers cost in epsilon is unknown, so nothing is left."""
    pure = Ledger(charges=(charge("q", "2"),), grants=(grant("3", datetime(2026, 6, 1, tzinfo=UTC)),))
    stands = standing(profiles["snds-zcdp"], pure, TODAY)
    assert (exact_text(stands.spent.amount), exact_text(stands.granted.amount)) == ("2", "4")
    zcdp = Ledger(charges=(charge("q", "0.1", Accounting.ZCDP),))
    assert standing(profiles["snds"], zcdp, TODAY).remaining.amount == 0
    with pytest.raises(Refusal) as refused:
        decide(profiles["snds"], zcdp, charge("more", "0.1"), TODAY)
    assert refused.value.code == "budget_not_countable"
    assert decide(profiles["snds-zcdp"], zcdp, charge("more", "0.1", Accounting.ZCDP), TODAY).query_sha256 == "more"


def test_a_policy_that_grants_less_than_was_spent_leaves_nothing(profiles: dict[str, PrivacyProfile]) -> None:
    """No budget is ever negative."""
    less = profiles["snds"].model_copy(update={"budget": "1", "yearly": None})
    stands = standing(less, Ledger(charges=(charge("q", "2"),)), TODAY)
    assert (stands.remaining.amount, stands.available.amount) == (0, 0)


def test_what_is_no_decimal_is_not_written() -> None:
    """A third would have to be rounded."""
    with pytest.raises(ValueError, match="no decimal"):
        exact_text(Fraction(1, 3))
    assert [exact_text(Fraction(text)) for text in ("0", "-0.050", "120", "0.000001")] == [
        "0", "-0.05", "120", "0.000001",
    ]  # fmt: skip
