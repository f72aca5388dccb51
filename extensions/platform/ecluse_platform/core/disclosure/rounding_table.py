"""Protection by rounding: every count is shown, none of them exactly; the attacker says whether that is enough."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ecluse_platform.core.disclosure.attack.intervals import Required
from ecluse_platform.core.disclosure.query import Kind, Measure, Unit
from ecluse_platform.core.disclosure.rounding.audit import audit, small_complements
from ecluse_platform.core.disclosure.rounding.controlled import controlled
from ecluse_platform.core.disclosure.rounding.midpoint import midpoint
from ecluse_platform.core.disclosure.rounding.rounded import Rounded
from ecluse_platform.core.disclosure.rows import write_rows
from ecluse_platform.core.disclosure.rules.primary import Primaries
from ecluse_platform.core.disclosure.rules.protection import protection_of, told_by_rows
from ecluse_platform.core.disclosure.table import Obeyed, ProtectedTable, Summary
from ecluse_platform.core.disclosure.tabular.quantities import Quantity, quantities
from ecluse_platform.core.disclosure.tabular.statistics import Count, Statistics
from ecluse_platform.core.disclosure.tabular.structure import Layout
from ecluse_platform.core.policy.disclosure import DisclosureProfile, Method
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
    counts: dict[str, Count] = {}
    ends = 0
    for quantity in quantities(layout, statistics, measures, profile):
        rounded = _rounded(layout, quantity, profile.method, profile.rounding_base)
        required = [
            *_required(layout, quantity, found, profile),
            *_required_of_complements(layout, quantity, rounded, profile),
        ]
        if audit(layout, rounded, quantity.additive, required):
            return None
        ends += 2 * len(required)
        if quantity.unit is not None:
            counts[quantity.name] = Count(quantity.unit, rounded.shown)
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


def _required(layout: Layout, quantity: Quantity, found: Primaries, profile: DisclosureProfile) -> list[Required]:
    floors = told_by_rows(layout, quantity)
    asked = (
        protection_of(cell, int(quantity.values[cell]), int(floors[cell]), quantity, profile)
        for cell in np.flatnonzero(found.counts & layout.published & (quantity.values > 0)).tolist()
    )
    return [Required(protection.cell, protection.low, protection.high) for protection in asked]


def _required_of_complements(
    layout: Layout, quantity: Quantity, rounded: Rounded, profile: DisclosureProfile
) -> list[Required]:
    """Ask the same of who is in a margin and not in a part of it, where persons do not add up."""
    if quantity.unit is not Unit.PERSONS:
        return []
    small = small_complements(layout, rounded, quantity.additive, quantity.values, profile.threshold_persons)
    return [Required(cell, profile.interval.low, profile.interval.high) for cell in small]
