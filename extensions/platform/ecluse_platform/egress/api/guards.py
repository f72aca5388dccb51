"""What stands before every handler: a bound on bodies."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ecluse_platform.core.refusals import Refusal
from ecluse_platform.egress.api.errors import refusal_json

LONGEST_BODY = 128 * 1024


class BodyLimit:
    """Refuses bodies that are too large, by what they say and by what they are, before any handler runs."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand around an application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read a body up to the bound, then pass the call on with it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body = await _read(scope, receive)
        if body is None:
            await refusal_json(Refusal("too_large"))(scope, receive, send)
            return
        given = False

        async def replay() -> Message:
            nonlocal given
            if given:
                return await receive()
            given = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self._app(scope, replay, send)


async def _read(scope: Scope, receive: Receive) -> bytes | None:
    """Return the whole body, None when it is longer than the bound; a caller who left sent what came so far."""
    said = Headers(scope=scope).get("content-length", "0")
    if not said.isdecimal() or int(said) > LONGEST_BODY:
        return None
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > LONGEST_BODY:
            return None
        if message["type"] == "http.disconnect" or not message.get("more_body", False):
            return bytes(body)
