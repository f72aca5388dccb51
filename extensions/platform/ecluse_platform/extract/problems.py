"""What can stop a build or a check that is no refusal by policy: each says what to change."""

from __future__ import annotations


class ExtractProblem(Exception):
    """A build or a check that could not be done; the published version stays as it was.

    The words name tables, columns and files, never a value read from the data.
    """

    def __init__(self, reason: str, next_step: str) -> None:
        """Say why, and what to do next."""
        super().__init__(reason)
        self.reason = reason
        self.next_step = next_step

    def __str__(self) -> str:
        """Return both sentences."""
        return f"{self.reason}\n{self.next_step}"
