"""What a steward does: vote, order another recomputation, reject, comment, revoke."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Response
from fastapi.responses import RedirectResponse

from ecluse_platform.core.refusals import Refusal
from ecluse_platform.core.requests import Audience, Verdict
from ecluse_platform.egress.deps import Deps
from ecluse_platform.egress.services import commenting, voting
from ecluse_platform.egress.services.voting import Ballot
from ecluse_platform.egress.web.door import Door
from ecluse_platform.egress.web.routes.form import Form
from ecluse_platform.egress.web.site import Site


def routes(deps: Deps, door: Door, site: Site) -> APIRouter:
    """Return the routes of a steward's forms; each leads back to the request, so that a reload repeats nothing."""
    router = APIRouter(prefix="/review/{request_id}")
    posts = Depends(door.form)

    @router.post("/vote")
    def vote(request_id: str, form: Form = posts) -> Response:
        visitor, fields = form
        ballot = Ballot(_verdict(fields.get("verdict")), fields.get("subject", ""), fields.get("comment", ""))
        voting.vote(deps.store, visitor.bundle, deps.clock(), visitor.principal, request_id, ballot)
        deps.wake()
        return _back(request_id)

    @router.post("/screen")
    def screen(request_id: str, form: Form = posts) -> Response:
        visitor, _ = form
        voting.order_screening(deps.store, deps.clock(), visitor.bundle, visitor.principal, request_id)
        deps.wake()
        return _back(request_id)

    @router.post("/reject")
    def reject(request_id: str, form: Form = posts) -> Response:
        visitor, fields = form
        voting.reject_quarantined(
            deps.store, deps.clock(), visitor.bundle, visitor.principal, request_id, fields.get("comment", "")
        )
        return _back(request_id)

    @router.post("/comment")
    def comment(request_id: str, form: Form = posts) -> Response:
        visitor, fields = form
        # Unless the author was chosen by name, words stay among stewards.
        audience = Audience.PUBLIC if fields.get("audience") == Audience.PUBLIC.value else Audience.STEWARDS
        commenting.comment_as_steward(
            deps.store, visitor.bundle, deps.clock(), visitor.principal, request_id, fields.get("text", ""), audience
        )
        return _back(request_id)

    @router.post("/revoke")
    def revoke(request_id: str, form: Form = posts) -> Response:
        visitor, fields = form
        voting.revoke(deps.store, deps.clock(), visitor.bundle, visitor.principal, request_id, fields.get("reason", ""))
        return _back(request_id)

    def _back(request_id: str) -> Response:
        return RedirectResponse(f"{site.cookie_path}review/{request_id}", status_code=303)

    return router


def _verdict(value: str | None) -> Verdict:
    try:
        return Verdict(value or "")
    except ValueError as error:
        raise Refusal("choice_needed") from error
