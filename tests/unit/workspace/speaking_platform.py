"""A small egress service for the tests of the workspace's package; it speaks the contract over real HTTP."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

TOKEN = "the-workspace-token"  # noqa: S105 - a made-up value


@dataclass(frozen=True)
class Asked:
    """One request as the platform received it."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any


@dataclass
class Platform:
    """A small egress service that speaks the contract: it records what it is asked and answers what a test sets."""

    url: str
    answers: dict[tuple[str, str], tuple[int, bytes]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    silent: bool = False

    def answer(self, method: str, path: str, body: Any, status: int = 200) -> None:
        """Set the answer to one call."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.answers[method, path] = (status, content)
