"""How the refusals of a query are written: a reason and a next step, each in both languages."""

from __future__ import annotations

from ecluse_platform.core.text import Text


def said(reason_fr: str, reason_en: str, step_fr: str, step_en: str) -> tuple[Text, Text]:
    """Pair a reason with its next step."""
    return Text(fr=reason_fr, en=reason_en), Text(fr=step_fr, en=step_en)
