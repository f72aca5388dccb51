"""Errors as answers: every one is a refusal with words, a status and no trace of what went on inside."""

from __future__ import annotations

import re
from collections.abc import Callable

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ecluse_platform.core.refusals import Refusal
from ecluse_platform.egress.settings import PREFIX
from ecluse_platform.egress.statuses import status_of
from ecluse_platform.policyfiles import PolicyError

RefusalPage = Callable[[Request, Refusal, int], Response]
_JSON_PATHS = tuple(f"{PREFIX}/{part}" for part in ("api/", "internal/", "health"))
_FIELD = re.compile(r"[a-z_]{1,20}")
_log = structlog.get_logger()


def refusal_json(refusal: Refusal) -> Response:
    """Return a refusal as the JSON that every client of ours reads."""
    return JSONResponse(refusal.as_json(), status_of(refusal))


def answer_errors(app: FastAPI) -> None:
    """Have an application answer every error as a refusal: JSON for programs, a page for browsers."""

    @app.exception_handler(Refusal)
    def refused(request: Request, refusal: Refusal) -> Response:
        page: RefusalPage | None = getattr(request.app.state, "refusal_page", None)
        if page is None or request.url.path.startswith(_JSON_PATHS):
            return refusal_json(refusal)
        return page(request, refusal, status_of(refusal))

    @app.exception_handler(PolicyError)
    def unreadable(request: Request, error: PolicyError) -> Response:
        _log.error("policies_refused", problems=len(error.problems))
        return refused(request, Refusal("service_unreachable", {"service": "policies"}))

    @app.exception_handler(RequestValidationError)
    def malformed(request: Request, error: RequestValidationError) -> Response:
        return refused(request, Refusal("bad_request", {"field": _field(error)}))

    @app.exception_handler(HTTPException)
    def unknown(request: Request, error: HTTPException) -> Response:
        answer = refused(request, Refusal("not_found"))
        answer.status_code = error.status_code
        return answer


def _field(error: RequestValidationError) -> str:
    """Name the field that is wrong, by our own names only: what was sent is never sent back."""
    names = [part for found in error.errors()[:1] for part in found["loc"] if isinstance(part, str)]
    known = [name for name in names if _FIELD.fullmatch(name)]
    return known[-1] if known else "body"


class Shield:
    """Answers what nobody foresaw with a plain refusal, and logs where it happened without what was in it."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand around an application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass calls through; turn an exception into an answer unless one has begun."""
        begun = False

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as error:  # noqa: BLE001  last line of defence; a trace could quote a value
            _log.error("unforeseen", error=type(error).__name__, where=_where(error))
            if scope["type"] == "http" and not begun:
                await refusal_json(Refusal("internal_error"))(scope, receive, send)


def _where(error: Exception) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return "?" if trace is None else f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}"
