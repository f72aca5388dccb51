"""Reading forms: bounded, from our own pages only, and only with the session's anti-forgery token."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from urllib.parse import parse_qsl

from fastapi import Request

from ecluse_platform.core.refusals import Refusal
from ecluse_platform.egress.web.sessions import Session

CSRF_FIELD = "csrf"
_FORM = "application/x-www-form-urlencoded"
_MOST_BYTES = 64 * 1024
_MOST_FIELDS = 20


async def read_form(request: Request, session: Session, origin: str) -> Mapping[str, str]:
    """Return the fields of a form that this session's own page sent; refuse any other."""
    _check_origin(request, origin)
    fields = dict(_parsed(request, await _body(request)))
    token = fields.pop(CSRF_FIELD, "")
    if not secrets.compare_digest(token.encode(), session.csrf.encode()):
        raise Refusal("form_expired")
    return fields


def _check_origin(request: Request, origin: str) -> None:
    sent = request.headers.get("origin")
    if sent is not None and sent != origin:
        raise Refusal("form_expired")


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MOST_BYTES:
            raise Refusal("form_unreadable")
    return bytes(body)


def _parsed(request: Request, body: bytes) -> list[tuple[str, str]]:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        raise Refusal("form_unreadable")
    try:
        return parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            max_num_fields=_MOST_FIELDS,
            encoding="utf-8",
            errors="strict",
        )
    except ValueError as error:
        raise Refusal("form_unreadable") from error
