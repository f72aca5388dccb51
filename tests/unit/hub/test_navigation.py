"""The hub's menu: what each person finds in it, and the language it carries to the other service."""

from __future__ import annotations

import re
from pathlib import Path

import jinja2
import pytest
from tornado.httputil import HTTPConnection, HTTPHeaders, HTTPServerRequest, RequestStartLine
from tornado.web import Application, RequestHandler

from ecluse_platform.core.text import Text
from ecluse_platform.hub import reader
from ecluse_platform.hub.reader import PageTools
from ecluse_platform.hub.settings import HubSettings, settings_from

FOLDER = Path(reader.__file__).parent / "templates"
EGRESS = "http://egress--service.hub.test/services/egress"


@pytest.fixture
def settings() -> HubSettings:
    """An installation at an address of its own."""
    names = ("AUTHORIZE_URL", "TOKEN_URL", "USERDATA_URL", "CLIENT_ID")
    return settings_from(
        {
            "ECLUSE_INSTANCE": "ecluse-test",
            "ECLUSE_EXTRACTS_HOST": "/extracts",
            "ECLUSE_PUBLIC_URL": "http://hub.test",
            **{f"ECLUSE_OIDC_{name}": "x" for name in names},
        }
    )


def menu(settings: HubSettings, groups: set[str], address: str = "/hub/projects") -> str:
    """Return the menu of a page as the person of these groups gets it."""
    request = HTTPServerRequest(
        start_line=RequestStartLine("GET", address, "HTTP/1.1"),
        headers=HTTPHeaders({"Host": "hub.test"}),
        connection=_Connection(),
    )
    handler = RequestHandler(Application(), request)
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(FOLDER), autoescape=True)
    page = environment.get_template("page.html").render(
        ui=PageTools(settings, Text(fr="Titre", en="Title")), static_url=handler.static_url, groups=groups, here=""
    )
    found = re.search(r'<nav class="nav".*?</nav>', page, re.DOTALL)
    return found.group() if found else ""


class _Connection(HTTPConnection):
    """The least that a handler asks of a connection."""

    context = None

    def set_close_callback(self, callback: object) -> None:
        """Take what is called at the end; this connection has none."""


@pytest.mark.parametrize(
    ("groups", "name"),
    [
        ({"researchers"}, "Mes projets"),
        ({"projectadmins"}, "Mes projets"),
        ({"stewards"}, "Accueil"),
        ({"operators"}, "Accueil"),
        (set(), "Accueil"),
    ],
)
def test_the_first_tab_is_called_as_its_page_is(settings: HubSettings, groups: set[str], name: str) -> None:
    """Only somebody with projects has a page of projects."""
    assert f'<a href="/hub/projects">{name}</a>' in menu(settings, groups)


@pytest.mark.parametrize(("address", "language"), [("/hub/projects", "fr"), ("/hub/projects?lang=en", "en")])
def test_links_to_the_egress_service_carry_the_language(settings: HubSettings, address: str, language: str) -> None:
    """It is on another origin, where the choice made here is not remembered."""
    shown = menu(settings, {"researchers", "stewards"}, address)
    assert f'href="{EGRESS}/requests?lang={language}"' in shown
    assert f'href="{EGRESS}/review?lang={language}"' in shown
