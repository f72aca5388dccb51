"""Privacy budgets: every project's for stewards, who may raise them, and their own project's for researchers."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from ecluse_platform.egress.deps import Deps
from ecluse_platform.egress.services import budget as budgets
from ecluse_platform.egress.services.people import Researcher
from ecluse_platform.egress.web.budgetview import budget_view
from ecluse_platform.egress.web.door import Door
from ecluse_platform.egress.web.render import Renderer
from ecluse_platform.egress.web.routes.form import Form
from ecluse_platform.egress.web.site import Site
from ecluse_platform.egress.web.visitor import Visitor


def routes(deps: Deps, door: Door, renderer: Renderer, site: Site) -> APIRouter:
    """Return the routes of budgets."""
    router = APIRouter(prefix="/budgets")
    visits = Depends(door.visitor)
    posts = Depends(door.form)

    @router.get("")
    def every(request: Request, visitor: Visitor = visits) -> Response:
        now = deps.clock()
        found = budgets.budgets_for_steward(deps.store, visitor.bundle, now, visitor.principal)
        values = {"budgets": [budget_view(budget, now) for budget in found]}
        return renderer.page(request, visitor, "budgets.html", values)

    @router.get("/{project_id}")
    def one(project_id: str, request: Request, visitor: Visitor = visits) -> Response:
        now, bundle = deps.clock(), visitor.bundle
        may_raise = budgets.is_independent_steward(bundle, visitor.principal, project_id)
        if may_raise:
            project = budgets.check_may_raise(bundle, visitor.principal, project_id)
            found = budgets.budget_of_project(deps.store, bundle, now, project)
        else:
            found = budgets.budget_for_researcher(deps.store, bundle, now, Researcher(visitor.name, None), project_id)
        values = {"budget": budget_view(found, now), "may_raise": may_raise}
        return renderer.page(request, visitor, "budget.html", values)

    @router.post("/{project_id}/raise")
    def more(project_id: str, form: Form = posts) -> Response:
        visitor, fields = form
        # People of half the world write decimals with a comma; what the use case takes is exact either way.
        amount, delta = (fields.get(name, "").strip().replace(",", ".") for name in ("amount", "delta"))
        budgets.raise_budget(
            deps.store,
            visitor.bundle,
            deps.clock(),
            visitor.principal,
            project_id,
            amount,
            delta,
            fields.get("reason", ""),
        )
        return RedirectResponse(f"{site.cookie_path}budgets/{project_id}", status_code=303)

    return router
