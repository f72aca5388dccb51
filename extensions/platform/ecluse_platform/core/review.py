"""What votes come to, and who sees whose words while votes are blind."""

from __future__ import annotations

from collections.abc import Sequence

from ecluse_platform.core.requests import Audience, Comment, Decision, ExportRequest, Verdict, Vote
from ecluse_platform.core.workflow import State, Step

# The worst verdict wins; anything unknown could not be a Verdict at all.
_SEVERITY = {Verdict.APPROVE: 0, Verdict.RETURN: 1, Verdict.REJECT: 2}
STEP_OF_VERDICT = {Verdict.APPROVE: Step.APPROVE, Verdict.RETURN: Step.RETURN, Verdict.REJECT: Step.REJECT}


def decide(votes: Sequence[Vote], needed: int) -> Verdict | None:
    """Combine the votes of one round: None until all are cast, then the worst of them.

    A first refusing vote does not close the round: closing it would tell the second steward what the first had said
    whenever the round stays open.
    """
    if needed < 1 or len({vote.steward for vote in votes}) < needed:
        return None
    return max((vote.verdict for vote in votes), key=_SEVERITY.__getitem__)


def decision_of(request: ExportRequest, needed: int) -> Decision | None:
    """Return the decision that a request's current votes make, None while some are missing."""
    votes = request.current_votes
    verdict = decide(votes, needed)
    if verdict is None:
        return None
    last = max(votes, key=lambda vote: vote.at)
    return Decision(verdict, request.round, last.subject, tuple(sorted(v.steward for v in votes)), last.at)


def is_blind(request: ExportRequest) -> bool:
    """Say whether the votes of the current round are still hidden from one another."""
    return request.state is State.IN_REVIEW


def votes_seen_by_steward(request: ExportRequest, steward: str) -> tuple[Vote, ...]:
    """Return the votes a steward may see: one's own at once, the others' when the round is decided."""
    if not is_blind(request):
        return request.votes
    return tuple(v for v in request.votes if v.steward == steward or v.round < request.round)


def comments_seen_by_steward(request: ExportRequest, steward: str) -> tuple[Comment, ...]:
    """Return the comments a steward may see; another steward's words of an undecided round would unblind the vote."""
    if not is_blind(request):
        return request.comments
    mine = {steward, request.author}
    return tuple(c for c in request.comments if c.author in mine or c.round < request.round)


def comments_seen_by_project(request: ExportRequest) -> tuple[Comment, ...]:
    """Return the comments the project may see: public ones, a steward's only when the round is decided."""
    open_round = request.round if is_blind(request) else request.round + 1
    return tuple(
        c
        for c in request.comments
        if c.audience is Audience.PUBLIC and (c.author == request.author or c.round < open_round)
    )
