"""Which language a reader gets: their last choice, French before any."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from fastapi import Request, Response

from ecluse_platform.core.text import Language

COOKIE = "ecluse-lang"
PARAMETER = "lang"
READING = frozenset({"GET", "HEAD"})
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


def page_of_form(request: Request, home: str) -> str:
    """Return the page that a form stands on: the parent of the form's own address, which cannot be read."""
    parent = request.url.path.rpartition("/")[0]
    # Never out of our own pages, whatever address a form was sent to.
    return quote(parent) if parent.startswith(home) else home


def switches(request: Request, home: str) -> dict[Language, str]:
    """Return, per language, the address that shows the same page in it; for a form's answer, the form's page."""
    page = "" if request.method in READING else page_of_form(request, home)
    others = [(k, v) for k, v in request.query_params.multi_items() if k != PARAMETER]
    return {language: f"{page}?{urlencode([*others, (PARAMETER, language.value)])}" for language in Language}
