"""Protecting a random table and attacking what would leave: each side with its own code."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ecluse_platform.core.disclosure.attack.intervals import Narrow, Numbers, Required, intervals, too_narrow
from ecluse_platform.core.disclosure.attack.knowledge import complements
from ecluse_platform.core.disclosure.attack.publication import Publication, read_table
from ecluse_platform.core.disclosure.suppression.relations import relate
from ecluse_platform.core.disclosure.suppression.suppress import Effort, suppress
from ecluse_platform.core.disclosure.suppression.system import Pattern, Protection
from ecluse_platform.core.disclosure.tabular.structure import Flags
from random_tables import RandomTable

EFFORT = Effort(work=10**9, trials=5)


def suppressed(table: RandomTable, threshold: int) -> Pattern:
    """Hide what must be hidden so that every group under the threshold may be anything from 1 up to it."""
    costs = np.ones(table.layout.size)
    related = relate(
        table.layout, table.values, table.additive, costs, least=table.least, smallest_complement=threshold
    )
    bare = released(table, np.ones(table.layout.size, bool))
    told = intervals(bare, [int(cell) for cell in table.small(threshold)]).low
    protections = [Protection(int(cell), max(1, int(told[cell])), threshold) for cell in table.small(threshold)]
    protections += [Protection(one.cell, 1, threshold) for one in related.complements]
    return suppress(related.system, protections, EFFORT)


def released(table: RandomTable, hidden: Flags) -> Publication:
    """Return what an outsider reads; the true values of hidden cells are not in it."""
    size = table.layout.size
    values = np.where(hidden[:size], -1, table.values)
    read = read_table("released", table.layout, values, ~hidden[:size], table.additive, least=table.least)
    alone = Publication((read,))
    return replace(alone, complements=complements(alone))


def demands(table: RandomTable, publication: Publication, threshold: int) -> list[Required]:
    """Require the interval for every small cell, and for every small complement of persons.

    What the bare list of cells tells (three cells that are there hold three persons) cannot be taken back.
    """
    pairs = publication.complements
    rest = np.array([table.values[margin] - table.values[part] for margin, part in pairs], np.int64)
    small = [*table.small(threshold), *(np.flatnonzero((rest > 0) & (rest < threshold)) + table.layout.size)]
    told = intervals(released(table, np.ones(table.layout.size, bool)), [int(cell) for cell in small]).low
    return [Required(int(cell), max(1.0, float(told[cell])), threshold) for cell in small]


def broken(table: RandomTable, hidden: Flags, threshold: int, numbers: Numbers = Numbers.REAL) -> tuple[Narrow, ...]:
    """Attack what leaves; name the small groups of persons whose interval is narrower than required."""
    publication = released(table, hidden)
    return too_narrow(publication, demands(table, publication, threshold), numbers)
