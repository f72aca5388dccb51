"""The pages as one application of their own, with their own headers and their own way of saying no."""

from __future__ import annotations

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from ecluse_platform.core.refusals import Refusal
from ecluse_platform.core.text import Text
from ecluse_platform.egress.deps import Deps
from ecluse_platform.egress.headers import PAGE_HEADERS, StrictHeaders
from ecluse_platform.egress.statuses import status_of
from ecluse_platform.egress.web.door import Door
from ecluse_platform.egress.web.hubtoken import HubTokens
from ecluse_platform.egress.web.messages import Messages
from ecluse_platform.egress.web.render import Renderer
from ecluse_platform.egress.web.routes import budgets, files, login, operations, requests, review, votes
from ecluse_platform.egress.web.sessions import Sessions
from ecluse_platform.egress.web.site import Site
from ecluse_platform.egress.web.visitor import LoginNeeded
from ecluse_platform.policyfiles import PolicyError


def add_pages(app: FastAPI, deps: Deps) -> None:
    """Put the pages under the service's address; to be called after every other route is in place."""
    site = Site(url=deps.settings.egress_url, hub_url=deps.settings.public_url)
    renderer = Renderer(site, deps.clock, lambda: _platform_title(deps))
    tokens = HubTokens(deps.settings.hub_api_url, deps.settings.hub_token)
    door = Door(deps, site, Sessions(lambda: deps.clock().timestamp()), tokens)
    messages = Messages(renderer, door, site.cookie_path)
    pages = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    for router in (
        login.routes(door, renderer, site),
        files.routes(deps, door),
        requests.routes(deps, door, renderer, site),
        review.routes(deps, door, renderer),
        votes.routes(deps, door, site),
        budgets.routes(deps, door, renderer, site),
        operations.routes(deps, door, renderer),
    ):
        pages.include_router(router)
    _answer_errors(pages, door, messages)
    # Around the whole application, so that even the answer to a crash carries the headers.
    app.mount(site.prefix, StrictHeaders(pages, PAGE_HEADERS))

    def refusal_page(request: Request, refusal: Refusal, status: int) -> Response:
        page = messages.refused(request, refusal, status)
        page.headers.update(PAGE_HEADERS)
        return page

    # For addresses outside the pages, where the service's own, stricter headers would take the look away.
    app.state.refusal_page = refusal_page


def _answer_errors(pages: FastAPI, door: Door, messages: Messages) -> None:
    @pages.exception_handler(LoginNeeded)
    def log_in(request: Request, _error: Exception) -> Response:
        return door.begin(request) if request.method == "GET" else messages.login_needed(request)

    @pages.exception_handler(Refusal)
    def refuse(request: Request, error: Exception) -> Response:
        refusal = error if isinstance(error, Refusal) else Refusal("internal_error")
        return messages.refused(request, refusal, status_of(refusal))

    @pages.exception_handler(PolicyError)
    def distrust(request: Request, _error: Exception) -> Response:
        refusal = Refusal("service_unreachable", {"service": "policies"})
        return messages.refused(request, refusal, status_of(refusal))

    @pages.exception_handler(HTTPException)
    def miss(request: Request, error: Exception) -> Response:
        return messages.missing(request, error.status_code if isinstance(error, HTTPException) else 404)

    @pages.exception_handler(RequestValidationError)
    def misread(request: Request, _error: Exception) -> Response:
        return messages.missing(request, 404)

    @pages.exception_handler(Exception)
    def fail(request: Request, _error: Exception) -> Response:
        return messages.failed(request)


def _platform_title(deps: Deps) -> Text | None:
    try:
        return deps.policies.current().platform.title
    except PolicyError:
        # Unreadable policies must not keep the page that says so from being drawn.
        return None
