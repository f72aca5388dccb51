"""Long lists of a policy, one line each: cells between semicolons under a header, no quotes, nothing guessed.

Thousands of columns are easier to audit, and two hundred times faster to read, as lines than as nested YAML.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ecluse_platform.policyfiles.problems import Problem

SEPARATOR = ";"


@dataclass(frozen=True)
class Line:
    """One line under the header: its number in the file (the header is line 1) and its cells, in the header's order."""

    number: int
    cells: tuple[str, ...]

    def column_of(self, index: int) -> int:
        """Return where a cell starts in the line, counted from one."""
        return 1 + sum(len(cell) + len(SEPARATOR) for cell in self.cells[:index])


class Lines:
    """The lines of one file; ``problems`` says what is wrong with their form, and then none may be used."""

    def __init__(self, file: str, content: bytes, header: Sequence[str]) -> None:
        """Read the bytes of a file that must start with this header."""
        self.file = file
        self.header = tuple(header)
        self.problems: list[Problem] = []
        self._lines: list[Line] = []
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError:
            self.problems.append(Problem(file, 1, 1, "", "the file is not UTF-8 text"))
            return
        first, _, rest = text.partition("\n")
        if first != SEPARATOR.join(self.header):
            self.problems.append(Problem(file, 1, 1, "", f"the first line must be {SEPARATOR.join(self.header)}"))
            return
        self._read(rest)

    def __iter__(self) -> Iterator[Line]:
        """Yield the lines under the header."""
        return iter(self._lines)

    def index(self, name: str) -> int:
        """Return the place of a cell by its name in the header."""
        return self.header.index(name)

    def problem(self, line: Line, name: str, path: str, message: str, suggestion: str | None = None) -> Problem:
        """Describe something wrong with one cell."""
        return Problem(self.file, line.number, line.column_of(self.index(name)), path, message, suggestion)

    def _read(self, text: str) -> None:
        expected = len(self.header)
        for number, written in enumerate(text.split("\n"), start=2):
            if not written:
                continue
            cells = tuple(written.split(SEPARATOR))
            if len(cells) != expected:
                words = f"{len(cells)} cells where the header has {expected}; a semicolon cannot be part of a text"
                self.problems.append(Problem(self.file, number, 1, "", words))
            elif any(cell != cell.strip() for cell in cells):
                self.problems.append(Problem(self.file, number, 1, "", "a cell starts or ends with a blank"))
            else:
                self._lines.append(Line(number, cells))
