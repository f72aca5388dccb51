"""The wording of every refusal, in French and English, in one place.

A message is a reason and a next step; ``{name}`` stands for a field of the refusal. Families of messages live in
``messages_*`` modules, so that each stays readable; the table here is their union.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from ecluse_platform.core.messages_access import ACCESS
from ecluse_platform.core.messages_budget import BUDGET
from ecluse_platform.core.messages_gateway import GATEWAY
from ecluse_platform.core.messages_history import HISTORY
from ecluse_platform.core.messages_output import OUTPUT
from ecluse_platform.core.messages_page import PAGE
from ecluse_platform.core.messages_private import PRIVATE
from ecluse_platform.core.messages_query import QUERY
from ecluse_platform.core.messages_request import REQUEST
from ecluse_platform.core.messages_table import TABLE
from ecluse_platform.core.state_words import STATE_WORDS
from ecluse_platform.core.text import Text

_DECIMAL = re.compile(r"[0-9]+\.[0-9]+")

MESSAGES: Mapping[str, tuple[Text, Text]] = MappingProxyType(
    {**ACCESS, **BUDGET, **GATEWAY, **HISTORY, **OUTPUT, **PAGE, **PRIVATE, **QUERY, **REQUEST, **TABLE}
)


def reason_of(code: str, fields: Mapping[str, str]) -> Text:
    """Return why, with the fields filled in."""
    return _filled(MESSAGES[code][0], fields)


def step_of(code: str, fields: Mapping[str, str]) -> Text:
    """Return the next step, with the fields filled in."""
    return _filled(MESSAGES[code][1], fields)


def _filled(text: Text, fields: Mapping[str, str]) -> Text:
    # A state is a code in the fields, for programs, and a word in the sentence, for people.
    word = STATE_WORDS.get(fields.get("state", ""))
    french, english = _with_commas(fields), dict(fields)
    if word is not None:
        french["state"], english["state"] = word.fr, word.en
    return Text(fr=text.fr.format_map(french), en=text.en.format_map(english))


def _with_commas(fields: Mapping[str, str]) -> dict[str, str]:
    """Return fields with decimals as the French write them; programs read the fields themselves."""
    return {name: value.replace(".", ",") if _DECIMAL.fullmatch(value) else value for name, value in fields.items()}
