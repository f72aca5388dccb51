"""Where in the SQL a refusal points to: line, column and the words concerned."""

from __future__ import annotations

from collections.abc import Iterable

from sqlglot import exp
from sqlglot.tokenizer_core import Token

from ecluse_platform.core.refusals import Refusal

_LONGEST_QUOTE = 60
_MOST_NAMES = 12


class Places:
    """Positions in one SQL text; lines and columns start at 1, as editors count them."""

    def __init__(self, sql: str, tokens: Iterable[Token]) -> None:
        self._sql = sql
        self._tokens = tuple(tokens)

    @property
    def start(self) -> int:
        """The offset of the first word."""
        return self._tokens[0].start if self._tokens else 0

    @property
    def first_word(self) -> str:
        """The first word, shortened for a message."""
        return shortened(self._tokens[0].text.upper()) if self._tokens else ""

    def refusal(self, code: str, at: exp.Expr | str | int, **fields: str) -> Refusal:
        """Build a refusal that points to a node, to the first use of a keyword, or to an offset."""
        line, column = self._line_and_column(self._offset(at))
        named = {key: shortened(value) if key == "what" else value for key, value in fields.items()}
        return Refusal(code, {"line": str(line), "column": str(column), **named})

    def _offset(self, at: exp.Expr | str | int) -> int:
        if isinstance(at, int):
            return at
        if isinstance(at, str):
            return next((t.start for t in self._tokens if t.text.upper() == at.upper()), 0)
        node: exp.Expr | None = at
        while node is not None:
            # What was written by a rewriting has no place of its own: that of what is around it is shown.
            starts: list[int] = [found.meta["start"] for found in node.walk() if "start" in found.meta]
            if starts:
                return min(starts)
            node = node.parent
        return 0

    def _line_and_column(self, offset: int) -> tuple[int, int]:
        before = self._sql[:offset]
        return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1


def shortened(words: str) -> str:
    """Quote at most a line of what somebody wrote."""
    line = " ".join(words.split())
    return line if len(line) <= _LONGEST_QUOTE else f"{line[: _LONGEST_QUOTE - 1]}…"


def listed(names: Iterable[str]) -> str:
    """List names for a message, not more than can be read."""
    known = list(names)
    more = ", …" if len(known) > _MOST_NAMES else ""
    return ", ".join(known[:_MOST_NAMES]) + more if known else "-"
