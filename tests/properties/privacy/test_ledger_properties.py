"""Whatever is asked, in whatever order: a budget is never overspent, and nothing is charged twice or given back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from ecluse_platform.core.policy.privacy import Margins, PrivacyProfile
from ecluse_platform.core.privacy.ledger import Charge, Grant, Ledger, decide, largest_epsilon, standing
from ecluse_platform.core.privacy.loss import Accounting, Loss, exact_text, loss_of
from ecluse_platform.core.refusals import Refusal

SETTINGS = settings(max_examples=60, deadline=None)
START = datetime(2026, 1, 1, tzinfo=UTC)
EXACT = st.decimals(min_value=0, max_value=3, places=3).map(Fraction)
DELTAS = st.sampled_from([Fraction(0), Fraction(1, 10**7), Fraction(3, 10**7)])
ACCOUNTINGS = st.sampled_from(list(Accounting))


def profile(accounting: Accounting, yearly: str | None) -> PrivacyProfile:
    """Return a profile with a budget of 5 and a delta of one in a million."""
    return PrivacyProfile(
        accounting=accounting,
        budget="5",
        delta="0.000001",
        yearly=yearly,
        largest_epsilon="3",
        largest_delta="0.000001",
        cells=10,
        rows=10,
        usual_cells=1,
        usual_rows=1,
        most_cells=100,
        most_persons=1000,
        nonnegative=True,
        margins=Margins.NONE,
        confidence_percent=95,
        clipped_percent=10,
        tick_seconds=1,
    )


PROFILES = st.builds(profile, ACCOUNTINGS, st.sampled_from([None, "2", "5"]))


@st.composite
def charges(draw: st.DrawFn, accounting: Accounting) -> Charge:
    """Return what somebody asks: few questions, so that some are asked again."""
    question, version = draw(st.integers(0, 6)), draw(st.sampled_from(["v1", "v2"]))
    epsilon = draw(EXACT)
    return Charge(
        project="p",
        source="snds",
        fingerprint=f"{question}:{version}",
        query_sha256=str(question),
        extract_version=version,
        accounting=accounting,
        epsilon=epsilon,
        loss=loss_of(accounting, epsilon, draw(DELTAS)),
        request=draw(st.sampled_from(["r1", "r2", "r3"])),
        author="a",
        at=START + timedelta(days=draw(st.integers(0, 1000))),
    )


@st.composite
def grants(draw: st.DrawFn, accounting: Accounting) -> Grant:
    """Return a raise of the budget."""
    at = START + timedelta(days=draw(st.integers(0, 1000)))
    return Grant("p", "snds", accounting, Loss(draw(EXACT), draw(DELTAS)), "steward", "because", at)


@st.composite
def asked(draw: st.DrawFn) -> tuple[PrivacyProfile, tuple[Grant, ...], list[Charge]]:
    """Return a profile, raises and a sequence of questions in the profile's accounting."""
    chosen = draw(PROFILES)
    raises = draw(st.lists(grants(chosen.accounting), max_size=3))
    return chosen, tuple(raises), draw(st.lists(charges(chosen.accounting), max_size=25))


def answered(rules: PrivacyProfile, ledger: Ledger, wanted: Charge) -> Ledger:
    """Return the ledger after one question: with its charge, or as it was."""
    wanted = replace(wanted)
    try:
        decided = decide(rules, ledger, wanted, wanted.at.date())
    except Refusal:
        return ledger
    return ledger if decided is not wanted else replace(ledger, charges=(*ledger.charges, wanted))


@SETTINGS
@given(asked())
def test_no_sequence_overspends(case: tuple[PrivacyProfile, tuple[Grant, ...], list[Charge]]) -> None:
    """In loss, in delta and in each year, after every single question."""
    rules, raises, questions = case
    ledger = Ledger(raises)
    for wanted in questions:
        before, ledger = ledger, answered(rules, ledger, wanted)
        assert ledger.charges[: len(before.charges)] == before.charges
    spent = sum((charge.loss for charge in ledger.charges), start=Loss(Fraction(0)))
    granted = sum((grant.loss for grant in raises), start=Loss(Fraction(rules.budget), Fraction(rules.delta)))
    assert spent.within(granted)
    if rules.yearly is not None:
        for year in {charge.at.year for charge in ledger.charges}:
            theirs = sum(charge.loss.amount for charge in ledger.charges if charge.at.year == year)
            raised = sum(grant.loss.amount for grant in raises if grant.at.year == year)
            assert theirs <= Fraction(rules.yearly) + raised


@SETTINGS
@given(asked())
def test_a_question_is_charged_once(case: tuple[PrivacyProfile, tuple[Grant, ...], list[Charge]]) -> None:
    """However often it is asked: once per version of the extract, and once per request whatever the version."""
    rules, raises, questions = case
    ledger = Ledger(raises)
    for wanted in [*questions, *questions]:
        ledger = answered(rules, ledger, wanted)
        after = answered(rules, ledger, wanted)
        assert after == ledger
    fingerprints = [charge.fingerprint for charge in ledger.charges]
    assert len(set(fingerprints)) == len(fingerprints)
    theirs = [(charge.request, charge.query_sha256) for charge in ledger.charges]
    assert len(set(theirs)) == len(theirs)


@SETTINGS
@given(asked(), st.randoms(use_true_random=False), st.dates(date(2026, 1, 1), date(2029, 1, 1)))
def test_the_order_of_the_ledger_makes_no_difference(
    case: tuple[PrivacyProfile, tuple[Grant, ...], list[Charge]], random: object, on: date
) -> None:
    """Where a budget stands is a matter of what was charged and granted, never of which came first."""
    rules, raises, questions = case
    ledger = Ledger(raises)
    for wanted in questions:
        ledger = answered(rules, ledger, wanted)
    shuffled = list(ledger.charges)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert standing(rules, Ledger(tuple(reversed(raises)), tuple(shuffled)), on) == standing(rules, ledger, on)


@SETTINGS
@given(asked(), st.dates(date(2026, 1, 1), date(2029, 1, 1)))
def test_the_epsilon_that_is_told_fits_and_a_larger_one_does_not(
    case: tuple[PrivacyProfile, tuple[Grant, ...], list[Charge]], on: date
) -> None:
    """Rounded down, by less than one in a million."""
    rules, raises, questions = case
    ledger = Ledger(raises)
    for wanted in questions:
        ledger = answered(rules, ledger, wanted)
    stands = standing(rules, ledger, on)
    told = largest_epsilon(rules, stands)
    assert 0 <= told <= Fraction(rules.largest_epsilon)
    assert loss_of(rules.accounting, told).amount <= stands.available.amount
    more = told + Fraction(1, 10**6)
    assert more > Fraction(rules.largest_epsilon) or loss_of(rules.accounting, more).amount > stands.available.amount


@given(st.fractions(min_value=-10, max_value=10), st.integers(0, 20), st.integers(0, 20))
def test_exact_text_is_equal_to_what_it_says(whole: Fraction, twos: int, fives: int) -> None:
    """Every decimal number is written without loss."""
    number = Fraction(whole.numerator, 2**twos * 5**fives)
    text = exact_text(number)
    assert Fraction(text) == number
    assert "e" not in text
    assert not ("." in text and text.endswith("0"))
