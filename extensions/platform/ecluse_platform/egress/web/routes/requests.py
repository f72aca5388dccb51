"""A researcher's pages: requests of their projects, and what may be done about one."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from ecluse_platform.core.permissions import allowed
from ecluse_platform.core.permit import check_in_force
from ecluse_platform.core.policy.project import MemberRole, Project
from ecluse_platform.core.workflow import Step, is_possible
from ecluse_platform.egress.deps import Deps
from ecluse_platform.egress.services import commenting, intake, looking
from ecluse_platform.egress.services.budget import budget_for_researcher
from ecluse_platform.egress.services.people import Researcher
from ecluse_platform.egress.services.progress import position_of
from ecluse_platform.egress.web.budgetview import BudgetView, budget_view
from ecluse_platform.egress.web.door import Door
from ecluse_platform.egress.web.render import Renderer
from ecluse_platform.egress.web.routes.form import Form
from ecluse_platform.egress.web.site import Site
from ecluse_platform.egress.web.visitor import Visitor


def routes(deps: Deps, door: Door, renderer: Renderer, site: Site) -> APIRouter:
    """Return the routes of researchers."""
    router = APIRouter(prefix="/requests")
    visits = Depends(door.visitor)
    posts = Depends(door.form)

    @router.get("")
    def mine(request: Request, visitor: Visitor = visits) -> Response:
        now = deps.clock()
        who = _researcher(visitor)
        found = looking.list_for_researcher(deps.store, visitor.bundle, now, who)
        groups = [
            {
                "project": project,
                "in_force": allowed(check_in_force, project, now.date()),
                "requests": [asked for asked in found if asked.project == project.id],
                "budget": _budget(deps, visitor, project, now),
            }
            for project in visitor.projects
            if project.role_of(visitor.name) is MemberRole.RESEARCHER
        ]
        return renderer.page(request, visitor, "requests.html", {"groups": groups})

    @router.get("/{request_id}")
    def one(request_id: str, request: Request, visitor: Visitor = visits) -> Response:
        if visitor.is_steward and not visitor.is_researcher:
            # The address that an author passes on; the page of reviews decides who may see what.
            return RedirectResponse(f"{site.cookie_path}review/{request_id}", status_code=303)
        view = looking.get_for_researcher(
            deps.store, visitor.bundle, deps.clock(), deps.vault, _researcher(visitor), request_id
        )
        values = {
            "view": view,
            "may_withdraw": view.may_change and is_possible(view.request.state, Step.WITHDRAW),
            "progress": position_of(view.request, deps.compute),
        }
        return renderer.page(request, visitor, "request.html", values)

    @router.post("/{request_id}/withdraw")
    def withdraw(request_id: str, form: Form = posts) -> Response:
        visitor, _ = form
        asked = intake.withdraw(deps.store, visitor.bundle, deps.clock(), _researcher(visitor), request_id)
        return _back(asked.id)

    @router.post("/{request_id}/comment")
    def comment(request_id: str, form: Form = posts) -> Response:
        visitor, fields = form
        asked = commenting.comment_as_researcher(
            deps.store, visitor.bundle, deps.clock(), _researcher(visitor), request_id, fields.get("text", "")
        )
        return _back(asked.id)

    def _back(request_id: str) -> Response:
        return RedirectResponse(f"{site.cookie_path}requests/{request_id}", status_code=303)

    return router


def _budget(deps: Deps, visitor: Visitor, project: Project, now: datetime) -> BudgetView | None:
    if project.privacy is None or not allowed(check_in_force, project, now.date()):
        return None
    return budget_view(budget_for_researcher(deps.store, visitor.bundle, now, _researcher(visitor), project.id), now)


def _researcher(visitor: Visitor) -> Researcher:
    # A browser session belongs to no workspace: the use cases look at each request's own project.
    return Researcher(visitor.name, None)
