"""What people may look at: a researcher's requests, a steward's queue, one request open for review."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from ecluse_platform.core.disclosure.table import ProtectedTable
from ecluse_platform.core.identity import Principal
from ecluse_platform.core.permissions import (
    allowed,
    check_is_steward,
    check_may_change,
    check_may_review,
    check_may_vote,
)
from ecluse_platform.core.permit import check_may_work
from ecluse_platform.core.policy.bundle import PolicyBundle
from ecluse_platform.core.policy.disclosure import DisclosureProfile
from ecluse_platform.core.policy.project import Project
from ecluse_platform.core.privacy.answer import PrivateTable
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.core.requests import Comment, ExportRequest, Query, ScreenedTable, Vote
from ecluse_platform.core.review import (
    comments_seen_by_project,
    comments_seen_by_steward,
    votes_seen_by_steward,
)
from ecluse_platform.core.text import Text
from ecluse_platform.core.workflow import State
from ecluse_platform.egress.ports import Store, Vault
from ecluse_platform.egress.services.histories import Event, seen_by_project, seen_by_steward
from ecluse_platform.egress.services.history import EarlierRelease, counting, earlier_releases, named
from ecluse_platform.egress.services.next_steps import next_step
from ecluse_platform.egress.services.people import Researcher, seen

_QUEUE = frozenset({State.IN_REVIEW, State.QUARANTINED})
_DECIDED = frozenset({State.APPROVED, State.RELEASED, State.REVOKED, State.REJECTED, State.RETURNED})


@dataclass(frozen=True)
class SeenTable:
    """One table of a request: its query, what was screened, and the table as its reader may see it.

    It is either exact and protected (``table``) or noised (``private``).
    """

    query: Query
    screened: ScreenedTable
    table: ProtectedTable | None
    because: tuple[tuple[str, int], ...]
    private: PrivateTable | None = None

    def for_researchers(self) -> SeenTable:
        """Return what the project may see: not which cells are hidden for themselves."""
        return replace(self, table=None if self.table is None else self.table.for_researchers())


@dataclass(frozen=True)
class ResearcherView:
    """A request as the project sees it."""

    request: ExportRequest
    project: Project
    comments: tuple[Comment, ...]
    may_change: bool
    next_step: Text
    history: tuple[Event, ...]
    tables: tuple[SeenTable, ...]


@dataclass(frozen=True)
class QueueItem:
    """A request that waits for stewards, as one of them sees it."""

    request: ExportRequest
    my_vote: Vote | None
    votes_cast: int
    votes_needed: int


@dataclass(frozen=True)
class ReviewView:
    """A request open for review, as one steward sees it; without ``tables`` nothing was screened in this round."""

    request: ExportRequest
    project: Project
    profile: DisclosureProfile
    tables: tuple[SeenTable, ...]
    votes: tuple[Vote, ...]
    comments: tuple[Comment, ...]
    votes_cast: int
    votes_needed: int
    may_vote: bool
    vote_refusal: Refusal | None
    earlier: tuple[EarlierRelease, ...]
    history: tuple[Event, ...]


def list_for_researcher(
    store: Store, bundle: PolicyBundle, now: datetime, who: Researcher
) -> tuple[ExportRequest, ...]:
    """Return the requests of the researcher's projects whose permit is in force, newest first."""
    if who.project is not None:
        projects = [check_may_work(bundle, who.name, who.project, now.date())]
    else:
        theirs = bundle.projects_of(who.name)
        projects = [p for p in theirs if allowed(check_may_work, bundle, who.name, p.id, now.date())]
    with store.reading() as reading:
        found = [request for project in projects for request in reading.requests.of_project(project.id)]
    return tuple(sorted(found, key=lambda request: request.created_at, reverse=True))


def get_for_researcher(
    store: Store, bundle: PolicyBundle, now: datetime, vault: Vault, who: Researcher, request_id: str
) -> ResearcherView:
    """Return one request of the researcher's project, with the words, steps and tables that the project may know.

    A table is there as soon as it is protected; which of its hidden cells are hidden for themselves is not said.
    """
    with store.reading() as reading:
        request = seen(reading.requests, bundle, now, who, request_id)
        history = seen_by_project(reading.audit.of_request(request.id))
        counts = counting(reading.requests, request.project, request.id)
    return ResearcherView(
        request=request,
        project=check_may_work(bundle, who.name, request.project, now.date()),
        comments=comments_seen_by_project(request),
        may_change=allowed(check_may_change, bundle, who.name, request, now.date()),
        next_step=next_step(request),
        history=history,
        tables=tuple(known.for_researchers() for known in tables_of(request, vault, counts)),
    )


def queue_for_steward(store: Store, bundle: PolicyBundle, principal: Principal) -> tuple[QueueItem, ...]:
    """Return what waits for stewards and this one may review, the longest wait first."""
    return tuple(
        QueueItem(
            request=request,
            my_vote=next((v for v in request.current_votes if v.steward == principal.name), None),
            votes_cast=len(request.current_votes),
            votes_needed=bundle.projects[request.project].release.stewards,
        )
        for request in _reviewable(store, bundle, principal, _QUEUE)
    )


def decided_for_steward(store: Store, bundle: PolicyBundle, principal: Principal) -> tuple[ExportRequest, ...]:
    """Return what was decided on projects that this steward may review, newest first."""
    return tuple(reversed(_reviewable(store, bundle, principal, _DECIDED)))


def open_for_review(
    store: Store, bundle: PolicyBundle, vault: Vault, principal: Principal, request_id: str
) -> ReviewView:
    """Return all that a steward needs to decide, and nothing that would unblind the votes."""
    with store.reading() as reading:
        request = reading.requests.get(request_id)
        project = check_may_review(bundle, principal, request)
        counts = counting(reading.requests, request.project, request.id)
        earlier = earlier_releases(reading.requests, request.project, request.tables, request.id)
        history = seen_by_steward(request, principal.name, reading.audit.of_request(request.id))
    subject = "" if request.screening is None else request.screening.subject
    refusal = _vote_refusal(bundle, principal, request, subject)
    return ReviewView(
        request=request,
        project=project,
        profile=bundle.profile_of(project),
        tables=tables_of(request, vault, counts),
        votes=votes_seen_by_steward(request, principal.name),
        comments=comments_seen_by_steward(request, principal.name),
        votes_cast=len(request.current_votes),
        votes_needed=project.release.stewards,
        may_vote=refusal is None,
        vote_refusal=refusal,
        earlier=earlier,
        history=history,
    )


def _reviewable(
    store: Store, bundle: PolicyBundle, principal: Principal, states: frozenset[State]
) -> tuple[ExportRequest, ...]:
    check_is_steward(bundle, principal)
    with store.reading() as reading:
        found = reading.requests.in_states(states)
    return tuple(request for request in found if allowed(check_may_review, bundle, principal, request))


def _vote_refusal(bundle: PolicyBundle, principal: Principal, request: ExportRequest, subject: str) -> Refusal | None:
    try:
        check_may_vote(bundle, principal, request, subject)
    except Refusal as refusal:
        return refusal
    return None


def tables_of(request: ExportRequest, vault: Vault, others: tuple[ExportRequest, ...]) -> tuple[SeenTable, ...]:
    """Return the tables of a request as screened; ``others`` are the requests that they may have been compared with."""
    if request.screening is None:
        return ()
    return tuple(
        _seen(query, table, vault, (*others, request))
        for query, table in zip(request.items, request.screening.tables, strict=True)
    )


def _seen(query: Query, screened: ScreenedTable, vault: Vault, known: tuple[ExportRequest, ...]) -> SeenTable:
    content = vault.get(screened.table_sha256)
    if screened.private is not None:
        return SeenTable(query, screened, None, (), PrivateTable.model_validate_json(content))
    because = tuple((named(table.item, known), len(table.rows)) for table in screened.compared if table.rows)
    return SeenTable(query, screened, ProtectedTable.model_validate_json(content), because)
