"""All primary rules on one table: for each cell, the first rule that hides it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from ecluse_platform.core.disclosure.query import Kind, Measure, Unit
from ecluse_platform.core.disclosure.rows import margins_of
from ecluse_platform.core.disclosure.rules.concentration import concentrated
from ecluse_platform.core.disclosure.rules.thresholds import (
    RULES,
    count_too_small,
    part_too_small,
    sum_of_too_few,
    tail_too_short,
    threshold_of,
    too_close,
    too_few_units,
)
from ecluse_platform.core.disclosure.rules.unanimity import all_or_nobody, whole_group_in_one_cell
from ecluse_platform.core.disclosure.table import Rule
from ecluse_platform.core.disclosure.tabular.statistics import Statistics
from ecluse_platform.core.disclosure.tabular.structure import Flags, Layout
from ecluse_platform.core.policy.disclosure import DisclosureProfile, Unanimity, Zeros
from ecluse_platform.core.refusals import Refusal

_OF_VALUES = frozenset({Rule.LARGEST_SHARE, Rule.DOMINANCE, Rule.P_PERCENT, Rule.QUANTILE_TAIL})


@dataclass(frozen=True, eq=False)
class Primaries:
    """Which cells hide for themselves: ``rules`` has the first rule for each, None for no rule.

    ``counts`` are those in which a count says too much, not only an amount or a quantile.
    """

    flags: Flags
    counts: Flags
    rules: tuple[Rule | None, ...]


def primaries(
    layout: Layout, statistics: Statistics, measures: Sequence[Measure], profile: DisclosureProfile
) -> Primaries:
    """Apply every rule of a profile to every cell, published or not; raise Refusal where policy refuses unanimity.

    A cell that nobody is in is sensitive only where policy protects zeros.
    """
    first: list[Rule | None] = [None] * statistics.size
    counts = np.zeros(statistics.size, dtype=bool)
    for rule, flags in _rules(layout, statistics, measures, profile):
        if rule is Rule.UNANIMOUS and profile.unanimous is Unanimity.REFUSE and (flags & layout.published).any():
            raise Refusal("table_unanimous")
        for cell in np.flatnonzero(flags).tolist():
            first[cell] = first[cell] or rule
        if rule not in _OF_VALUES:
            counts |= flags
    if profile.zeros is Zeros.SHOWN and layout.dimensions:
        empty = (statistics.persons == 0) & (statistics.rows == 0)
        counts &= ~empty
        for cell in np.flatnonzero(empty).tolist():
            first[cell] = None
    for rule, flags in _without_value(layout, statistics, measures):
        for cell in np.flatnonzero(flags & layout.published).tolist():
            first[cell] = first[cell] or rule
    return Primaries(np.array([rule is not None for rule in first], dtype=bool), counts, tuple(first))


def _rules(
    layout: Layout, statistics: Statistics, measures: Sequence[Measure], profile: DisclosureProfile
) -> Iterator[tuple[Rule, Flags]]:
    if profile.zeros is Zeros.PROTECTED:
        yield Rule.ZERO, statistics.persons == 0
    for unit in Unit:
        few = too_few_units(statistics, unit, profile)
        if few is not None:
            yield RULES[unit], few
    for name in dict.fromkeys(name for measure in measures for name in measure.quantities):
        yield from _of_quantity(name, statistics, profile)
    yield from _side_by_side(statistics, measures, profile)
    for measure in measures:
        if measure.kind is Kind.PERCENTAGE and measure.margin:
            yield Rule.COMPLEMENT, _of_margin(measure, layout, statistics, profile)
    if profile.unanimous is not Unanimity.OFF:
        yield Rule.UNANIMOUS, whole_group_in_one_cell(layout, statistics.persons)


def _side_by_side(
    statistics: Statistics, measures: Sequence[Measure], profile: DisclosureProfile
) -> Iterator[tuple[Rule, Flags]]:
    """Apply the rules to what follows from two columns: the difference of two sums, what lies between two quantiles."""
    shown = {name for measure in measures for name in measure.quantities}
    for pair, difference in statistics.differences.items():
        if shown.issuperset(pair):
            yield from concentrated(difference, profile).items()
    for one, other in combinations(sorted(shown & set(statistics.quantiles)), 2):
        near, far = statistics.quantiles[one], statistics.quantiles[other]
        if near.of == far.of:
            yield Rule.QUANTILE_TAIL, too_close(near, far, profile)


def _without_value(layout: Layout, statistics: Statistics, measures: Sequence[Measure]) -> Iterator[tuple[Rule, Flags]]:
    """Flag the cells where some column has no value: a quotient of nothing, a quantile of nobody.

    There is nothing to show, and nothing to protect either: such a cell asks for no interval of its counts.
    """
    if all(measure.kind in {Kind.COUNT, Kind.SUM} for measure in measures):
        return
    yield Rule.THRESHOLD_PERSONS, statistics.rows == 0
    for measure in measures:
        name = measure.quantities[-1]
        if measure.margin:
            margins = margins_of(layout, measure)
            yield Rule.THRESHOLD_PERSONS, (margins < 0) | (statistics.count(name).values[margins] == 0)
        elif measure.over is not None:
            divisor = statistics.sums[name].total if name in statistics.sums else statistics.count(name).values
            # All that is divided by is 0: everybody's amount, or nobody has the property.
            yield Rule.UNANIMOUS, divisor == 0


def _of_quantity(name: str, statistics: Statistics, profile: DisclosureProfile) -> Iterator[tuple[Rule, Flags]]:
    if name in statistics.sums:
        found = statistics.sums[name]
        yield Rule.THRESHOLD_PERSONS, sum_of_too_few(found, profile)
        yield from concentrated(found, profile).items()
    elif name in statistics.quantiles:
        yield Rule.QUANTILE_TAIL, tail_too_short(statistics.quantiles[name], profile)
    else:
        count = statistics.count(name)
        yield RULES[count.unit], count_too_small(count, profile)
        if count.part_of is not None:
            whole = statistics.count(count.part_of)
            yield Rule.COMPLEMENT, part_too_small(count.values, whole.values, threshold_of(count.unit, profile))
            if profile.unanimous is not Unanimity.OFF:
                yield Rule.UNANIMOUS, all_or_nobody(count, whole)


def _of_margin(measure: Measure, layout: Layout, statistics: Statistics, profile: DisclosureProfile) -> Flags:
    """Flag the cells whose margin has 1 to threshold - 1 more than they have; a share of a margin tells that."""
    margins = margins_of(layout, measure)
    count = statistics.count(measure.quantities[0])
    flags = part_too_small(count.values, count.values[margins], threshold_of(count.unit, profile))
    return flags & (margins >= 0)
