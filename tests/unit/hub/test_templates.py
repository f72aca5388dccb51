"""The pages' templates: each can be read, none carries a script, a style or an address of elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

import jinja2
import pytest

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
