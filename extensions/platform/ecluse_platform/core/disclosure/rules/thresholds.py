"""Thresholds: a cell must have enough of every protected unit; a quantile, enough persons on both sides.

Source of the numbers: the profile. Source of the rule: ATIH and the Health Data Hub (counts of 1 to 10 are never
restituted), CASD output rules 5.23 (no cell under 11 patients or stays), INSEE (at least 3 businesses).
"""

from __future__ import annotations

import numpy as np

from ecluse_platform.core.disclosure.query import Unit
from ecluse_platform.core.disclosure.table import Rule
from ecluse_platform.core.disclosure.tabular.statistics import Count, Quantile, Statistics, Sum
from ecluse_platform.core.disclosure.tabular.structure import Flags, Integers
from ecluse_platform.core.policy.disclosure import DisclosureProfile

RULES = {
    Unit.PERSONS: Rule.THRESHOLD_PERSONS,
    Unit.ROWS: Rule.THRESHOLD_ROWS,
    Unit.PROFESSIONALS: Rule.THRESHOLD_PROFESSIONALS,
    Unit.ESTABLISHMENTS: Rule.THRESHOLD_ESTABLISHMENTS,
}


def threshold_of(unit: Unit, profile: DisclosureProfile) -> int:
    """Return the least number of a unit; 1 where the profile has no threshold for it."""
    threshold = {
        Unit.PERSONS: profile.threshold_persons,
        Unit.ROWS: profile.threshold_rows,
        Unit.PROFESSIONALS: profile.threshold_professionals,
        Unit.ESTABLISHMENTS: profile.threshold_establishments,
    }[unit]
    return 1 if threshold is None else threshold


def too_few_units(statistics: Statistics, unit: Unit, profile: DisclosureProfile) -> Flags | None:
    """Flag the cells that have fewer than the threshold of a protected unit; None where the query does not name it.

    Where no professional, or no establishment, has any part in a cell, there is none to protect.
    """
    units = statistics.of_unit(unit)
    if units is None:
        return None
    few: Flags = units < threshold_of(unit, profile)
    return few if unit in {Unit.PERSONS, Unit.ROWS} else few & (units > 0)


def count_too_small(count: Count, profile: DisclosureProfile) -> Flags:
    """Flag the cells where a count that is shown is under the threshold of what it counts, or of its owners.

    A part of a count may be nobody: whether that is told is the rule of unanimity.
    """
    small = count.values < threshold_of(count.unit, profile)
    if count.part_of is not None:
        small &= count.values > 0
    if count.owners is not None:
        few: Flags = count.owners < profile.threshold_persons
        small |= few & ((count.values > 0) | (count.part_of is None))
    return small


def sum_of_too_few(found: Sum, profile: DisclosureProfile) -> Flags:
    """Flag the cells where too few persons or rows have a value at all."""
    return (found.persons < profile.threshold_persons) | (found.rows < profile.threshold_rows)


def tail_too_short(quantile: Quantile, profile: DisclosureProfile) -> Flags:
    """Flag the cells where a quantile has too few persons on one side: it is nearly a minimum or a maximum."""
    return _least(quantile.below, quantile.above) < profile.quantile_tail


def too_close(one: Quantile, other: Quantile, profile: DisclosureProfile) -> Flags:
    """Flag the cells where too few persons lie between two quantiles of a column: a row of them lists values singly.

    Between are at least those who are below one and not below the other, and those above one and not above the
    other. Two quantiles of one value (a heap) say nothing that one of them does not.
    """
    between = np.maximum(np.abs(one.below - other.below), np.abs(one.above - other.above))
    flags: Flags = (one.values != other.values) & (between < profile.quantile_tail)
    return flags


def part_too_small(part: Integers, whole: Integers, threshold: int) -> Flags:
    """Flag the cells where what is not counted is 1 to threshold - 1: a share, or a rate times N, tells it too.

    ``whole - part`` is the displayed complement: 48 of 50 persons are also 2 of 50.
    """
    rest = whole - part
    return (rest > 0) & (rest < threshold)


def _least(one: Integers, other: Integers) -> Integers:
    return one * (one <= other) + other * (other < one)
