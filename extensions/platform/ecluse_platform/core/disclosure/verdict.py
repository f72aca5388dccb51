"""The machine's verdict on a result: what may leave, what a person must look at, what must not leave."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum


class Verdict(IntEnum):
    """How a result stands, in the order of severity: the worst of several is the greatest."""

    PASS = 0
    REVIEW = 1
    FAIL = 2


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Combine verdicts: the worst wins, and nothing checked is FAIL."""
    return max(verdicts, default=Verdict.FAIL)
