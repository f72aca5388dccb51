"""How uncertain a hidden cell must stay: the interval that every outsider must find possible."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ecluse_platform.core.disclosure.query import Unit
from ecluse_platform.core.disclosure.rules.primary import Primaries
from ecluse_platform.core.disclosure.rules.thresholds import threshold_of
from ecluse_platform.core.disclosure.suppression.relations import Related
from ecluse_platform.core.disclosure.suppression.system import Protection
from ecluse_platform.core.disclosure.tabular.lines import lines_of
from ecluse_platform.core.disclosure.tabular.quantities import Quantity
from ecluse_platform.core.disclosure.tabular.structure import Integers, Layout
from ecluse_platform.core.policy.disclosure import DisclosureProfile

_PERCENT = 100


def protections_of(
    layout: Layout, quantity: Quantity, related: Related, found: Primaries, profile: DisclosureProfile
) -> tuple[Protection, ...]:
    """Return what must stay possible for each primary cell of one quantity, complements included.

    An amount is protected in every primary cell. A count is protected where a rule on counts hides the cell: a cell
    that is hidden because one contributor dominates its sum has enough persons to be counted.
    """
    cells = found.flags if quantity.unit is None else found.counts
    floors = told_by_rows(layout, quantity)
    own = tuple(
        protection_of(cell, int(quantity.values[cell]), int(floors[cell]), quantity, profile)
        for cell in np.flatnonzero(cells).tolist()
    )
    return (*own, *_of_complements(quantity, related, profile))


def told_by_rows(layout: Layout, quantity: Quantity) -> Integers:
    """Return what everybody knows each cell to be at least, before any number is shown.

    Where an absent row is a zero, a row that is there is at least 1: a margin of three such cells is at least 3 (or 1,
    if the same person may be in all of them). No suppression can take this back, so no interval asks for it.
    """
    there = layout.published & (quantity.values >= quantity.least)
    floors = np.where(there, quantity.least, min(quantity.least, 0)).astype(np.int64)
    if quantity.least <= 0:
        return floors
    lines = [lines_of(layout, axis) for axis in range(len(layout.dimensions))]
    while True:
        before = floors.copy()
        for line, adds in zip(lines, quantity.additive, strict=True):
            above = np.zeros_like(floors)
            gather = np.add if adds else np.maximum
            gather.at(above, line.margins, floors[line.parts])
            floors = np.maximum(floors, above)
        if (floors == before).all():
            return floors


def _of_complements(quantity: Quantity, related: Related, profile: DisclosureProfile) -> Iterator[Protection]:
    for complement in related.complements:
        value = int(related.system.values[complement.cell])
        yield protection_of(complement.cell, value, 0, quantity, profile)


def protection_of(cell: int, value: int, floor: int, quantity: Quantity, profile: DisclosureProfile) -> Protection:
    """Return the interval that must stay possible for one value; ``floor`` is what everybody knows it is at least."""
    if quantity.unit is None:
        reach = max(-(-abs(value) * profile.interval_sums_percent // _PERCENT), 1)
        return Protection(cell, max(value - reach, floor), value + reach)
    high = profile.interval.high
    if quantity.unit not in {Unit.PERSONS, Unit.ROWS}:
        high = threshold_of(quantity.unit, profile)
    low = max(profile.interval.low, floor)
    if value < high:
        return Protection(cell, min(low, value), high)
    # Large, and yet sensitive: the interval is as wide as for a small count, both ways.
    width = high - low
    return Protection(cell, max(value - width, min(floor, value)), value + width)
