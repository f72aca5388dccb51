"""Protection by rounding: every count is shown, none of them exactly; the attacker says whether that is enough."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from ecluse_platform.core.disclosure.attack.intervals import Numbers, Required, too_narrow
from ecluse_platform.core.disclosure.attack.publication import Publication
from ecluse_platform.core.disclosure.gate import ties
from ecluse_platform.core.disclosure.query import Kind, Measure, Unit
from ecluse_platform.core.disclosure.rounding.audit import read_rounded, small_complements, with_complements
from ecluse_platform.core.disclosure.rounding.controlled import controlled
from ecluse_platform.core.disclosure.rounding.midpoint import midpoint
from ecluse_platform.core.disclosure.rounding.rounded import Rounded
from ecluse_platform.core.disclosure.rows import write_rows
from ecluse_platform.core.disclosure.rules.primary import Primaries
from ecluse_platform.core.disclosure.rules.protection import protection_of, told_by_rows
from ecluse_platform.core.disclosure.rules.unanimity import whole_group_in_one_cell
from ecluse_platform.core.disclosure.table import Obeyed, ProtectedTable, Summary
from ecluse_platform.core.disclosure.tabular.quantities import Quantity, quantities
from ecluse_platform.core.disclosure.tabular.statistics import Count, Statistics
from ecluse_platform.core.disclosure.tabular.structure import Layout
from ecluse_platform.core.policy.disclosure import DisclosureProfile, Method, Unanimity
from ecluse_platform.core.refusals import Refusal


def rounded_table(
    layout: Layout,
    statistics: Statistics,
    measures: Sequence[Measure],
    profile: DisclosureProfile,
    found: Primaries,
) -> ProtectedTable | None:
    """Return the rounded table, None where rounding leaves a small count in too narrow an interval.

    Only counts can be rounded: a mean or a sum of a rounded cell would say what the rounding hides. Raises Refusal for
    other measures.
    """
    other = next((measure for measure in measures if measure.kind is not Kind.COUNT), None)
    if other is not None or profile.rounding_base is None:
        raise Refusal("table_rounding", {"what": "" if other is None else other.name})
    base = profile.rounding_base
    published = quantities(layout, statistics, measures, profile)
    rounded = [_rounded(layout, quantity, profile.method, base) for quantity in published]
    seen = _seen(layout, published, rounded)
    required = [*_required(layout, published, found, profile), *_required_of_complements(seen, published, profile)]
    if too_narrow(seen, required, Numbers.ROUNDED):
        return None
    ends = 2 * len(required)
    counts = {
        quantity.name: Count(quantity.unit, one.shown)
        for quantity, one in zip(published, rounded, strict=True)
        if quantity.unit is not None
    }
    measured = [measure.model_copy(update={"of": measure.quantities[0]}) for measure in measures]
    rows = write_rows(layout, replace(statistics, counts=counts), measured, {})
    return ProtectedTable(
        dimensions=tuple(dimension.name for dimension in layout.dimensions),
        measures=tuple(measures),
        rows=rows,
        obeys=Obeyed.of(profile),
        summary=Summary(primary=0, secondary=0, kept_percent=None, ends=ends, attacked=ends),
    )


def _rounded(layout: Layout, quantity: Quantity, method: Method, base: int) -> Rounded:
    if method is Method.MIDPOINT_ROUNDING:
        return midpoint(quantity.values, base)
    return controlled(layout, quantity.values, quantity.additive, base)


def _seen(layout: Layout, published: Sequence[Quantity], rounded: Sequence[Rounded]) -> Publication:
    """Lay all counts side by side, as outsiders do: persons are no more than their rows, a part than its whole.

    What a part leaves is shown nowhere; it follows from the two.
    """
    nothing = np.full(layout.size, np.inf)
    tables = tuple(
        read_rounded(
            quantity.name,
            layout,
            replace(one, low=np.zeros(layout.size), high=nothing) if quantity.is_rest else one,
            quantity.additive,
        )
        for quantity, one in zip(published, rounded, strict=True)
    )
    return with_complements(Publication(tables, tuple(ties(layout, published))))


def _required(
    layout: Layout, published: Sequence[Quantity], found: Primaries, profile: DisclosureProfile
) -> Iterator[Required]:
    """Ask for every small count, and for groups that are in one cell whole, whatever their size.

    Rows enough, of too few persons, say nothing of how many those are; and where what is not counted is too small,
    it is what is not counted that is asked for.
    """
    for number, quantity in enumerate(published):
        floors = told_by_rows(layout, quantity)
        own = quantity.values < profile.interval.high
        if quantity.unit is Unit.PERSONS and profile.unanimous is not Unanimity.OFF:
            own |= whole_group_in_one_cell(layout, quantity.values)
        for cell in np.flatnonzero(found.counts & layout.published & (quantity.values > 0) & own).tolist():
            asked = protection_of(cell, int(quantity.values[cell]), int(floors[cell]), quantity, profile)
            yield Required(number * layout.size + cell, asked.low, asked.high)


def _required_of_complements(
    seen: Publication, published: Sequence[Quantity], profile: DisclosureProfile
) -> Iterator[Required]:
    """Ask the same of who is in a margin and not in a part of it, where persons do not add up."""
    persons = [
        quantity.values if quantity.unit is Unit.PERSONS else np.zeros_like(quantity.values) for quantity in published
    ]
    for cell in small_complements(seen, np.concatenate(persons), profile.threshold_persons):
        yield Required(cell, profile.interval.low, profile.interval.high)
