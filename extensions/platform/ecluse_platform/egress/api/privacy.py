"""What a workspace asks of its project's privacy budget."""

from __future__ import annotations

from fastapi import APIRouter, Depends

from ecluse_platform.egress.api.people import Workspaces
from ecluse_platform.egress.api.private_shapes import Json, budget_json
from ecluse_platform.egress.deps import Deps
from ecluse_platform.egress.services.budget import budget_for_workspace
from ecluse_platform.egress.services.people import Researcher


def add_privacy_routes(router: APIRouter, deps: Deps, workspaces: Workspaces) -> None:
    """Add the routes about the budget to those under ``/api/v1``."""
    who_asks = Depends(workspaces.asking)

    @router.get("/budget")
    def budget(who: Researcher = who_asks) -> Json:
        return budget_json(budget_for_workspace(deps.store, deps.policies.current(), deps.clock(), who))
