"""The pages' templates: each can be read, none carries a script, a style or an address of elsewhere."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace

import jinja2
import pytest
from markupsafe import escape

from ecluse_platform.core.text import Text
from ecluse_platform.hub.reader import PageTools
from ecluse_platform.hub.words import WORDS

FOLDER = Path(__file__).parents[3] / "extensions/platform/ecluse_platform/hub/templates"
TEMPLATES = sorted(path.name for path in FOLDER.glob("*.html"))


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_can_be_read(name: str) -> None:
    """Jinja understands it."""
    assert jinja2.Environment(loader=jinja2.FileSystemLoader(FOLDER), autoescape=True).get_template(name)


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_carries_nothing_that_the_policy_of_content_forbids(name: str) -> None:
    """No script, no style in the page, no handler, nothing fetched from another place."""
    text = (FOLDER / name).read_text()
    assert not re.search(r"<script|<style|style=|\son[a-z]+=|javascript:|https?://|\|\s*safe", text)


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_word_of_a_template_is_in_both_languages(name: str) -> None:
    """Words come from the table, by keys that are in it."""
    text = (FOLDER / name).read_text()
    for key in re.findall(r'p\.word\("([a-z0-9_]+)"[,)]', text):
        assert key in WORDS, key


class Visit:
    """As much of a request to the hub as its templates read."""

    request = SimpleNamespace(path="/hub/error/404", method="GET", query_arguments={})

    def get_query_argument(self, name: str, default: str) -> str:
        """Say that the address asks for nothing."""
        del name
        return default

    def get_cookie(self, name: str, default: str) -> str:
        """Say that nothing is remembered."""
        del name
        return default

    def static_url(self, path: str) -> str:
        """Name a static file."""
        return path


@pytest.mark.parametrize(("code", "words"), [(404, "error_404"), (503, "error_other")])
def test_the_page_that_the_proxy_asks_for_needs_no_exception(code: int, words: str) -> None:
    """The hub's own page for errors of others is given a code and nothing else."""
    tools = object.__new__(PageTools)
    tools.title = Text(fr="Essai", en="Test")
    pages = jinja2.Environment(loader=jinja2.FileSystemLoader(FOLDER), autoescape=True)
    page = pages.get_template("error.html").render(
        ui=tools, static_url=Visit().static_url, status_code=code, status_message="", message_html=""
    )
    assert str(escape(WORDS[words].fr)) in page
    assert str(code) in page
