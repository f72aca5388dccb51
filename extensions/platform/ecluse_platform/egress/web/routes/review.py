"""A steward's pages to read: the queue, and one request with everything needed to decide."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request, Response

from ecluse_platform.core.permissions import check_is_steward
from ecluse_platform.core.workflow import Step, is_possible
from ecluse_platform.egress.deps import Deps
from ecluse_platform.egress.services import looking
from ecluse_platform.egress.services.budget import budget_of_project
from ecluse_platform.egress.services.history import compared_with
from ecluse_platform.egress.services.looking import ReviewView
from ecluse_platform.egress.services.progress import position_of
from ecluse_platform.egress.web.beside import beside
from ecluse_platform.egress.web.budgetview import budget_view
from ecluse_platform.egress.web.door import Door
from ecluse_platform.egress.web.paid import Paid, paid_for
from ecluse_platform.egress.web.queue import MOST_DECIDED, Tab, tabs_of
from ecluse_platform.egress.web.render import Renderer
from ecluse_platform.egress.web.report import Report, report_of
from ecluse_platform.egress.web.visitor import Visitor


def routes(deps: Deps, door: Door, renderer: Renderer) -> APIRouter:
    """Return the routes of the review pages that change nothing."""
    router = APIRouter(prefix="/review")
    visits = Depends(door.visitor)

    @router.get("")
    def queue(request: Request, visitor: Visitor = visits, tab: Tab = Tab.DECIDE) -> Response:
        check_is_steward(visitor.bundle, visitor.principal)
        waiting = looking.queue_for_steward(deps.store, visitor.bundle, visitor.principal)
        decided = looking.decided_for_steward(deps.store, visitor.bundle, visitor.principal)
        values = {
            "tabs": tabs_of(waiting, decided),
            "tab": tab,
            "projects": visitor.bundle.projects,
            "most": MOST_DECIDED,
        }
        return renderer.page(request, visitor, "queue.html", values)

    @router.get("/{request_id}")
    def one(
        request_id: str,
        request: Request,
        visitor: Visitor = visits,
        compare: str = "",
    ) -> Response:
        view = looking.open_for_review(deps.store, visitor.bundle, deps.vault, visitor.principal, request_id)
        values = {
            "view": view,
            "reports": _reports(deps, visitor, view),
            "compared": 0 if view.request.screening is None else compared_with(view.request.screening),
            "progress": position_of(view.request, deps.compute),
            "other": beside(deps.vault, view.earlier, compare),
            "digest": visitor.bundle.digest,
            "may_revoke": is_possible(view.request.state, Step.REVOKE),
        }
        return renderer.page(request, visitor, "review.html", values)

    return router


def _reports(deps: Deps, visitor: Visitor, view: ReviewView) -> list[Report | Paid]:
    """Return what to know of each table, in order: how an exact one is protected, what a private one cost."""
    now, project = deps.clock(), view.project
    budget = None
    if project.privacy is not None and any(seen.private is not None for seen in view.tables):
        budget = budget_view(budget_of_project(deps.store, visitor.bundle, now, project), now)
    found: list[Report | Paid] = []
    for seen in view.tables:
        if seen.table is not None:
            found.append(report_of(seen, seen.table))
        if seen.private is not None:
            found.append(paid_for(seen, seen.private, budget))
    return found
