"""From cells to the rows of a protected table: exact values, quotients rounded, or the reason why not.

A sum is written in full. A mean, a ratio or a quantile has as many digits as its measure says: the digits that the
column itself has, and two more for a mean, which people can read and which tell nothing that the sum does not. Rounding
protects nothing here, and nothing relies on it: what a quotient is made of is protected as if it were printed beside.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, localcontext

import numpy as np

from ecluse_platform.core.disclosure.query import Kind, Measure
from ecluse_platform.core.disclosure.table import Finding, Row, rounded, share
from ecluse_platform.core.disclosure.tabular.lines import totals_over
from ecluse_platform.core.disclosure.tabular.statistics import Statistics
from ecluse_platform.core.disclosure.tabular.structure import Integers, Layout

# Enough digits for a quotient of two numbers of 128 bits to be rounded correctly.
_DIGITS = 60

Shown = tuple[int | str, tuple[int, ...]]


def write_rows(
    layout: Layout, statistics: Statistics, measures: Sequence[Measure], findings: Mapping[int, Finding]
) -> tuple[Row, ...]:
    """Return a row for every published cell, in the layout's order; a cell with a finding shows nothing."""
    margins = {measure.name: margins_of(layout, measure) for measure in measures if measure.margin}
    rows = []
    all_codes = layout.codes.tolist()
    ends = [dimension.total for dimension in layout.dimensions]
    with localcontext() as context:
        context.prec = _DIGITS
        for cell in np.flatnonzero(layout.published).tolist():
            finding = findings.get(cell)
            shown = (
                [_shown(statistics, measure, cell, margins.get(measure.name)) for measure in measures]
                if finding is None
                else []
            )
            codes = all_codes[cell]
            totals = tuple(code == total for code, total in zip(codes, ends, strict=True))
            labels = (
                None if total else dimension.categories[code]
                for total, dimension, code in zip(totals, layout.dimensions, codes, strict=True)
            )
            rows.append(
                Row(
                    labels=tuple(labels),
                    totals=totals,
                    values=tuple(value for value, _ in shown) if shown else (None,) * len(measures),
                    reveals=tuple(reveals for _, reveals in shown),
                    finding=finding,
                )
            )
    return tuple(rows)


def margins_of(layout: Layout, measure: Measure) -> Integers:
    """Return, for every cell, the cell that a percentage of a margin divides by; -1 where the table has none."""
    axes = tuple(axis for axis, dimension in enumerate(layout.dimensions) if dimension.name in measure.margin)
    return totals_over(layout, np.arange(layout.size), axes)


def _shown(statistics: Statistics, measure: Measure, cell: int, margins: Integers | None) -> Shown:
    first = measure.quantities[0]
    match measure.kind:
        case Kind.COUNT:
            value = int(statistics.count(first).values[cell])
            return value, (value,)
        case Kind.SUM:
            found = statistics.sums[first]
            exact = Decimal(int(found.total[cell])).scaleb(-found.scale)
            written = int(found.total[cell]) if found.scale == 0 else rounded(exact, found.scale)
            return written, (int(found.persons[cell]),)
        case Kind.MEAN | Kind.STANDARD_DEVIATION:
            number = (
                _mean(statistics, first, cell) if measure.kind is Kind.MEAN else _deviation(statistics, first, cell)
            )
            return rounded(number, measure.decimals), (int(statistics.sums[first].persons[cell]),)
        case Kind.RATIO:
            above, below = (_number(statistics, name, cell) for name in measure.quantities)
            behind = tuple(_units(statistics, measure, name, cell) for name in measure.quantities)
            return rounded(above / below, measure.decimals), behind
        case Kind.PERCENTAGE | Kind.RATE:
            part = statistics.count(first).values
            whole = part[margins] if margins is not None else statistics.count(measure.quantities[1]).values
            parts = (int(part[cell]), int(whole[cell] - part[cell]))
            return share(parts, measure), parts
        case Kind.QUANTILE:
            quantile = statistics.quantiles[first]
            value_text = rounded(Decimal(int(quantile.values[cell])).scaleb(-quantile.scale), measure.decimals)
            return value_text, (int(quantile.below[cell]), int(quantile.above[cell]))


def _mean(statistics: Statistics, name: str, cell: int) -> Decimal:
    found = statistics.sums[name]
    return Decimal(int(found.total[cell])).scaleb(-found.scale) / int(found.rows[cell])


def _deviation(statistics: Statistics, name: str, cell: int) -> Decimal:
    """Return the standard deviation of a sample: from whole numbers, so that equal data give equal digits."""
    found = statistics.sums[name]
    if found.squares is None:
        raise ValueError("a standard deviation needs the sum of squares")
    rows, total = int(found.rows[cell]), int(found.total[cell])
    spread = int(found.squares[cell]) * rows - total * total
    return (Decimal(spread) / (rows * (rows - 1))).sqrt().scaleb(-found.scale)


def _number(statistics: Statistics, name: str, cell: int) -> Decimal:
    if name in statistics.sums:
        return Decimal(int(statistics.sums[name].total[cell])).scaleb(-statistics.sums[name].scale)
    return Decimal(int(statistics.count(name).values[cell]))


def _units(statistics: Statistics, measure: Measure, name: str, cell: int) -> int:
    """Return how many of the measure's unit stand behind one side of a ratio."""
    if name in statistics.sums:
        return int(statistics.sums[name].persons[cell])
    count = statistics.count(name)
    if count.unit is measure.unit:
        return int(count.values[cell])
    behind = count.owners if count.owners is not None else statistics.persons
    return int(behind[cell])
