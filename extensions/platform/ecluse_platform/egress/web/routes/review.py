"""A steward's pages to read: the queue, and one request with everything needed to decide."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request, Response

from ecluse_platform.core.permissions import check_is_steward
from ecluse_platform.core.workflow import Step, is_possible
from ecluse_platform.egress.deps import Deps
from ecluse_platform.egress.services import looking
from ecluse_platform.egress.services.history import compared_with
from ecluse_platform.egress.services.progress import position_of
from ecluse_platform.egress.web.beside import beside
from ecluse_platform.egress.web.door import Door
from ecluse_platform.egress.web.queue import MOST_DECIDED, Tab, tabs_of
from ecluse_platform.egress.web.render import Renderer
from ecluse_platform.egress.web.report import report_of
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
            "reports": [report_of(seen, seen.table) for seen in view.tables if seen.table is not None],
            "compared": 0 if view.request.screening is None else compared_with(view.request.screening),
            "progress": position_of(view.request, deps.compute),
            "other": beside(deps.vault, view.earlier, compare),
            "digest": visitor.bundle.digest,
            "may_revoke": is_possible(view.request.state, Step.REVOKE),
        }
        return renderer.page(request, visitor, "review.html", values)

    return router
