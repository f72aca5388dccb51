"""The use cases, from a draft to a revoked release, on the real database and vault."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence
from datetime import timedelta

import pytest

from ecluse_platform.core.audit import Intact
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.core.requests import Audience, Fault, MachineRefusal, Verdict, sha256_of
from ecluse_platform.core.workflow import State
from ecluse_platform.egress.ports import Remembered
from ecluse_platform.egress.services import commenting, downloading, intake, looking, voting
from ecluse_platform.egress.services.people import Researcher
from egress_rig.rig import ONE_STEWARD, SQL, TWO_STEWARDS, Rig, steward

ME = Researcher("researcher1", ONE_STEWARD)


def download(rig: Rig, request_id: str, path: str, person: str = "researcher1") -> bytes:
    """Take one released file."""
    return downloading.download(rig.store, rig.bundle, rig.clock(), rig.vault, person, request_id, path).content


def refusal_of(rig: Rig, request_id: str, path: str = "table-1.csv", person: str = "researcher1") -> str:
    """Return why a download is refused."""
    with pytest.raises(Refusal) as refused:
        download(rig, request_id, path, person)
    return refused.value.code


def test_what_leaves_is_what_was_reviewed(rig: Rig) -> None:
    """Protected CSV, words about it, the SQL, a manifest with every hash; nothing about hidden cells but the mark."""
    request = rig.released()
    assert request.state is State.RELEASED
    assert request.screening is not None
    csv = download(rig, request.id, "table-1.csv")
    assert csv == b"BEN_SEX_COD,patients\r\n1,40\r\n2,c\r\n"
    assert sha256_of(csv) == request.screening.tables[0].csv_sha256
    archive = downloading.download_archive(rig.store, rig.bundle, rig.clock(), rig.vault, "researcher2", request.id)
    with zipfile.ZipFile(io.BytesIO(archive.content)) as opened:
        contents = {name.split("/", 1)[1]: opened.read(name) for name in opened.namelist()}
    assert set(contents) == {
        "table-1.csv", "LISEZMOI.md", "README.md", "table-1.sql", "release.json", "ro-crate-metadata.json",
    }  # fmt: skip
    crate = json.loads(contents["ro-crate-metadata.json"])
    hashes = {part["@id"]: part["sha256"] for part in crate["@graph"] if part.get("@type") == "File"}
    assert hashes == {name: sha256_of(content) for name, content in contents.items() if "ro-crate" not in name}
    facts = json.loads(contents["release.json"])
    assert facts["tables"][0]["sql"] == SQL
    assert facts["policy_digest"] == rig.bundle.digest
    everything = b"".join(contents.values())
    assert b"threshold_persons" not in everything
    assert b"steward1" not in everything
    assert "« c »".encode() in contents["LISEZMOI.md"]
    assert rig.actions().count("file_downloaded") == 2


def test_releasing_again_changes_nothing(rig: Rig) -> None:
    """What has left does not leave twice."""
    request = rig.released()
    assert rig.release() == ()
    assert rig.get(request.id) == request
    assert rig.actions().count("released") == 1


def test_two_stewards_vote_blind_and_both_are_needed(rig: Rig) -> None:
    """One approval of two releases nothing, and the second steward does not learn of it."""
    request = rig.submit("researcher2", TWO_STEWARDS)
    rig.screen()
    rig.vote(request.id, "steward1")
    assert rig.release() == ()
    view = looking.open_for_review(rig.store, rig.bundle, rig.vault, steward("steward2"), request.id)
    assert view.votes == ()
    assert (view.votes_cast, view.votes_needed, view.may_vote) == (1, 2, True)
    assert all(event.what != "vote_cast" for event in view.history)
    rig.vote(request.id, "steward2")
    assert [done.state for done in rig.release()] == [State.RELEASED]


def test_a_return_is_answered_with_another_round(rig: Rig) -> None:
    """The author reads why, changes the query, and earlier votes count for nothing."""
    request = rig.submit()
    rig.screen()
    rig.vote(request.id, "steward1", Verdict.RETURN)
    seen = looking.get_for_researcher(rig.store, rig.bundle, rig.clock(), rig.vault, ME, request.id)
    assert [comment.text for comment in seen.comments] == ["Please explain."]
    old = rig.get(request.id).votes[0].subject
    rig.resubmit(request.id, SQL + " -- again")
    rig.screen()
    with pytest.raises(Refusal) as refused:
        rig.vote(request.id, "steward1", subject=old)
    assert refused.value.code == "screened_bytes_changed"
    rig.vote(request.id, "steward1")
    assert [done.round for done in rig.release()] == [2]


@pytest.mark.parametrize(
    ("verdict", "decided"),
    [
        (Verdict.APPROVE, "decided_approved"),
        (Verdict.RETURN, "decided_returned"),
        (Verdict.REJECT, "decided_rejected"),
    ],
)
def test_the_project_reads_the_decision_in_the_history_but_no_vote(rig: Rig, verdict: Verdict, decided: str) -> None:
    """A first vote of two leaves no line; the last one leaves what the round came to, and no steward's name."""
    request = rig.submit("researcher2", TWO_STEWARDS)
    rig.screen()
    author = Researcher("researcher2", TWO_STEWARDS)

    def read() -> list[tuple[str, str | None]]:
        view = looking.get_for_researcher(rig.store, rig.bundle, rig.clock(), rig.vault, author, request.id)
        return [(event.what, event.actor) for event in view.history]

    before = read()
    rig.vote(request.id, "steward1", verdict)
    assert read() == before
    rig.vote(request.id, "steward2")
    assert read() == [*before, (decided, None)]
    assert not {actor for _, actor in read()} & {"steward1", "steward2"}


@pytest.mark.parametrize("text", ["", " \n\t"])
def test_an_empty_comment_is_refused_in_words_about_comments(rig: Rig, text: str) -> None:
    """Whoever writes it, when the browser's own check is passed by."""
    request, one = rig.submit(), steward("steward1")
    with pytest.raises(Refusal) as refused:
        commenting.comment_as_researcher(rig.store, rig.bundle, rig.clock(), ME, request.id, text)
    assert refused.value.code == "comment_needed"
    assert "commentaire" in refused.value.reason.fr
    with pytest.raises(Refusal) as refused:
        commenting.comment_as_steward(rig.store, rig.bundle, rig.clock(), one, request.id, text, Audience.PUBLIC)
    assert refused.value.code == "comment_needed"
    assert rig.get(request.id).comments == ()


def test_a_return_must_say_why(rig: Rig) -> None:
    """And nothing is recorded when it does not."""
    request = rig.submit()
    rig.screen()
    held = rig.get(request.id).screening
    assert held is not None
    ballot = voting.Ballot(Verdict.REJECT, held.subject, "  ")
    with pytest.raises(Refusal) as refused:
        voting.vote(rig.store, rig.bundle, rig.clock(), steward("steward1"), request.id, ballot)
    assert refused.value.code == "comment_needed"
    assert rig.get(request.id).votes == ()


@pytest.mark.parametrize("person", ["researcher1", "researcher2", "projectadmin1", "operator1", "nobody"])
def test_nobody_but_a_steward_reviews(rig: Rig, person: str) -> None:
    """A review scope alone is not enough; the attempt is on record."""
    request = rig.submit()
    rig.screen()
    with pytest.raises(Refusal) as refused:
        rig.vote(request.id, person)
    assert refused.value.code == "not_a_steward"
    with pytest.raises(Refusal):
        looking.open_for_review(rig.store, rig.bundle, rig.vault, steward(person), request.id)
    assert rig.actions()[-1] == "vote_refused"


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Fault.TIMEOUT, "query_timeout"),
        (Fault.COMPARISON, "history_too_slow"),
        (Fault.MEMORY, "query_memory"),
    ],
)
def test_a_query_that_is_too_heavy_goes_back_to_its_author(rig: Rig, fault: Fault, code: str) -> None:
    """With words that say what to change."""
    rig.compute.instead = fault
    request = rig.submit()
    rig.screen()
    after = rig.get(request.id)
    assert after.state is State.RETURNED
    assert after.refusal is not None
    assert after.refusal.as_refusal().code == code


def test_a_refusal_of_the_machine_goes_back_to_its_author(rig: Rig) -> None:
    """Who may change the query and send it again."""
    rig.compute.instead = MachineRefusal("no_extract", {"project": ONE_STEWARD})
    request = rig.submit()
    rig.screen()
    assert rig.get(request.id).state is State.RETURNED
    rig.compute.instead = None
    rig.resubmit(request.id)
    rig.screen()
    assert rig.get(request.id).state is State.IN_REVIEW


def test_an_unknown_fault_is_tried_three_times_then_waits_for_a_steward(rig: Rig) -> None:
    """Who orders another screening, or refuses the request."""
    rig.compute.instead = Fault.CRASH
    request, other = rig.submit(), rig.submit()
    for _ in range(6):
        rig.screen()
    assert rig.screen() is None
    assert {rig.get(made.id).state for made in (request, other)} == {State.QUARANTINED}
    assert rig.compute.asked == 6
    rig.compute.instead = None
    voting.order_screening(rig.store, rig.clock(), rig.bundle, steward("steward1"), request.id)
    rig.screen()
    assert rig.get(request.id).state is State.IN_REVIEW
    voting.reject_quarantined(rig.store, rig.clock(), rig.bundle, steward("steward1"), other.id, "Cannot be computed.")
    assert rig.get(other.id).state is State.REJECTED
    with pytest.raises(Refusal):
        voting.reject_quarantined(rig.store, rig.clock(), rig.bundle, steward("steward1"), request.id, "No.")
    assert rig.get(request.id).state is State.IN_REVIEW


def test_while_the_computing_process_is_away_requests_wait(rig: Rig) -> None:
    """No attempt is counted for what is not the request's fault."""
    rig.compute.away = True
    request = rig.submit()
    assert rig.screen() is None
    assert (rig.get(request.id).state, rig.get(request.id).attempts) == (State.SUBMITTED, 0)


def test_a_request_withdrawn_while_it_is_screened_stays_withdrawn(rig: Rig) -> None:
    """Its result is thrown away."""
    request = rig.submit()
    computed = rig.compute.screen

    def withdraw_then_answer(project: str, sql: str, item: str, earlier: Sequence[Remembered]) -> object:
        intake.withdraw(rig.store, rig.bundle, rig.clock(), ME, request.id)
        return computed(project, sql, item, earlier)

    rig.compute.screen = withdraw_then_answer  # type: ignore[method-assign,assignment]  # the withdrawal comes in between
    rig.screen()
    assert rig.get(request.id).state is State.WITHDRAWN
    assert rig.get(request.id).screening is None


def test_a_file_changed_in_the_vault_is_not_handed_out(rig: Rig) -> None:
    """Neither released nor downloaded, and on record."""
    request = rig.submit()
    rig.screen()
    held = rig.get(request.id).screening
    assert held is not None
    path = rig.deps.settings.vault / held.tables[0].csv_sha256
    path.chmod(0o600)
    path.write_bytes(b"BEN_SEX_COD,patients\r\n1,40\r\n2,3\r\n")
    rig.vote(request.id, "steward1")
    assert [done.state for done in rig.release()] == [State.QUARANTINED]
    assert "file_changed" in rig.actions()
    assert rig.get(request.id).release is None


def test_a_released_file_changed_in_the_vault_is_not_handed_out(rig: Rig) -> None:
    """Every download checks again."""
    request = rig.released()
    assert request.release is not None
    path = rig.deps.settings.vault / request.release.files[0].sha256
    path.chmod(0o600)
    path.write_bytes(b"forged")
    assert refusal_of(rig, request.id) == "file_changed"
    assert rig.actions()[-1] == "file_changed"
    path.unlink()
    assert refusal_of(rig, request.id) == "file_changed"


def test_a_revoked_release_is_not_handed_out(rig: Rig) -> None:
    """The reason stays readable; a researcher cannot revoke."""
    request = rig.released()
    with pytest.raises(Refusal):
        voting.revoke(rig.store, rig.clock(), rig.bundle, steward("researcher1"), request.id, "why not")
    voting.revoke(rig.store, rig.clock(), rig.bundle, steward("steward2"), request.id, "Wrong extract.")
    assert refusal_of(rig, request.id) == "release_revoked"
    assert rig.get(request.id).revocation is not None


@pytest.mark.parametrize(("person", "code"), [("steward1", "unknown_request"), ("nobody", "unknown_request")])
def test_only_members_download(rig: Rig, person: str, code: str) -> None:
    """Not even the steward who approved."""
    assert refusal_of(rig, rig.released().id, person=person) == code


def test_a_path_outside_the_release_is_no_file(rig: Rig) -> None:
    """Names come from the release, never from the address."""
    request = rig.released()
    for path in ("../egress.db", "/etc/passwd", "", "TABLE-1.CSV"):
        assert refusal_of(rig, request.id, path) == "unknown_file"


def test_after_the_permit_nothing_happens(rig: Rig) -> None:
    """No submission, no download, no withdrawal; what was approved waits."""
    request, waiting = rig.released(), rig.submit()
    rig.screen()
    rig.vote(waiting.id, "steward1")
    rig.now[0] += timedelta(days=3000)
    assert refusal_of(rig, request.id) == "permit_expired"
    with pytest.raises(Refusal) as refused:
        rig.submit()
    assert refused.value.code == "permit_expired"
    assert rig.entries()[-1].entry.details == {"refusal": "permit_expired"}
    with pytest.raises(Refusal):
        intake.withdraw(rig.store, rig.bundle, rig.clock(), ME, waiting.id)
    assert rig.release() == ()
    assert rig.get(waiting.id).state is State.APPROVED


def test_an_earlier_release_over_the_same_tables_is_shown_with_a_warning(rig: Rig) -> None:
    """To the steward beside the table, to the researcher before submitting."""
    first, second = rig.released(), rig.submit()
    rig.screen()
    view = looking.open_for_review(rig.store, rig.bundle, rig.vault, steward("steward1"), second.id)
    assert [(e.request.id, e.shared_tables) for e in view.earlier] == [(first.id, ("IR_BEN_R",))]


def test_words_between_stewards_stay_between_them(rig: Rig) -> None:
    """The project reads public words, once the round is decided."""
    request, one = rig.submit(), steward("steward1")
    rig.screen()
    commenting.comment_as_steward(rig.store, rig.bundle, rig.clock(), one, request.id, "Between us", Audience.STEWARDS)
    commenting.comment_as_steward(rig.store, rig.bundle, rig.clock(), one, request.id, "For all", Audience.PUBLIC)
    commenting.comment_as_researcher(rig.store, rig.bundle, rig.clock(), ME, request.id, "Question")

    def read() -> list[str]:
        view = looking.get_for_researcher(rig.store, rig.bundle, rig.clock(), rig.vault, ME, request.id)
        return [comment.text for comment in view.comments]

    assert read() == ["Question"]
    rig.vote(request.id, "steward1")
    assert read() == ["For all", "Question"]


def test_a_request_of_another_project_does_not_exist(rig: Rig) -> None:
    """For a workspace, even of a person who is in both."""
    request = rig.submit("researcher2", TWO_STEWARDS)
    for who in (ME, Researcher("researcher2", ONE_STEWARD)):
        with pytest.raises(Refusal) as refused:
            looking.get_for_researcher(rig.store, rig.bundle, rig.clock(), rig.vault, who, request.id)
        assert refused.value.code == "unknown_request"


def test_the_audit_log_holds_no_sql_no_title_and_no_count(rig: Rig) -> None:
    """Only hashes of what people wrote."""
    rig.released()
    words = " ".join(f"{e.entry.actor} {dict(e.entry.details)}" for e in rig.entries())
    for secret in ("SELECT", "Patients by sex", "Table 1", "40"):
        assert secret not in words.replace(rig.bundle.digest, "").split()
    assert isinstance(rig.proof(), Intact)
