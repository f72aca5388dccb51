"""A differentially private table: noised numbers with their intervals, and the loss that they cost.

Everything in it was computed from noised numbers and public ones. The small-cell rule holds as well: no count that was
noised to less than the threshold of the disclosure profile is in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ecluse_platform.core.disclosure.csv_text import field
from ecluse_platform.core.disclosure.table import DecimalText
from ecluse_platform.core.privacy.loss import Accounting
from ecluse_platform.core.privacy.query import OutputKind

LOW, HIGH, HIDDEN = "__low", "__high", "__hidden"


class _Value(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Figure(_Value):
    """A noised number and the interval that holds it before noise, with the confidence that the statement says."""

    value: DecimalText
    low: DecimalText
    high: DecimalText

    @model_validator(mode="after")
    def _is_ordered(self) -> Self:
        if not Decimal(self.low) <= Decimal(self.value) <= Decimal(self.high):
            raise ValueError("a figure lies outside of its interval")
        return self


class Column(_Value):
    """A column of figures.

    ``half_width`` is that of every interval where the noise is the same everywhere; None where it depends on the row.
    ``least``: no figure below it is shown; None where figures count nothing.
    """

    name: Annotated[str, Field(min_length=1)]
    kind: Annotated[OutputKind, Field(strict=False)]
    decimals: Annotated[int, Field(ge=0)]
    half_width: DecimalText | None
    least: Annotated[int, Field(ge=1)] | None


class Row(_Value):
    """One cell: its labels, and a figure for each column, None where it is hidden.

    ``counted`` is the noised number of persons (or rows) in the cell; None where it is small, and then all is hidden.
    """

    labels: tuple[str | None, ...]
    counted: int | None
    figures: tuple[Figure | None, ...]

    @property
    def hidden(self) -> bool:
        """Say whether nothing of the cell is shown."""
        return all(figure is None for figure in self.figures)


class Margin(_Value):
    """A sum of published cells: True in ``totals`` where a dimension was summed over, whose label is then None.

    ``missing`` counts, column by column, the hidden cells that are not in the sum; without any published cell there is
    no figure.
    """

    labels: tuple[str | None, ...]
    totals: tuple[bool, ...]
    figures: tuple[Figure | None, ...]
    missing: tuple[Annotated[int, Field(ge=0)], ...]

    @property
    def hidden(self) -> bool:
        """Say whether nothing of it is shown."""
        return all(figure is None for figure in self.figures)


class Statement(_Value):
    """What the answer guarantees, and to whom: one person, with all rows of theirs, changes at most this much.

    ``amount`` is the loss in the ledger's measure: epsilon (pure) or rho (zCDP). Each person was in at most ``cells``
    cells, with at most ``rows`` rows in each.
    """

    accounting: Annotated[Accounting, Field(strict=False)]
    epsilon: DecimalText
    amount: DecimalText
    delta: DecimalText
    unit: Literal["person"]
    cells: Annotated[int, Field(ge=1)]
    rows: Annotated[int, Field(ge=1)]
    confidence_percent: Annotated[int, Field(ge=1, le=99)]


class PrivateTable(_Value):
    """The only form in which a private answer leaves the computing process.

    ``clipped``: of how many persons something was left out or clamped, noised as well; None where that cannot happen.
    ``least``: the smallest noised count of a cell of which anything is shown. ``mark`` stands for what is hidden.
    ``margins`` follow the cells, or stand alone where only they were asked for; ``total`` is the label of what they
    sum over, None without them.
    """

    dimensions: tuple[str, ...]
    columns: Annotated[tuple[Column, ...], Field(min_length=1)]
    rows: tuple[Row, ...]
    statement: Statement
    clipped: Figure | None
    least: Annotated[int, Field(ge=1)]
    mark: Annotated[str, Field(min_length=1)]
    margins: tuple[Margin, ...] = ()
    total: Annotated[str, Field(min_length=1)] | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Name the columns of the released file: dimensions first, then each figure with the ends of its interval.

        With margins, the number of hidden cells that are missing in each figure stands beside it.
        """
        ends = ("", LOW, HIGH) if self.total is None else ("", LOW, HIGH, HIDDEN)
        return (*self.dimensions, *(column.name + end for column in self.columns for end in ends))

    @property
    def lines(self) -> Iterator[tuple[tuple[str | None, ...], tuple[str, ...]]]:
        """Write each row, cells before margins: its labels, and what stands under the other names."""
        for row in self.rows:
            yield row.labels, tuple(self._written(row.figures, [int(figure is None) for figure in row.figures]))
        for margin in self.margins:
            labels = (self.total if total else label for label, total in zip(margin.labels, margin.totals, strict=True))
            yield tuple(labels), tuple(self._written(margin.figures, margin.missing))

    def _written(self, figures: Sequence[Figure | None], missing: Sequence[int]) -> Iterator[str]:
        for figure, cells in zip(figures, missing, strict=True):
            yield from (self.mark,) * 3 if figure is None else (figure.value, figure.low, figure.high)
            if self.total is not None:
                yield str(cells)

    @property
    def hidden(self) -> int:
        """Count the rows of which nothing is shown."""
        return sum(row.hidden for row in self.rows) + sum(margin.hidden for margin in self.margins)

    @property
    def published(self) -> int:
        """Count the rows of which something is shown."""
        return len(self.rows) + len(self.margins) - self.hidden

    @model_validator(mode="after")
    def _rows_fit_the_columns(self) -> Self:
        for row in self.rows:
            if len(row.labels) != len(self.dimensions) or len(row.figures) != len(self.columns):
                raise ValueError("a row does not have the columns of its table")
        if len({row.labels for row in self.rows}) != len(self.rows):
            raise ValueError("two rows have the same labels")
        return self

    @model_validator(mode="after")
    def _margins_fit_the_columns(self) -> Self:
        if bool(self.margins) and self.total is None:
            raise ValueError("margins without a label for what they sum over")
        for margin in self.margins:
            if len(margin.labels) != len(self.dimensions) or len(margin.figures) != len(self.columns):
                raise ValueError("a margin does not have the columns of its table")
        labels = [*(row.labels for row in self.rows), *(margin.labels for margin in self.margins)]
        if self.total is not None and any(self.total in one for one in labels):
            raise ValueError("a category is written like a total")
        if len({(margin.labels, margin.totals) for margin in self.margins}) != len(self.margins):
            raise ValueError("two margins have the same labels")
        return self

    @model_validator(mode="after")
    def _shows_no_small_cell(self) -> Self:
        for row in self.rows:
            if row.counted is None and not row.hidden:
                raise ValueError("something is shown of a cell that is not counted")
            if row.counted is not None and row.counted < self.least:
                raise ValueError("a small cell is shown")
            for figure, column in zip(row.figures, self.columns, strict=True):
                _check_not_small(figure, column)
        for margin in self.margins:
            for figure, column in zip(margin.figures, self.columns, strict=True):
                _check_not_small(figure, column)
        return self


def _check_not_small(figure: Figure | None, column: Column) -> None:
    if figure is not None and column.least is not None and Decimal(figure.value) < column.least:
        raise ValueError("a small count is shown")


def private_csv(table: PrivateTable) -> str:
    """Write a table as RFC 4180 text, each figure followed by the two ends of its interval."""
    lines = [",".join(field(name) for name in table.names)]
    lines += [",".join((*map(field, labels), *values)) for labels, values in table.lines]
    return "".join(f"{line}\r\n" for line in lines)
