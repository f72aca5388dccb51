from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ecluse_platform.core.requests import (
    Audience,
    Comment,
    ExportRequest,
    Query,
    ScreenedTable,
    Screening,
    Verdict,
    Vote,
)
from ecluse_platform.core.review import (
    comments_seen_by_project,
    comments_seen_by_steward,
    decide,
    votes_seen_by_steward,
)
from ecluse_platform.core.workflow import State

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
H = "0" * 64
A, R, X = Verdict.APPROVE, Verdict.RETURN, Verdict.REJECT
SCREENED = Screening((ScreenedTable("t", H, H, H, "v", 1),), H, H, "c", NOW)


def a_vote(name: str, verdict: Verdict, number: int = 1) -> Vote:
    """Return a vote on the screened bytes."""
    return Vote(name, verdict, number, SCREENED.subject, NOW)


@pytest.mark.parametrize(
    ("verdicts", "needed", "outcome"),
    [
        ((), 1, None),
        ((A,), 1, A),
        ((R,), 1, R),
        ((X,), 1, X),
        ((A,), 2, None),
        ((X,), 2, None),
        ((A, A), 2, A),
        ((A, R), 2, R),
        ((R, X), 2, X),
        ((X, A), 2, X),
        ((A,), 0, None),
    ],
)
def test_the_worst_vote_wins_once_all_are_cast(
    verdicts: tuple[Verdict, ...], needed: int, outcome: Verdict | None
) -> None:
    """Rejection over return over approval; until the last needed vote nothing is decided."""
    votes = [a_vote(f"steward{n}", verdict) for n, verdict in enumerate(verdicts)]
    assert decide(votes, needed) is outcome


def test_one_steward_voting_twice_counts_once() -> None:
    """Two votes of one person are not two people."""
    assert decide([a_vote("steward1", A), a_vote("steward1", A)], 2) is None


def the_request(state: State) -> ExportRequest:
    """Return a request in its second round, on which both stewards have something to say."""
    said = [
        ("steward1", Audience.PUBLIC, 1, "old"),
        ("steward1", Audience.PUBLIC, 2, "mine"),
        ("steward2", Audience.STEWARDS, 2, "private"),
        ("steward2", Audience.PUBLIC, 2, "theirs"),
        ("researcher1", Audience.PUBLIC, 2, "answer"),
    ]
    request = ExportRequest(
        id="r1",
        project="p-one",
        author="researcher1",
        title="t",
        purpose="p",
        items=(Query("t", "s", (), (), ()),),
        idempotency_key="k",
        body_sha256=H,
        created_at=NOW,
        updated_at=NOW,
        state=state,
        round=2,
        screening=SCREENED,
        votes=(a_vote("steward1", R), a_vote("steward2", A, 2)),
    )
    return replace(request, comments=tuple(Comment(who, to, n, text, NOW) for who, to, n, text in said))


def test_while_votes_are_blind_nobody_sees_the_other_vote_nor_the_others_words() -> None:
    """A steward sees their own and what earlier rounds said; the project sees earlier rounds and the author's words."""
    blind = the_request(State.IN_REVIEW)
    assert [(v.steward, v.round) for v in votes_seen_by_steward(blind, "steward1")] == [("steward1", 1)]
    assert [c.text for c in comments_seen_by_steward(blind, "steward1")] == ["old", "mine", "answer"]
    assert [c.text for c in comments_seen_by_project(blind)] == ["old", "answer"]


def test_once_decided_words_are_seen_by_those_they_are_for() -> None:
    """Stewards see everything; the project never sees what stewards say among themselves."""
    decided = the_request(State.RETURNED)
    assert len(votes_seen_by_steward(decided, "steward1")) == 2
    assert len(comments_seen_by_steward(decided, "steward1")) == 5
    assert [c.text for c in comments_seen_by_project(decided)] == ["old", "mine", "theirs", "answer"]
