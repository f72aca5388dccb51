"""Text from people that shows as what it is: no control, direction or invisible characters."""

from __future__ import annotations

import unicodedata

# Spaces of every width are fine (French typography needs them); what hides, reorders or breaks a text is not.
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def is_plain(text: str, also: str = "") -> bool:
    """Say whether a reader sees every character of a text, in the order in which it was written."""
    return all(character in also or unicodedata.category(character) not in _HIDDEN for character in text)
