"""Margins of a noised table: sums of its published cells, each with its interval; they cost nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ecluse.errors import EcluseError
from ecluse.language import words
from ecluse.private import number

if TYPE_CHECKING:
    from ecluse.tables import Table

# What adds up over cells, whoever is in them; persons do where each is in one cell at most.
_ADDING = frozenset({"rows", "sum", "histogram"})


@dataclass(frozen=True)
class Margin:
    """The sum of some cells: their common labels, the sum with its interval, how many are in it and how many hidden."""

    labels: tuple[Any, ...]
    value: Decimal
    low: Decimal
    high: Decimal
    cells: int
    hidden: int

    def __repr__(self) -> str:
        """Show the margin in one line."""
        labels = ", ".join("" if label is None else str(label) for label in self.labels) or words("all_cells")
        said = f"{labels}: {number(self.value)} [{number(self.low)} ; {number(self.high)}]"
        return f"{said} {words('hidden_cells', n=str(self.hidden))}" if self.hidden else said


def margins(table: Table, column: str, by: Iterable[str] = ()) -> list[Margin]:
    """Return the sums of a noised column by some of the dimensions, in the table's order; by none, one sum.

    The noise of so many cells goes as far as the root of the sum of their squares. Hidden cells are missing.
    """
    intervals = table.interval(column)
    places = [_place(table, name) for name in ([by] if isinstance(by, str) else by)]
    private = table.private or {}
    kind = dict(zip(private["measures"], private["kinds"], strict=True))[column]
    if kind not in _ADDING and not (kind == "persons" and private["cells"] == 1):
        raise EcluseError(words("no_margin", name=column))
    groups: dict[tuple[Any, ...], list[tuple[Decimal, Decimal] | None]] = {}
    for row, (value, low, high) in zip(table.rows, intervals, strict=True):
        shown = None if value is None or low is None or high is None else (value, max(value - low, high - value))
        groups.setdefault(tuple(row[place] for place in places), []).append(shown)
    return [_summed(labels, cells) for labels, cells in groups.items()]


def _summed(labels: tuple[Any, ...], cells: list[tuple[Decimal, Decimal] | None]) -> Margin:
    shown = [cell for cell in cells if cell is not None]
    value = sum((one for one, _ in shown), Decimal(0))
    half = sum((wide * wide for _, wide in shown), Decimal(0)).sqrt()
    # Rounded outwards, to the digits of the cells.
    digits = min((one.as_tuple().exponent for one, _ in shown), default=0)
    half = half.quantize(Decimal(1).scaleb(int(digits)), rounding="ROUND_UP")
    return Margin(labels, value, value - half, value + half, len(shown), len(cells) - len(shown))


def _place(table: Table, name: str) -> int:
    dimensions = table.columns[: len(table.columns) - 3 * len((table.private or {})["measures"])]
    if name not in dimensions:
        raise EcluseError(words("no_dimension", name=name, known=", ".join(dimensions)))
    return dimensions.index(name)
