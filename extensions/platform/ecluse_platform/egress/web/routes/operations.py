"""The operator's page: whether the service is well, and nothing of what it holds."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request, Response

from ecluse_platform.egress.deps import Deps
from ecluse_platform.egress.services import operating
from ecluse_platform.egress.web.door import Door
from ecluse_platform.egress.web.render import Renderer
from ecluse_platform.egress.web.visitor import Visitor
from ecluse_platform.egress.web.wellbeing import Wellbeing


def routes(deps: Deps, door: Door, renderer: Renderer) -> APIRouter:
    """Return the route of operators."""
    router = APIRouter(prefix="/operations")
    visits = Depends(door.visitor)
    wellbeing = Wellbeing(deps)

    @router.get("")
    def show(request: Request, visitor: Visitor = visits) -> Response:
        # The use case refuses anyone but an operator, before anything is asked or read.
        summary = operating.operator_summary(deps.store, visitor.bundle, visitor.name)
        values = {
            "summary": summary,
            "services": wellbeing.services(),
            "chain": wellbeing.chain(),
            "digest": visitor.bundle.digest,
        }
        return renderer.page(request, visitor, "operations.html", values)

    return router
