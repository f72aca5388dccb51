"""Refusals as browsers receive them: JSON for programs, a small page in both languages for people."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from importlib.resources import files

from aiohttp import web

from ecluse_platform.core.refusals import Refusal
from ecluse_platform.core.text import Language
from ecluse_platform.gateway.headers import cookie_pairs

LANGUAGE_COOKIE = "ecluse-lang"
_STATUS: Mapping[str, int] = {
    "gateway_unclear_address": 400,
    "not_authenticated": 401,
    "unknown_project": 404,
    "gateway_body_too_large": 413,
    "gateway_daily_limit": 429,
    "gateway_answer_refused": 502,
    "gateway_stopped": 503,
    "service_unreachable": 503,
}
_REFUSED = 403
_PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_PAGE = """<!doctype html>
<html lang="fr"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · Écluse</title><link rel="stylesheet" href="{assets}ecluse.css">
<link rel="icon" type="image/svg+xml" href="{assets}logo.svg"></head>
<body><header class="masthead"><div class="masthead-inner"><a class="brand" href="{home}">
<img src="{assets}logo.svg" alt="" width="40" height="40"><span><span class="brand-name">Écluse</span></span></a>
</div></header><main id="main" class="main narrow" tabindex="-1">
{sections}
</main></body></html>
"""
_SECTION = """<section lang="{lang}"><h1>{title}</h1>
<div class="notice notice-stop"><p>{reason}</p><p>{step}</p></div>
<p class="actions"><a class="button" href="{home}">{link}</a></p></section>"""
_TITLES = {Language.FR: "Accès refusé", Language.EN: "Access refused"}
_STOPPED_TITLES = {Language.FR: "Espace de travail arrêté", Language.EN: "Workspace stopped"}
_LINKS = {Language.FR: "Mes projets", Language.EN: "My projects"}


def status_of(refusal: Refusal) -> int:
    """Return the HTTP status of a refusal."""
    return _STATUS.get(refusal.code, _REFUSED)


def language_of(headers: Mapping[str, str]) -> Language:
    """Return the reader's language: the choice made on our pages, else the browser's, else French."""
    chosen = dict(cookie_pairs(headers.get("Cookie", ""))).get(LANGUAGE_COOKIE)
    if chosen in set(Language):
        return Language(chosen)
    return Language.EN if headers.get("Accept-Language", "").lower().startswith("en") else Language.FR


def wants_page(headers: Mapping[str, str]) -> bool:
    """Say whether a person is looking: a navigation, not a call by a program."""
    if headers.get("Sec-Fetch-Mode", "navigate") != "navigate":
        return False
    return "text/html" in headers.get("Accept", "")


def refusal_as_json(refusal: Refusal, language: Language) -> web.Response:
    """Answer a program; ``message`` is the key that JupyterLab shows in its dialogs."""
    message = f"{refusal.reason.in_language(language)} {refusal.next_step.in_language(language)}"
    return web.Response(
        status=status_of(refusal),
        text=json.dumps(refusal.as_json() | {"message": message}, ensure_ascii=False),
        content_type="application/json",
        headers={"Cache-Control": "no-store"},
    )


def refusal_as_page(refusal: Refusal, language: Language, assets: str, home: str) -> web.Response:
    """Answer a person, in their language first and in the other one below."""
    titles = _STOPPED_TITLES if refusal.code == "gateway_stopped" else _TITLES
    sections = (
        _SECTION.format(
            lang=one.value,
            title=titles[one],
            reason=html.escape(refusal.reason.in_language(one)),
            step=html.escape(refusal.next_step.in_language(one)),
            home=html.escape(home),
            link=_LINKS[one],
        )
        for one in sorted(Language, key=lambda one: one is not language)
    )
    page = _PAGE.format(
        title=titles[language], assets=html.escape(assets), home=html.escape(home), sections="\n".join(sections)
    )
    return web.Response(
        status=status_of(refusal),
        text=page,
        content_type="text/html",
        headers={"Cache-Control": "no-store", "Content-Security-Policy": _PAGE_POLICY},
    )


def asset(name: str) -> web.Response:
    """Serve the stylesheet or the logo of these pages."""
    media = {"ecluse.css": "text/css", "logo.svg": "image/svg+xml"}[name]
    body = files("ecluse_platform.design").joinpath(name).read_bytes()
    return web.Response(body=body, content_type=media, headers={"Cache-Control": "max-age=3600"})
