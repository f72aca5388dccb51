"""What can go wrong, said as a reason and a next step; in a notebook, without a wall of traceback."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecluse.language import pick


class EcluseError(Exception):
    """Something did not work; the message is a reason and a next step in the reader's language."""

    def _render_traceback_(self) -> list[str]:
        """Tell IPython what to print: the frames inside this package would help nobody."""
        return [f"{type(self).__name__}: {self}"]


class EcluseUnreachable(EcluseError):
    """The egress service did not answer; trying again is safe."""


class EcluseRefusal(EcluseError):
    """The platform said no; `code` is stable, for programs, and nothing was changed."""

    def __init__(self, code: str, reason: str, next_step: str) -> None:
        """Keep the reason and the next step as they are shown."""
        super().__init__(f"{reason}\n→ {next_step}")
        self.code = code
        self.reason = reason
        self.next_step = next_step

    @classmethod
    def from_json(cls, answer: Mapping[str, Any]) -> EcluseRefusal:
        """Read the refusal that the platform sent."""
        return cls(str(answer["code"]), pick(answer["reason"]), pick(answer["next_step"]))
