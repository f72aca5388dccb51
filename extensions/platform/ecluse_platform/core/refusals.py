"""Refusals: why the platform said no, and what to do next; the wording is in ``messages``."""

from __future__ import annotations

from collections.abc import Mapping

from ecluse_platform.core.messages import reason_of, step_of
from ecluse_platform.core.text import Text


class Refusal(Exception):
    """A refusal with a stable code and named fields; a field never holds a data value or a small count.

    ``code`` must be a key of ``messages.MESSAGES``; ``fields`` fill its wording.
    """

    def __init__(self, code: str, fields: Mapping[str, str] | None = None, *, proposals: tuple[Text, ...] = ()) -> None:
        """Build a refusal whose wording is complete: a missing field is an error here, not when it is shown.

        ``proposals`` say in full what would be accepted instead; they may hold labels of the data.
        """
        super().__init__(code)
        self.code = code
        self.fields = dict(fields or {})
        self.proposals = proposals
        self.reason: Text = reason_of(code, self.fields)
        self.next_step: Text = step_of(code, self.fields)

    def as_json(self) -> dict[str, object]:
        """Return the shape that every HTTP answer and every client of ours uses."""
        return {
            "code": self.code,
            "fields": self.fields,
            "reason": self.reason.model_dump(),
            "next_step": self.next_step.model_dump(),
        }

    def __str__(self) -> str:
        """Return the English reason: for operators' logs, free of data by construction."""
        return f"{self.code}: {self.reason.en}"
