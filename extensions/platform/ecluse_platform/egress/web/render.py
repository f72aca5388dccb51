"""Turning values into pages: one template environment in which everything is escaped and nothing may be missing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime
from importlib import resources
from pathlib import Path

from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ecluse_platform.core.text import Text
from ecluse_platform.egress.web import language
from ecluse_platform.egress.web.forms import CSRF_FIELD
from ecluse_platform.egress.web.reader import Reader
from ecluse_platform.egress.web.site import Site
from ecluse_platform.egress.web.sqlview import coloured
from ecluse_platform.egress.web.visible import visible, visible_lines
from ecluse_platform.egress.web.visitor import Visitor

STYLESHEET = "ecluse.css"
_TEMPLATES = Path(__file__).parent / "templates"


class Renderer:
    """Renders every page of the service, in the language of whoever asks."""

    def __init__(self, site: Site, clock: Callable[[], datetime], title: Callable[[], Text | None]) -> None:
        self._site = site
        self._clock = clock
        self._title = title
        self._environment = Environment(
            loader=FileSystemLoader(_TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters.update(visible=visible, visible_lines=visible_lines, sql=coloured)
        # The address changes with the content, so that browsers may keep the file for good.
        sheet = resources.files("ecluse_platform.design").joinpath(STYLESHEET).read_bytes()
        self._environment.globals.update(
            root=site.prefix, site=site, csrf_field=CSRF_FIELD, style_version=hashlib.sha256(sheet).hexdigest()[:12]
        )

    def page(
        self, request: Request, visitor: Visitor | None, template: str, values: Mapping[str, object], status: int = 200
    ) -> Response:
        """Render one page and remember the language if the address chose one."""
        reader = Reader(language.language_of(request), self._clock())
        html = self._environment.get_template(template).render(
            {
                **values,
                "t": reader.words,
                "tn": reader.counted,
                "say": reader.text,
                "number": reader.number,
                "figure": reader.figure,
                "day": reader.day,
                "moment": reader.moment,
                "ago": reader.ago,
                "size": reader.size,
                "lang": reader.language.value,
                "colon": reader.colon,
                "switches": language.switches(request, self._site.cookie_path),
                "visitor": visitor,
                "platform_title": self._title(),
            }
        )
        response = HTMLResponse(html, status_code=status)
        language.remember(request, response, self._site.cookie_path, secure=self._site.secure)
        return response
