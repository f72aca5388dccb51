"""What the measures of a table publish, as vectors that add up or not: each must be protected by itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ecluse_platform.core.disclosure.query import Kind, Measure, Unit
from ecluse_platform.core.disclosure.tabular.lines import lines_of
from ecluse_platform.core.disclosure.tabular.statistics import Count, Statistics, Sum, Wholes
from ecluse_platform.core.disclosure.tabular.structure import Integers, Layout
from ecluse_platform.core.policy.disclosure import DisclosureProfile, Zeros

# Far below any amount, and far from the end of 64 bits: what is known of a sum that may be negative is nothing.
_NO_FLOOR = -(2**44)
# Sums of squares are protected in a unit in which the largest stays below this, so that products fit in 64 bits.
_LARGEST_SQUARES = 2**44


@dataclass(frozen=True, eq=False)
class Quantity:
    """One published vector over cells; ``unit`` is None for an amount.

    ``additive[d]`` says that the categories of dimension ``d`` add up exactly. ``least`` is what an outsider knows
    every hidden cell to be at least.
    """

    name: str
    values: Integers
    unit: Unit | None
    additive: tuple[bool, ...]
    least: int
    part_of: str | None = None
    # It counts those of ``part_of`` who are not in the part.
    is_rest: bool = False


def contained(found: Sequence[Quantity]) -> list[tuple[int, int]]:
    """List the pairs (lesser, greater), by position, where everybody knows that no cell has more of the lesser.

    Whoever is counted has at least one row, so that persons, professionals and establishments are no more than rows; a
    part, and what it leaves, are no more than their whole.
    """
    places = {quantity.name: place for place, quantity in enumerate(found)}
    pairs = []
    for place, quantity in enumerate(found):
        if quantity.part_of in places:
            pairs.append((place, places[quantity.part_of]))
        if quantity.unit is None or quantity.name == Unit.ROWS.value:
            continue
        for other, rows in enumerate(found):
            alike = (rows.part_of is None, rows.is_rest) == (quantity.part_of is None, quantity.is_rest)
            if rows.unit is Unit.ROWS and quantity.unit is not Unit.ROWS and alike and _all_rows(rows):
                pairs.append((place, other))
    return pairs


def wholes(found: Sequence[Quantity]) -> list[tuple[int, int, int]]:
    """List (part, what it leaves, whole), by position, where all three are published."""
    places = {quantity.name: place for place, quantity in enumerate(found)}
    parts = [(place, quantity) for place, quantity in enumerate(found) if quantity.part_of and not quantity.is_rest]
    return [
        (place, places[f"{part.part_of} less {part.name}"], places[part.part_of])
        for place, part in parts
        if part.part_of in places
    ]


def _all_rows(quantity: Quantity) -> bool:
    """Say whether it counts rows whether or not they have some value."""
    return Unit.ROWS.value in (quantity.name, quantity.part_of)


def quantities(
    layout: Layout, statistics: Statistics, measures: Sequence[Measure], profile: DisclosureProfile
) -> tuple[Quantity, ...]:
    """Return all that the measures publish, what is not counted by a part included, each once, persons first."""
    found: dict[str, Quantity] = {}
    for measure in sorted(measures, key=lambda measure: measure.unit is not Unit.PERSONS):
        for name in measure.quantities:
            for quantity in _of(name, measure, layout, statistics, profile):
                found.setdefault(quantity.name, quantity)
    return tuple(found.values())


def adds_up(layout: Layout, values: Integers) -> tuple[bool, ...]:
    """Say for each dimension whether every margin is the sum of its cells.

    For distinct persons this is so exactly if nobody is in two categories: a union is as large as its parts together
    only where they do not overlap.
    """
    return tuple(_adds_up_along(layout, axis, values) for axis in range(len(layout.dimensions)))


def _adds_up_along(layout: Layout, axis: int, values: Integers) -> bool:
    lines = lines_of(layout, axis)
    sums = np.zeros(layout.size, dtype=np.int64)
    np.add.at(sums, lines.margins, values[lines.parts])
    margins = np.unique(lines.margins)
    return bool((sums[margins] == values[margins]).all())


def _of(
    name: str, measure: Measure, layout: Layout, statistics: Statistics, profile: DisclosureProfile
) -> Iterator[Quantity]:
    if name in statistics.quantiles:
        return
    everywhere = (True,) * len(layout.dimensions)
    if name in statistics.sums:
        found = statistics.sums[name]
        yield Quantity(name, found.total, None, everywhere, 0 if found.nonnegative else _NO_FLOOR)
        if measure.kind in {Kind.MEAN, Kind.STANDARD_DEVIATION}:
            yield Quantity(f"{name} rows", found.rows, Unit.ROWS, everywhere, 0)
        if measure.kind is Kind.STANDARD_DEVIATION:
            yield Quantity(f"{name} squares", _squares(layout, found), None, everywhere, 0)
        return
    count = statistics.count(name)
    yield _counted(name, count, layout, _least(name, layout, profile))
    if count.part_of is not None:
        whole = statistics.count(count.part_of)
        rest = Count(count.unit, whole.values - count.values)
        left = _counted(f"{count.part_of} less {name}", rest, layout, 0)
        yield replace(left, part_of=count.part_of, is_rest=True)


def _counted(name: str, count: Count, layout: Layout, least: int) -> Quantity:
    # Rows are in one cell each; other units may be in several, and only the data say in which dimensions they are not.
    additive = (True,) * len(layout.dimensions) if count.unit is Unit.ROWS else adds_up(layout, count.values)
    return Quantity(name, count.values, count.unit, additive, least, count.part_of)


def _least(name: str, layout: Layout, profile: DisclosureProfile) -> int:
    """Return 1 where a row that exists says that somebody is there, 0 elsewhere."""
    told = profile.zeros is Zeros.SHOWN and bool(layout.dimensions)
    return int(told and name in {Unit.PERSONS.value, Unit.ROWS.value})


def _squares(layout: Layout, found: Sum) -> Integers:
    """Return sums of squares in a unit coarse enough for 64 bits; margins are rebuilt so that they add up in it."""
    if found.squares is None:
        raise ValueError("a standard deviation needs the sum of squares")
    most = max((int(value) for value in found.squares), default=0)
    if most < _LARGEST_SQUARES:
        return found.squares.astype(np.int64)
    return _rebuilt(layout, found.squares, most // _LARGEST_SQUARES + 1)


def _rebuilt(layout: Layout, values: Wholes, unit: int) -> Integers:
    """Divide the innermost cells by a unit, rounding down, and add them up again dimension by dimension."""
    coarse = np.array([int(value) // unit for value in values], dtype=np.int64)
    for axis in range(len(layout.dimensions)):
        lines = lines_of(layout, axis)
        depth = _depths(layout.dimensions[axis].parents)[layout.codes[:, axis]]
        # Deepest groups first: each level is the sum of the one below it.
        for level in sorted(set(depth[lines.margins].tolist()), reverse=True):
            pairs = depth[lines.margins] == level
            margins = lines.margins[pairs]
            coarse[np.unique(margins)] = 0
            np.add.at(coarse, margins, coarse[lines.parts[pairs]])
    return coarse


def _depths(parents: tuple[int, ...]) -> Integers:
    depths = []
    for start in range(len(parents)):
        depth, category = 0, start
        while parents[category] >= 0:
            depth, category = depth + 1, parents[category]
        depths.append(depth)
    return np.array(depths, dtype=np.int64)
