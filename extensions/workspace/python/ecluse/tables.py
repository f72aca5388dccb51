"""Protected tables of a request: exact ones with hidden cells, and noised ones with an interval for each value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from ecluse.display import html_facts, html_table, text_facts, text_table
from ecluse.errors import EcluseError
from ecluse.language import pick, words
from ecluse.margins import Margin, margins
from ecluse.private import number

Interval = tuple[Decimal | None, Decimal | None, Decimal | None]


class Table:
    """One protected table of a request: every hidden cell bears the same mark.

    In a differentially private table each column is followed by its interval: ``<column>__low``, ``<column>__high``.
    """

    def __init__(self, answer: Mapping[str, Any]) -> None:
        """Keep the service's answer."""
        self.name = str(answer["name"])
        self.columns: list[str] = list(answer["columns"])
        self.rows: list[list[Any]] = [list(row) for row in answer["rows"]]
        self.published = int(answer["published"])
        self.hidden = int(answer["hidden"])
        self.mark = str(answer["mark"])
        # What would keep more: "merge 15-19 and 20-24", the richest first.
        self.proposals: list[str] = [pick(proposal) for proposal in answer["proposals"]]
        self.because: list[str] = [
            words("because", rows=str(found["rows"]), earlier=str(found["earlier"])) for found in answer["because"]
        ]
        # What a noised answer cost, and how it was bounded; None for an exact table.
        self.private: Mapping[str, Any] | None = answer.get("private")

    @property
    def dimensions(self) -> int:
        """How many columns of a private table tell cells apart; they stand before its figures."""
        measures = [] if self.private is None else self.private["measures"]
        return self.columns.index(measures[0]) if measures else len(self.columns)

    @property
    def cells(self) -> int:
        """How many rows of a private table are cells; the margins that the query asked for stand after them."""
        asked = None if self.private is None else self.private.get("margins")
        return len(self.rows) - (int(asked["rows"]) if asked else 0)

    def interval(self, column: str) -> list[Interval]:
        """Return (value, low, high) of a private column, row by row; three times None where the row is hidden."""
        if self.private is None:
            raise EcluseError(words("not_private"))
        if column not in self.private["measures"]:
            raise EcluseError(words("no_output", name=column, known=", ".join(self.private["measures"])))
        places = [self.columns.index(name) for name in (column, f"{column}__low", f"{column}__high")]
        return [self._exact(*(row[place] for place in places)) for row in self.rows]

    def margins(self, column: str, by: Iterable[str] = ()) -> list[Margin]:
        """Return the sums of a private column by some of its dimensions, each with its interval; they are free."""
        return margins(self, column, by)

    def _exact(self, *values: Any) -> Interval:
        value, low, high = (None if given == self.mark else Decimal(str(given)) for given in values)
        return value, low, high

    def _shown(self) -> tuple[list[str], list[tuple[str, ...]]]:
        """Return header and rows for people: a value, then its interval in one cell."""
        if self.private is None:
            return self.columns, [tuple("" if value is None else str(value) for value in row) for row in self.rows]
        measures = list(self.private["measures"])
        dimensions = range(self.dimensions)
        interval = words("interval_of", percent=str(self.private["confidence_percent"]))
        header = [self.columns[place] for place in dimensions]
        header += [title for name in measures for title in (name, interval)]
        found = [list(zip(self.interval(name), self._missing(name), strict=True)) for name in measures]
        rows = []
        for row, *cells in zip(self.rows, *found, strict=True):
            labels = ["" if row[place] is None else str(row[place]) for place in dimensions]
            rows.append((*labels, *(text for cell, missing in cells for text in self._texts(cell, missing))))
        return header, rows

    def _missing(self, column: str) -> list[int]:
        """Return how many hidden cells each row leaves out: none where it is a cell."""
        asked = (self.private or {}).get("margins")
        if not asked:
            return [0] * len(self.rows)
        place = self.columns.index(f"{column}{asked['hidden']}")
        return [0 if number < self.cells else int(row[place]) for number, row in enumerate(self.rows)]

    def _texts(self, cell: Interval, missing: int) -> tuple[str, str]:
        value, low, high = cell
        if value is None:
            return self.mark, ""
        shown = "" if low is None or high is None else f"[{number(low)} ; {number(high)}]"
        return number(value), f"{shown} {words('hidden_cells', n=str(missing))}" if missing else shown

    def _caption(self) -> str:
        return f"{self.name}: {words('counts', published=str(self.published), hidden=str(self.hidden))}"

    def _notes(self) -> list[tuple[str, str]]:
        notes = [(words("remark"), text) for text in self.because]
        if self.private is not None:
            notes.append((words("protection"), words("private_note", epsilon=number(self.private["epsilon"]))))
            clipped = self.private.get("clipped")
            if clipped:
                shown = {name: number(clipped[name]) for name in ("value", "low", "high")}
                notes.append((words("left_out"), words("clipped", **shown)))
            if self.private.get("reused"):
                notes.append((words("price"), words("reused")))
        return [*notes, *((words("keep"), text) for text in self.proposals)]

    def __repr__(self) -> str:
        """Show the table as text."""
        header, rows = self._shown()
        return "\n".join([self._caption(), text_table(header, rows), text_facts("", self._notes())]).rstrip()

    def _repr_html_(self) -> str:
        header, rows = self._shown()
        notes = html_facts("", self._notes()) if self._notes() else ""
        return html_table(self._caption(), header, rows) + notes
