"""What an outsider reads in the lines of a protected table: for each number, what it can be at least and at most."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

import numpy as np

from ecluse_platform.cli.public import Public, PublicMeasure
from ecluse_platform.cli.tables import PUBLISHED, ROUNDED, SUPPRESSED, Columns, status_of
from ecluse_platform.core.disclosure.attack.publication import Reals
from ecluse_platform.core.disclosure.tabular.numbers import FIRST_LINE
from ecluse_platform.core.policy.disclosure import Method
from ecluse_platform.core.refusals import Refusal

Ends = tuple[float, float]

# Tables of up to so many dimensions have a rounding in which every cell goes to one of the two multiples next to it.
_PLANE = 2


@dataclass(frozen=True, eq=False)
class Bounds:
    """The ends of one column of numbers, line by line, in the smallest unit."""

    low: Reals
    high: Reals


def bounds_of(public: Public, measure: PublicMeasure, columns: Columns) -> Bounds:
    """Read one column; without a column of its status, what is empty is suppressed. Raises Refusal for no number."""
    if measure.name not in columns:
        raise Refusal("table_column_missing", {"column": measure.name, "known": ", ".join(columns)})
    texts = columns[measure.name]
    usual = PUBLISHED if public.method is Method.SUPPRESSION else ROUNDED
    statuses = columns.get(status_of(measure.name)) or [usual if text else SUPPRESSED for text in texts]
    rounding = _rounding(public, columns)
    ends = []
    for line, (text, status) in enumerate(zip(texts, statuses, strict=True)):
        if status == SUPPRESSED:
            ends.append((float(measure.least), np.inf))
            continue
        try:
            value = int(Decimal(text).scaleb(measure.scale))
        except InvalidOperation:
            fields = {"line": str(line + FIRST_LINE), "column": measure.name}
            raise Refusal("table_not_a_number", fields) from None
        ends.append(rounding(line, value) if status == ROUNDED else (float(value), float(value)))
    low, high = np.array(ends, dtype=float).reshape(-1, 2).T
    return Bounds(low, high)


def _rounding(public: Public, columns: Columns) -> Callable[[int, int], Ends]:
    """Return what a rounded number says on a line, by the method of the rules."""
    base = public.base or 1

    def midpoint(_: int, shown: int) -> Ends:
        # A middle is half a class below its top; 0 is 0.
        top = shown + base // 2
        return (0.0, 0.0) if shown == 0 else (top - base + 1.0, float(top))

    def controlled(line: int, shown: int) -> Ends:
        return max(shown - base + 1.0, 0.0), np.inf if far and totals[line] else shown + base - 1.0

    if public.method is Method.MIDPOINT_ROUNDING:
        return midpoint
    totals = [
        any(columns[spec.name][line] in {spec.total, *(spec.hierarchy or {})} for spec in public.spec.dimensions)
        for line in range(len(next(iter(columns.values()))))
    ]
    # In three dimensions and more, a margin may be the sum of what is shown, and says nothing of its own.
    far = len(public.spec.dimensions) > _PLANE
    return controlled
