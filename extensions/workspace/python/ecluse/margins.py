"""Margins of a noised table: sums of its published cells, each with its interval; they cost nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from ecluse.errors import EcluseError
from ecluse.language import words
from ecluse.private import number

if TYPE_CHECKING:
    from ecluse.tables import Table

# What adds up over cells, whoever is in them; persons do where each is in one cell at most.
_ADDING = frozenset({"rows", "sum", "histogram"})


class _Cell(NamedTuple):
    """A published figure and its interval."""

    value: Decimal
    low: Decimal
    high: Decimal

    @property
    def half(self) -> Decimal:
        """How far noise takes it; an end at 0 may be nearer than that."""
        return max(self.value - self.low, self.high - self.value)


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

    The noise of so many cells goes as far as the root of the sum of their squares, and not below 0 where theirs does
    not. Hidden cells are missing. The egress service adds up ROLLUP, CUBE and GROUPING SETS in the same way.
    """
    intervals = table.interval(column)[: table.cells]
    places = [_place(table, name) for name in ([by] if isinstance(by, str) else by)]
    private = table.private or {}
    kind = dict(zip(private["measures"], private["kinds"], strict=True))[column]
    if kind not in _ADDING and not (kind == "persons" and private["cells"] == 1):
        raise EcluseError(words("no_margin", name=column))
    if not intervals:
        raise EcluseError(words("no_cells"))
    groups: dict[tuple[Any, ...], list[_Cell | None]] = {}
    for row, (value, low, high) in zip(table.rows, intervals, strict=False):
        shown = None if value is None or low is None or high is None else _Cell(value, low, high)
        groups.setdefault(tuple(row[place] for place in places), []).append(shown)
    return [_summed(labels, cells) for labels, cells in groups.items()]


def _summed(labels: tuple[Any, ...], cells: list[_Cell | None]) -> Margin:
    shown = [cell for cell in cells if cell is not None]
    value = sum((cell.value for cell in shown), Decimal(0))
    half = sum((cell.half * cell.half for cell in shown), Decimal(0)).sqrt()
    # Rounded outwards, to the digits of the cells.
    digits = min((cell.value.as_tuple().exponent for cell in shown), default=0)
    half = half.quantize(Decimal(1).scaleb(int(digits)), rounding="ROUND_UP")
    negative = any(cell.low < 0 for cell in shown)
    low = value - half if negative else max(value - half, Decimal(0))
    return Margin(labels, value, low, value + half, len(shown), len(cells) - len(shown))


def _place(table: Table, name: str) -> int:
    dimensions = table.columns[: table.dimensions]
    if name not in dimensions:
        raise EcluseError(words("no_dimension", name=name, known=", ".join(dimensions)))
    return dimensions.index(name)
