"""Pages that say no, or that nothing is there: a reason, a next step, and no detail of the inside."""

from __future__ import annotations

from fastapi import Request, Response

from ecluse_platform.core.refusals import Refusal
from ecluse_platform.egress.web.door import Door
from ecluse_platform.egress.web.language import READING, page_of_form
from ecluse_platform.egress.web.render import Renderer
from ecluse_platform.egress.web.visitor import LoginNeeded, Visitor
from ecluse_platform.policyfiles import PolicyError

_MISSING = 404
_FAULT = 500
_UNAUTHENTICATED = 401
# Answers to a form after which there is no page to open again, or none before a login.
_NO_PAGE = frozenset({_UNAUTHENTICATED, _MISSING, 405})


class Messages:
    """Draws refusals and errors inside the usual frame, or in a bare one when nobody can be recognised."""

    def __init__(self, renderer: Renderer, door: Door, home: str) -> None:
        self._renderer = renderer
        self._door = door
        self._home = home

    def refused(self, request: Request, refusal: Refusal, status: int) -> Response:
        """Say why and what to do next."""
        return self._page(request, self._visitor(request), "message.refused", refusal, status)

    def login_needed(self, request: Request) -> Response:
        """Ask for a login; a form sent without one is lost, and the page says so by asking to do it again."""
        return self._page(request, None, "message.login", Refusal("not_authenticated"), _UNAUTHENTICATED)

    def missing(self, request: Request, status: int) -> Response:
        """Say that nothing is at this address, or not for this method."""
        return self._page(request, self._visitor(request), "message.missing", Refusal("not_found"), status)

    def failed(self, request: Request) -> Response:
        """Say that something broke, and nothing about what."""
        return self._page(request, None, "message.fault", Refusal("internal_error"), _FAULT)

    def _page(self, request: Request, visitor: Visitor | None, title: str, refusal: Refusal, status: int) -> Response:
        reading = request.method in READING
        page = "" if reading else page_of_form(request, self._home)
        values = {
            "title": title,
            "refusal": refusal,
            # A page that broke may work again; a form's page can be read unless nothing is there for this person.
            "reopen": page if (status >= _FAULT if reading else status not in _NO_PAGE) else None,
            "login": page if status == _UNAUTHENTICATED and not reading else self._home,
        }
        return self._renderer.page(request, visitor, "message.html", values, status)

    def _visitor(self, request: Request) -> Visitor | None:
        try:
            return self._door.visitor(request)
        except (LoginNeeded, Refusal, PolicyError):
            return None
