"""The reader of a page: their language, and the words and dates in it."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from tornado.web import RequestHandler

from ecluse_platform.core.refusals import Refusal
from ecluse_platform.core.text import Language, Text
from ecluse_platform.hub.settings import HubSettings
from ecluse_platform.hub.words import WORDS, date_words

# The same name as on the egress service's pages, which are on another origin.
_COOKIE = "ecluse-lang"
_DAYS = 365


class Reader:
    """Answers a template in the language of whoever reads the page."""

    def __init__(self, handler: RequestHandler) -> None:
        """Choose the language: asked in the address, else remembered, else French."""
        self._handler = handler
        asked = handler.get_query_argument("lang", "")
        known = set(Language)
        if asked in known:
            handler.set_cookie(_COOKIE, asked, expires_days=_DAYS, httponly=True, samesite="Lax")
        remembered = handler.get_cookie(_COOKIE, "")
        self.language = Language(asked if asked in known else remembered if remembered in known else "fr")

    def word(self, key: str, **fields: object) -> str:
        """Return the words of a key, with its fields filled in."""
        return WORDS[key].in_language(self.language).format(**fields)

    def text(self, text: Text) -> str:
        """Return a text of a policy or of a refusal."""
        return text.in_language(self.language)

    def date(self, day: date) -> str:
        """Return a date as people write it."""
        return date_words(day, self.language)

    def switch(self, language: str) -> str:
        """Return the address of this page in another language."""
        query = [
            (name, value)
            for name, values in self._handler.request.query_arguments.items()
            for value in (v.decode("utf-8", "replace") for v in values)
            if name != "lang"
        ]
        # Only a page that was read may be asked for again: the address of a form's answer is not one.
        path = self._handler.request.path if self._handler.request.method == "GET" else "/hub/projects"
        return f"{path}?{urlencode([*query, ('lang', language)])}"


class PageTools:
    """What every template gets as ``ui``, our pages and the hub's own alike."""

    def __init__(self, settings: HubSettings, title: Text) -> None:
        """Remember the installation."""
        self._settings = settings
        self.title = title

    def reader(self, static_url: Any) -> Reader:
        """Return the reader of the page being written.

        The hub gives its templates no request; the method by which it names static files is the one thread to it.
        """
        return Reader(static_url.__self__)

    def egress(self, path: str, reader: Reader) -> str:
        """Return the address of a page of the egress service, in the reader's language.

        The service is on another origin and cannot see the language remembered here: the address says it.
        """
        return f"{self._settings.service_page('egress', path)}?{urlencode({'lang': reader.language.value})}"

    def refusal_of(self, exception: object) -> Refusal | None:
        """Return the refusal that an error page is about, None when it is about a fault."""
        found = getattr(exception, "refusal", None)
        return found if isinstance(found, Refusal) else None
