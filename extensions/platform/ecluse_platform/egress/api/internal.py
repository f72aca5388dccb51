"""What other services ask: the hub reports events, anyone on the control network asks for health."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request, status
from pydantic import BaseModel, ConfigDict, Field, StrictInt, StrictStr

from ecluse_platform.egress.api.people import check_is_hub
from ecluse_platform.egress.api.shapes import Json
from ecluse_platform.egress.deps import Deps
from ecluse_platform.egress.services.operating import record_hub_event


class HubEvent(BaseModel):
    """An event of a person's session or workspace."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    action: Annotated[str, Field(max_length=64)]
    actor: Annotated[str, Field(max_length=64)]
    project: Annotated[str | None, Field(max_length=64)] = None
    details: Annotated[dict[str, StrictStr | StrictInt], Field(max_length=20)] = {}


def internal_router(deps: Deps) -> APIRouter:
    """Return the routes that no browser and no workspace can use."""
    router = APIRouter()

    @router.post("/internal/audit", status_code=status.HTTP_204_NO_CONTENT)
    def audit(request: Request, event: HubEvent) -> None:
        check_is_hub(request, deps.settings.hub_audit_token)
        record_hub_event(deps.store, event.action, event.actor, event.project, event.details)

    @router.get("/health")
    def health() -> Json:
        with deps.store.reading() as reading:
            return {"status": "ok", "audit_entries": reading.audit.count()}

    return router
