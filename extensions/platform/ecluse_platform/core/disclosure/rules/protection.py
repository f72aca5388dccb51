"""How uncertain a hidden cell must stay: the interval that every outsider must find possible."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ecluse_platform.core.disclosure.query import Unit
from ecluse_platform.core.disclosure.rules.primary import Primaries
from ecluse_platform.core.disclosure.rules.thresholds import threshold_of
from ecluse_platform.core.disclosure.suppression.relations import Related
from ecluse_platform.core.disclosure.suppression.system import Protection
from ecluse_platform.core.disclosure.tabular.quantities import Quantity
from ecluse_platform.core.policy.disclosure import DisclosureProfile

_PERCENT = 100


def protections_of(
    quantity: Quantity, related: Related, found: Primaries, profile: DisclosureProfile
) -> tuple[Protection, ...]:
    """Return what must stay possible for each primary cell of one quantity, complements included.

    An amount is protected in every primary cell. A count is protected where a rule on counts hides the cell: a cell
    that is hidden because one contributor dominates its sum has enough persons to be counted.
    """
    cells = found.flags if quantity.unit is None else found.counts
    own = tuple(
        _protection(cell, int(quantity.values[cell]), quantity, profile) for cell in np.flatnonzero(cells).tolist()
    )
    return (*own, *_of_complements(quantity, related, profile))


def _of_complements(quantity: Quantity, related: Related, profile: DisclosureProfile) -> Iterator[Protection]:
    for complement in related.complements:
        value = int(related.system.values[complement.cell])
        yield _protection(complement.cell, value, quantity, profile, least=0)


def _protection(
    cell: int, value: int, quantity: Quantity, profile: DisclosureProfile, least: int | None = None
) -> Protection:
    floor = quantity.least if least is None else least
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
