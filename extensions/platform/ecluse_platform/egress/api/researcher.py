"""The researcher's interface, called from a workspace through the gateway."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Response, status

from ecluse_platform.core.permit import check_may_work
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.egress.api.people import Workspaces
from ecluse_platform.egress.api.privacy import add_privacy_routes
from ecluse_platform.egress.api.shapes import (
    Json,
    preview_json,
    progress_json,
    request_json,
    rules_json,
    tables_json,
)
from ecluse_platform.egress.deps import Deps
from ecluse_platform.egress.services import intake, looking
from ecluse_platform.egress.services.drafts import Draft
from ecluse_platform.egress.services.people import Researcher
from ecluse_platform.egress.services.progress import position_of


def researcher_router(deps: Deps) -> APIRouter:
    """Return the routes under ``/api/v1``; each is one use case."""
    router = APIRouter()
    workspaces = Workspaces(deps)
    who_asks = Depends(workspaces.asking)
    who_sends = Depends(workspaces.sending)
    url = deps.settings.egress_url

    @router.post("/preview")
    def preview(draft: Draft, who: Researcher = who_sends) -> Json:
        return preview_json(intake.preview(deps.store, deps.policies.current(), deps.clock(), who, draft))

    @router.post("/requests")
    def submit(
        draft: Draft,
        response: Response,
        who: Researcher = who_sends,
        idempotency_key: Annotated[str, Header()] = "",
    ) -> Json:
        bundle = deps.policies.current()
        done = intake.submit(deps.store, bundle, deps.clock(), deps.new_id, who, draft, idempotency_key)
        response.status_code = status.HTTP_201_CREATED if done.created else status.HTTP_200_OK
        deps.wake()
        return request_json(done.request, url)

    @router.get("/requests")
    def requests(who: Researcher = who_asks) -> list[Json]:
        found = looking.list_for_researcher(deps.store, deps.policies.current(), deps.clock(), who)
        return [request_json(request, url) for request in found]

    @router.get("/requests/{request_id}")
    def request(request_id: str, who: Researcher = who_asks) -> Json:
        view = looking.get_for_researcher(
            deps.store, deps.policies.current(), deps.clock(), deps.vault, who, request_id
        )
        progress = progress_json(position_of(view.request, deps.compute))
        return {**request_json(view.request, url), "progress": progress}

    @router.get("/requests/{request_id}/tables")
    def tables(request_id: str, who: Researcher = who_asks) -> list[Json]:
        view = looking.get_for_researcher(
            deps.store, deps.policies.current(), deps.clock(), deps.vault, who, request_id
        )
        mark = "" if view.request.screening is None else view.request.screening.mark
        return tables_json(view.tables, mark)

    @router.post("/requests/{request_id}/withdraw")
    def withdraw(request_id: str, who: Researcher = who_sends) -> Json:
        bundle = deps.policies.current()
        return request_json(intake.withdraw(deps.store, bundle, deps.clock(), who, request_id), url)

    @router.post("/requests/{request_id}/resubmit")
    def resubmit(request_id: str, draft: Draft, who: Researcher = who_sends) -> Json:
        bundle = deps.policies.current()
        again = intake.resubmit(deps.store, bundle, deps.clock(), who, request_id, draft)
        deps.wake()
        return request_json(again, url)

    @router.get("/rules")
    def rules(who: Researcher = who_asks) -> Json:
        bundle = deps.policies.current()
        if who.project is None:
            raise Refusal("no_workspace_token")
        project = check_may_work(bundle, who.name, who.project, deps.clock().date())
        return rules_json(project, bundle.profile_of(project), bundle.privacy_of(project))

    add_privacy_routes(router, deps, workspaces)
    return router
