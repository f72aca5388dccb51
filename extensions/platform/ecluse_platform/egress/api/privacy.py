"""What a workspace asks of its project's privacy budget."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from ecluse_platform.core.privacy.ask import Number
from ecluse_platform.egress.api.people import Workspaces
from ecluse_platform.egress.api.private_shapes import Json, budget_json, choice_json
from ecluse_platform.egress.deps import Deps
from ecluse_platform.egress.services.budget import budget_for_workspace
from ecluse_platform.egress.services.drafts import DraftPrivate
from ecluse_platform.egress.services.people import Researcher
from ecluse_platform.egress.services.pricing import Wanted, choose_epsilon


class Precision(BaseModel):
    """A private query, and how precise one of its columns is wanted."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    item: DraftPrivate
    output: Annotated[str, Field(min_length=1, max_length=200)]
    half_width: Annotated[Number, Field(gt=0)]
    of: Annotated[Number | None, Field(gt=0, description="Public size of a cell, for a mean or proportion.")] = None


def add_privacy_routes(router: APIRouter, deps: Deps, workspaces: Workspaces) -> None:
    """Add the routes about the budget to those under ``/api/v1``."""
    who_asks = Depends(workspaces.asking)

    who_sends = Depends(workspaces.sending)

    @router.post("/epsilon")
    def epsilon(wanted: Precision, who: Researcher = who_sends) -> Json:
        bundle, now = deps.policies.current(), deps.clock()
        precision = Wanted(wanted.output, wanted.half_width, wanted.of)
        return choice_json(choose_epsilon(deps.store, bundle, now, who, wanted.item, precision))

    @router.get("/budget")
    def budget(who: Researcher = who_asks) -> Json:
        return budget_json(budget_for_workspace(deps.store, deps.policies.current(), deps.clock(), who))
