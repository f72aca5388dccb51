"""What can be wrong with a policy file, said so that a person can mend it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_SIMILAR_ENOUGH = 0.6


@dataclass(frozen=True, order=True)
class Problem:
    """One thing to mend: where it stands (lines and columns count from one), what is wrong, what was perhaps meant."""

    file: str
    line: int
    column: int
    path: str
    message: str
    suggestion: str | None = None

    def __str__(self) -> str:
        """Return the line that editors and people can follow: ``file:line:column: message``."""
        meant = f" (did you mean {self.suggestion}?)" if self.suggestion else ""
        where = f"{self.path}: " if self.path else ""
        return f"{self.file}:{self.line}:{self.column}: {where}{self.message}{meant}"


class PolicyError(Exception):
    """The policies cannot be used; ``problems`` lists everything wrong with them, in reading order."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep every problem, each once, sorted by file and position."""
        self.problems = tuple(sorted(set(problems), key=_reading_order))
        super().__init__("\n".join(str(problem) for problem in self.problems))


def closest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that was probably meant, None when nothing is near."""
    candidates = sorted(set(known))
    by_folded = {candidate.casefold(): candidate for candidate in candidates}
    found = difflib.get_close_matches(word.casefold(), by_folded, n=1, cutoff=_SIMILAR_ENOUGH)
    return by_folded[found[0]] if found else None


def dotted(path: Sequence[str | int]) -> str:
    """Write a position in a document as people do: ``data.tables[0].name``."""
    written = ""
    for step in path:
        written += f"[{step}]" if isinstance(step, int) else f".{step}" if written else step
    return written


def _reading_order(problem: Problem) -> tuple[str, int, int, str, str]:
    return (problem.file, problem.line, problem.column, problem.path, problem.message)
