"""Every word of the pages exists, is used, and says the same in both languages."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from string import Formatter

import pytest

from ecluse_platform.core.audit_actions import HUB_ACTIONS, Action
from ecluse_platform.core.privacy.query import OutputKind
from ecluse_platform.core.requests import Fault, Verdict
from ecluse_platform.core.text import Language
from ecluse_platform.core.workflow import State
from ecluse_platform.egress import web
from ecluse_platform.egress.web.queue import Tab
from ecluse_platform.egress.web.reader import Reader
from ecluse_platform.egress.web.words import WORDS

FOLDER = Path(web.__file__).parent
TEMPLATES = sorted((FOLDER / "templates").glob("*.html"))
NOW = datetime(2026, 11, 23, 9, 5, tzinfo=UTC)
FAMILIES = {
    "state.": [state.value for state in State],
    "action.": [action.value for action in Action if action not in HUB_ACTIONS],
    "action.decided_": [State.APPROVED.value, State.RETURNED.value, State.REJECTED.value],
    "verdict.": [verdict.value for verdict in Verdict],
    "fault.": [fault.value for fault in Fault],
    "vote.": [verdict.value for verdict in Verdict],
    "kind.": [kind.value for kind in OutputKind],
    "queue.tab.": [tab.value for tab in Tab],
    "queue.empty.": [tab.value for tab in Tab],
}
# Keys that code puts together from a value; each value of a closed family is checked below.
COMPOSED = (*FAMILIES, "ops.service.", "progress.", "time.")


def used() -> set[str]:
    """Return the words that templates and code ask for by their full key."""
    sources = [*TEMPLATES, *FOLDER.glob("*.py"), *(FOLDER / "routes").glob("*.py")]
    families = {key.split(".")[0] for key in WORDS}
    found = {key for path in sources for key in re.findall(r'"([a-z]+\.[a-z_.]*[a-z_])"', path.read_text())}
    return {key for key in found if key.split(".")[0] in families and not key.endswith(".html")}


def test_every_word_used_exists() -> None:
    """No page asks for a word that is not there."""
    known = {re.sub(r"\.(one|many)$", "", key) for key in WORDS}
    assert used() <= known


def test_every_word_is_used() -> None:
    """No word is kept that no page says."""
    bare = {re.sub(r"\.(one|many)$", "", key) for key in WORDS}
    assert {key for key in bare - used() if not key.startswith(COMPOSED)} == set()


@pytest.mark.parametrize(("prefix", "values"), FAMILIES.items())
def test_every_value_has_a_word(prefix: str, values: list[str]) -> None:
    """Each state, verdict, fault and tab can be named."""
    assert {prefix + value for value in values} <= set(WORDS)


@pytest.mark.parametrize("key", WORDS)
def test_both_languages_say_the_same_fields(key: str) -> None:
    """A value shown in one language is shown in the other."""
    fields = [{name for _, name, _, _ in Formatter().parse(text) if name} for text in (WORDS[key].fr, WORDS[key].en)]
    assert fields[0] == fields[1]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_cannot_undo_escaping_nor_bring_scripts(path: Path) -> None:
    """No template marks a value as safe, and none holds a script, a style or an event handler."""
    text = path.read_text()
    assert not re.search(r"\|\s*safe|autoescape|<script|<style|\sstyle=|\son[a-z]+=|javascript:", text, re.IGNORECASE)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_form_carries_the_forgery_token(path: Path) -> None:
    """Each form is sent by POST, with the session's token in it."""
    for form in re.findall(r"<form.*?</form>", path.read_text(), re.DOTALL):
        assert 'method="post"' in form
        assert "csrf()" in form


def test_a_value_in_a_sentence_is_escaped() -> None:
    """A name that looks like markup stays text when a sentence takes it in."""
    assert "<b>" not in Reader(Language.FR, NOW).words("ask.by", who="<b>")


def test_french_and_english_count_their_own_way() -> None:
    """Zero is singular in French and plural in English; thousands are set apart."""
    french, english = Reader(Language.FR, NOW), Reader(Language.EN, NOW)
    assert french.counted("look.published", 0) == "0 ligne publiée"
    assert english.counted("look.published", 0) == "0 rows published"
    assert french.counted("look.hidden", 1234) == "1\u202f234 masquées"
    assert english.number(1234) == "1,234"


def test_time_is_said_in_the_unit_that_matters() -> None:
    """Ages are rounded down; a moment in the future, by a clock that is off, is now."""
    reader = Reader(Language.FR, NOW)
    assert reader.ago(NOW - timedelta(seconds=20)) == "à l&#39;instant"
    assert reader.ago(NOW - timedelta(minutes=90)) == "il y a 1 heure"
    assert reader.ago(NOW - timedelta(days=3)) == "il y a 3 jours"
    assert reader.ago(NOW + timedelta(days=3)) == "à l&#39;instant"
    assert "23 novembre 2026" in reader.moment(NOW)
    assert "9:05" in Reader(Language.EN, NOW).moment(NOW)
    assert reader.day(NOW.date().replace(day=1)) == "1er novembre 2026"
