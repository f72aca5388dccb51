"""Which language a reader gets: their last choice, French before any."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import Request, Response

from ecluse_platform.core.text import Language

COOKIE = "ecluse-lang"
PARAMETER = "lang"
_YEAR = 365 * 24 * 3600


def language_of(request: Request) -> Language:
    """Return the language asked in the address, else the one remembered, else French."""
    for value in (request.query_params.get(PARAMETER), request.cookies.get(COOKIE)):
        if value in set(Language):
            return Language(value)
    return Language.FR


def remember(request: Request, response: Response, path: str, *, secure: bool) -> None:
    """Keep a choice made in the address for the next pages."""
    if request.query_params.get(PARAMETER) in set(Language):
        response.set_cookie(
            COOKIE, language_of(request).value, max_age=_YEAR, path=path, httponly=True, samesite="lax", secure=secure
        )


def switches(request: Request) -> dict[Language, str]:
    """Return, per language, the query string that shows the same page in it."""
    others = [(k, v) for k, v in request.query_params.multi_items() if k != PARAMETER]
    return {language: "?" + urlencode([*others, (PARAMETER, language.value)]) for language in Language}
