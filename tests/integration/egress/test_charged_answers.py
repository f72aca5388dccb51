"""A private answer, from the draft to the released file: charged once, drawn once, and never given away."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from ecluse_platform.core.audit import Intact
from ecluse_platform.core.privacy.loss import exact_text
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.core.requests import Fault, MachineRefusal, Verdict, sha256_of
from ecluse_platform.core.workflow import State
from ecluse_platform.egress.ports import Answered
from ecluse_platform.egress.services import budget as budgets
from ecluse_platform.egress.services import intake, looking
from ecluse_platform.egress.services.drafts import Draft
from ecluse_platform.egress.services.people import Researcher
from egress_rig.charged import files_of, released, screened, spent
from egress_rig.rig import ONE_STEWARD, ROOT, SQL, Rig, draft, open_rig, private_draft, private_item, steward

ME = Researcher("researcher1", ONE_STEWARD)
REBUILT = "20261124T120000Z-0123abcd"


def test_a_private_answer_leaves_with_its_intervals_and_its_guarantee(rig: Rig) -> None:
    """Charged, then drawn, then reviewed; the files say what one person changes, and how far the noise goes."""
    request = released(rig, private_draft("0.5", cells=1))
    assert rig.actions() == [
        "request_submitted", "screening_started", "privacy_charged", "privacy_answered", "screening_passed",
        "vote_cast", "released",
    ]  # fmt: skip
    [charge] = rig.ledger().charges
    assert (exact_text(charge.loss.amount), charge.request, charge.source) == ("0.5", request.id, "snds")
    files = files_of(rig, request)
    assert files["noised.csv"] == (
        "BEN_SEX_COD,patients,patients__low,patients__high\r\n0,c,c,c\r\n1,21,9,33\r\n2,41,29,53\r\n"
    )
    facts = json.loads(files["release.json"])["tables"][0]["private"]
    assert (facts["epsilon"], facts["loss"], facts["delta"], facts["unit"]) == ("0.5", "0.5", "0", "person")
    assert facts["persons_clipped"] == {"value": "7", "low": "2", "high": "12"}
    for name, words in (("README.md", "ε = 0.5, δ = 0"), ("LISEZMOI.md", "confiance de")):
        assert words in files[name]
        assert "noised.csv" in files[name]
    assert "Compared, person by person" not in files["README.md"]
    assert isinstance(rig.proof(), Intact)


def test_the_log_says_what_was_lost_and_nothing_of_the_question(rig: Rig) -> None:
    """Loss and fingerprint; no SQL, no label and no figure."""
    released(rig, private_draft("0.5"))
    [entry] = [found.entry for found in rig.entries() if found.entry.action.value == "privacy_charged"]
    details = dict(entry.details)
    assert (details["loss"], details["epsilon"], details["accounting"]) == ("0.5", "0.5", "pure")
    assert details["fingerprint_sha256"] == rig.ledger().charges[0].fingerprint
    told = json.dumps([dict(found.entry.details) for found in rig.entries()])
    for secret in ("BEN_SEX_COD", "SELECT", "patients", "Noised", '"41"', ": 41"):
        assert secret not in told


def test_the_same_question_again_is_free_and_has_the_same_answer(rig: Rig) -> None:
    """Whoever of the project asks, however it is written; nothing is drawn for it."""
    first = screened(rig, private_draft("1"))
    drawn = rig.compute.asked
    again = screened(
        rig,
        private_draft("1.0", SQL.replace("SELECT", "select").replace(" FROM", "\n  from") + " -- again", title="Other"),
        "researcher2",
    )
    assert again.state is State.IN_REVIEW, again.refusal or again.fault
    assert first.screening is not None
    assert again.screening is not None
    [one], [two] = first.screening.tables, again.screening.tables
    assert (one.csv_sha256, rig.compute.asked, spent(rig)) == (two.csv_sha256, drawn, ["1"])
    assert one.private is not None
    assert two.private is not None
    assert (one.private.reused, two.private.reused) == (False, True)


def test_another_extract_is_another_question(rig: Rig) -> None:
    """Data that were built anew cost again, in another request; a request itself pays once for a question."""
    first = screened(rig, private_draft("1"))
    rig.compute.extract_version = REBUILT
    screened(rig, private_draft("1"))
    assert spent(rig) == ["1", "1"]
    rig.vote(first.id, "steward1", Verdict.RETURN)
    intake.resubmit(rig.store, rig.bundle, rig.clock(), ME, first.id, private_draft("1"))
    rig.screen()
    assert rig.get(first.id).state is State.IN_REVIEW
    assert spent(rig) == ["1", "1"]


@pytest.mark.parametrize("fault", [Fault.CRASH, Fault.TIMEOUT, Fault.MEMORY, MachineRefusal("query_memory")])
def test_a_failure_after_the_charge_gives_nothing_back_and_charges_nothing_twice(
    rig: Rig, fault: Fault | MachineRefusal
) -> None:
    """Noise may have been drawn: the charge stays, and pays for the answer that comes at last."""
    rig.compute.instead = fault
    request = screened(rig, private_draft("1"))
    assert spent(rig) == ["1"]
    assert rig.ledger().charges[0].answer_sha256 is None
    rig.compute.instead = None
    if request.state is State.RETURNED:
        intake.resubmit(rig.store, rig.bundle, rig.clock(), ME, request.id, private_draft("1"))
    # The extract was built anew meanwhile: it is still the same question of the same request.
    rig.compute.extract_version = REBUILT
    rig.screen()
    after = rig.get(request.id)
    assert after.state is State.IN_REVIEW
    assert after.screening is not None
    assert after.screening.tables[0].extract_version == REBUILT
    assert spent(rig) == ["1"]
    assert rig.ledger().charges[0].answer_version == REBUILT
    assert isinstance(rig.proof(), Intact)


def other_loss(answered: Answered) -> Answered:
    """Say that the answer cost less."""
    said = answered.table.statement.model_copy(update={"amount": "0.1"})
    return replace(answered, table=answered.table.model_copy(update={"statement": said}))


def weaker_rules(answered: Answered) -> Answered:
    """Hide less than the rules hide."""
    return replace(answered, table=answered.table.model_copy(update={"least": 5}))


def other_data(answered: Answered) -> Answered:
    """Answer from another extract than the one that was charged."""
    return replace(answered, extract_version=REBUILT)


def more_cells(answered: Answered) -> Answered:
    """Let a person count in more cells than was planned."""
    said = answered.table.statement.model_copy(update={"cells": 50})
    return replace(answered, table=answered.table.model_copy(update={"statement": said}))


@pytest.mark.parametrize("lie", [other_loss, weaker_rules, other_data, more_cells])
def test_an_answer_that_is_not_what_was_charged_is_not_believed(rig: Rig, lie: Callable[[Answered], Answered]) -> None:
    """It never becomes the stored answer; after three attempts a steward looks into it."""
    rig.compute.drawn = lie
    request = rig.submit_draft(private_draft("1"))
    for _ in range(4):
        rig.screen()
    assert (rig.get(request.id).state, rig.get(request.id).fault) == (State.QUARANTINED, Fault.CRASH)
    assert (spent(rig), rig.ledger().charges[0].answer_sha256) == (["1"], None)


def test_what_does_not_fit_is_refused_before_and_after_it_is_sent(rig: Rig) -> None:
    """Refused when it is sent; if others spent meanwhile, refused when it is screened. Neither costs anything."""
    for number in range(2):
        screened(rig, private_draft("2", cells=number + 1))
    waiting = [rig.submit_draft(private_draft("1", rows=number + 1)) for number in range(10)]
    while rig.screen() is not None:
        pass
    states = [rig.get(request.id).state for request in waiting]
    assert sorted(state.value for state in states) == ["in_review", *["returned"] * 9]
    told = [found.refusal for request in waiting if (found := rig.get(request.id)).refusal is not None]
    assert {refusal.code for refusal in told} == {"yearly_budget_exceeded"}
    assert {tuple(refusal.fields.items()) for refusal in told} == {
        (("requested", "1"), ("remaining", "0"), ("year", "2026"))
    }
    with pytest.raises(Refusal) as refused:
        rig.submit_draft(private_draft("0.000001"))
    assert refused.value.code == "yearly_budget_exceeded"
    assert spent(rig) == ["2", "2", "1"]
    # What was answered before is still free.
    assert screened(rig, private_draft("2", cells=1)).state is State.IN_REVIEW


def test_the_items_of_a_draft_are_priced_together(rig: Rig) -> None:
    """Each alone would fit; the same question twice is one; exact tables cost nothing."""
    ten = [private_item("0.6", rows=number + 1, name=f"t{number}") for number in range(10)]
    asked = Draft.model_validate({"title": "Ten", "purpose": "p", "items": ten})
    with pytest.raises(Refusal) as refused:
        rig.submit_draft(asked)
    assert (refused.value.code, refused.value.fields["requested"]) == ("yearly_budget_exceeded", "6")
    exact = {"kind": "query", "name": "exact", "sql": SQL}
    same = Draft.model_validate({"title": "Same", "purpose": "p", "items": [exact, *[private_item("2")] * 5]})
    request = screened(rig, same)
    assert request.state is State.IN_REVIEW
    assert spent(rig) == ["2"]


def test_exact_tables_are_not_compared_with_noised_ones(rig: Rig) -> None:
    """Neither in one request nor across requests: only exact tables are remembered."""
    mixed = {"kind": "query", "name": "exact", "sql": SQL}
    asked = Draft.model_validate(
        {"title": "Mixed", "purpose": "p", "items": [private_item(), mixed, private_item("2")]}
    )
    request = released(rig, asked)
    assert rig.compute.earlier == ()
    files = files_of(rig, request)
    assert {"noised.csv", "noised-2.csv", "exact.csv"} <= set(files)
    assert files["README.md"].count("noised numbers") == 2
    assert "Compared, person by person" in files["README.md"]
    screened(rig, draft(title="Another"))
    assert [known.item.rsplit("-", 1)[1] for known in rig.compute.earlier] == ["1"]
    shown = intake.preview(rig.store, rig.bundle, rig.clock(), ME, draft())
    assert "2 table(s)" in shown.notes[0].en
    assert intake.preview(rig.store, rig.bundle, rig.clock(), ME, private_draft()).notes == ()


def test_a_vote_covers_what_was_chosen_and_what_it_cost(rig: Rig) -> None:
    """Another epsilon, another bound or another charge is another subject."""
    request = screened(rig, private_draft("1"))
    screening = request.screening
    assert screening is not None
    [table] = screening.tables
    assert table.private is not None
    for change in ({"ask_sha256": "0" * 64}, {"amount": "2"}, {"epsilon": "2"}, {"delta": "1"}, {"fingerprint": "f"}):
        other = replace(table, private=replace(table.private, **change))
        assert replace(screening, tables=(other,)).subject != screening.subject
    assert table.private.ask_sha256 == request.items[0].ask_sha256
    assert table.table_sha256 == rig.ledger().charges[0].answer_sha256


@pytest.fixture
def strict(tmp_path: Path) -> Iterator[Rig]:
    """A service whose policies a test may change."""
    shutil.copytree(ROOT / "policies", tmp_path / "policies")
    with open_rig(tmp_path / "rig", policies=tmp_path / "policies") as opened:
        yield opened


def test_rules_that_became_stricter_hide_more_of_the_same_answer(strict: Rig) -> None:
    """The votes are void and the stored answer is shown under the new threshold: nothing is drawn or charged for it."""
    request = screened(strict, private_draft("1"))
    strict.vote(request.id, "steward1")
    rules = strict.deps.settings.policies / "disclosure" / "snds.yaml"
    text = rules.read_text().replace("threshold_persons: 11", "threshold_persons: 25").replace("high: 11", "high: 25")
    rules.write_text(text)
    drawn = strict.compute.asked
    strict.release()
    assert strict.get(request.id).state is State.SUBMITTED
    strict.screen()
    after = strict.get(request.id)
    assert after.screening is not None
    assert strict.vault.get(after.screening.tables[0].csv_sha256).decode().splitlines()[1:] == [
        "0,c,c,c", "1,c,c,c", "2,41,29,53",
    ]  # fmt: skip
    assert (strict.compute.asked, spent(strict)) == (drawn, ["1"])


def test_a_closed_lane_and_a_missing_profile_are_said(strict: Rig) -> None:
    """Before anything is planned, at the preview already; and again when what was sent is screened."""
    request = strict.submit_draft(private_draft("1"))
    project = strict.deps.settings.policies / "projects" / f"{ONE_STEWARD}.yaml"
    text = project.read_text().replace("[verified_query, private_query]", "[verified_query]")
    project.write_text(text)
    with pytest.raises(Refusal) as refused:
        intake.preview(strict.store, strict.bundle, strict.clock(), ME, private_draft("1"))
    assert refused.value.code == "private_lane_closed"
    strict.screen()
    told = strict.get(request.id).refusal
    assert told is not None
    assert told.code == "private_lane_closed"
    project.write_text(text.replace("[verified_query]", "[private_query]"))
    with pytest.raises(Refusal) as refused:
        strict.submit()
    assert refused.value.code == "lane_closed"
    assert strict.ledger().charges == ()


def test_a_budget_that_was_spent_in_rho_says_why_nothing_is_left_in_epsilon(strict: Rig) -> None:
    """At the preview, when it is sent, and when a steward would raise it; back in rho the project goes on."""
    project = strict.deps.settings.policies / "projects" / f"{ONE_STEWARD}.yaml"
    pure = project.read_text()
    zcdp = pure.replace("privacy: snds", "privacy: snds-zcdp")
    project.write_text(zcdp)
    screened(strict, private_draft("1"))
    project.write_text(pure)
    shown = intake.preview(strict.store, strict.bundle, strict.clock(), ME, private_draft("0.5"))
    assert [note.en for note in shown.notes if "rho" in note.en]
    with pytest.raises(Refusal) as refused:
        strict.submit_draft(private_draft("0.5"))
    assert refused.value.code == "budget_not_countable"
    with pytest.raises(Refusal) as refused:
        budgets.raise_budget(
            strict.store, strict.bundle, strict.clock(), steward("steward1"), ONE_STEWARD, "1", "", "More."
        )
    assert refused.value.code == "budget_not_countable"
    project.write_text(zcdp)
    screened(strict, private_draft("0.5"))
    assert (spent(strict), strict.ledger().grants) == (["0.5", "0.125"], ())


def test_nothing_private_is_released_without_its_charge(rig: Rig) -> None:
    """A screening that speaks of no charge of the ledger is screened again instead of released."""
    request = screened(rig, private_draft("1"))
    screening = request.screening
    assert screening is not None
    [table] = screening.tables
    assert table.private is not None
    forged = replace(table, private=replace(table.private, fingerprint=sha256_of(b"free")))
    with rig.store.writing() as work:
        work.requests.save(
            replace(request, screening=replace(screening, tables=(forged,))), audit=rig.entries()[0].entry
        )
    rig.vote(request.id, "steward1")
    assert [done.state for done in rig.release()] == [State.SUBMITTED]
    rig.screen()
    rig.vote(request.id, "steward1")
    assert [done.state for done in rig.release()] == [State.RELEASED]


def test_a_stored_answer_that_was_changed_is_not_shown(rig: Rig) -> None:
    """It is told by its hash; the request waits for a steward, and nothing new is drawn."""
    screened(rig, private_draft("1"))
    drawn, sha256 = rig.compute.asked, rig.ledger().charges[0].answer_sha256
    stored = rig.deps.settings.vault / str(sha256)
    stored.chmod(0o600)
    stored.write_bytes(b"{}")
    request = rig.submit_draft(private_draft("1", title="Again"))
    for _ in range(4):
        rig.screen()
    assert (rig.get(request.id).state, rig.get(request.id).fault) == (State.QUARANTINED, Fault.STORE)
    assert rig.compute.asked == drawn


def test_people_see_the_noised_table_and_its_price(rig: Rig) -> None:
    """Researchers and stewards alike: there is nothing in it that one of them may not see."""
    request = screened(rig, private_draft("1"))
    theirs = looking.get_for_researcher(rig.store, rig.bundle, rig.clock(), rig.vault, ME, request.id).tables
    stewards = looking.open_for_review(rig.store, rig.bundle, rig.vault, steward("steward1"), request.id).tables
    assert theirs == stewards
    assert theirs[0].table is None
    assert theirs[0].private is not None
    assert theirs[0].private.statement.epsilon == "1"


def test_a_preview_prices_without_spending(rig: Rig) -> None:
    """What each item costs, what remains after it, and whether it fits; asked before, it is free."""
    screened(rig, private_draft("2"))
    items = [private_item("2"), private_item("2", rows=3), private_item("1.5", rows=4), private_item("1", rows=5)]
    asked = Draft.model_validate({"title": "t", "purpose": "p", "items": items})
    shown = intake.preview(rig.store, rig.bundle, rig.clock(), ME, asked)
    told = [item.price for item in shown.items if isinstance(item, intake.PricedItem)]
    assert [(exact_text(p.loss.amount), exact_text(p.remaining.amount), p.fits, p.free) for p in told] == [
        ("2", "8", True, True), ("2", "6", True, False), ("1.5", "6", False, False), ("1", "5", True, False),
    ]  # fmt: skip
    assert shown.budget is not None
    assert shown.budget.standing.spent.amount == Fraction(2)
    assert spent(rig) == ["2"]
