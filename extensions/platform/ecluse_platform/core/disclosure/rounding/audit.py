"""What rounding leaves of each small count, found by the attacker from what is shown and from the method."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ecluse_platform.core.disclosure.attack.intervals import Narrow, Numbers, Required, intervals, too_narrow
from ecluse_platform.core.disclosure.attack.knowledge import complements
from ecluse_platform.core.disclosure.attack.publication import Publication, PublishedTable
from ecluse_platform.core.disclosure.rounding.rounded import Rounded
from ecluse_platform.core.disclosure.tabular.structure import Integers, Layout


def published(layout: Layout, rounded: Rounded, additive: Sequence[bool]) -> Publication:
    """Return what an outsider reads who knows the method and its base; cells that were not asked for stay unknown.

    The complements along dimensions that do not add up are attacked too: they come after the layout's cells.
    """
    return with_complements(Publication((read_rounded("rounded", layout, rounded, additive),)))


def read_rounded(name: str, layout: Layout, rounded: Rounded, additive: Sequence[bool]) -> PublishedTable:
    """Read one rounded count of every cell that was asked for."""
    low = np.where(layout.published, rounded.low, 0.0)
    high = np.where(layout.published, rounded.high, np.inf)
    return PublishedTable(name, layout.dimensions, layout.codes, low, high, tuple(additive))


def with_complements(publication: Publication) -> Publication:
    """Return the publication with all complements along dimensions that do not add up, after its cells."""
    return replace(publication, complements=complements(publication))


def small_complements(publication: Publication, values: Integers, threshold: int) -> list[int]:
    """Number the complements of 1 to ``threshold - 1`` persons: they are small groups too.

    ``values`` are the true counts of the cells of all tables, 0 where no persons are counted.
    """
    pairs = np.array(publication.complements, np.int64).reshape(-1, 2)
    rest = values[pairs[:, 0]] - values[pairs[:, 1]]
    return [publication.starts[-1] + int(place) for place in np.flatnonzero((rest > 0) & (rest < threshold))]


def audit(
    layout: Layout, rounded: Rounded, additive: Sequence[bool], required: Sequence[Required]
) -> tuple[Narrow, ...]:
    """Name the cells that rounding leaves in too narrow an interval; the table may leave only if there is none.

    Cells of ``required`` are numbered as in published(...).

    Raises:
        InconsistentPublication: No table at all could have been rounded like this.
    """
    return too_narrow(published(layout, rounded, additive), required, Numbers.ROUNDED)


def audit_width(layout: Layout, rounded: Rounded, additive: Sequence[bool], width: int) -> tuple[Narrow, ...]:
    """Name the cells and complements that anyone can bound to fewer than ``width`` + 1 whole numbers.

    Cells known to hold nobody and cells that were not asked for are left out. For policies that ask for a width
    instead of an interval.
    """
    publication = published(layout, rounded, additive)
    found = intervals(publication, numbers=Numbers.ROUNDED)
    low, high = np.ceil(found.low - 1e-6), np.floor(found.high + 1e-6)
    asked = np.concatenate([layout.published, np.ones(len(publication.complements), bool)])
    narrow = np.flatnonzero((high - low < width) & (high > 0) & asked)
    return tuple(Narrow(int(cell), float(low[cell]), float(high[cell])) for cell in narrow)
