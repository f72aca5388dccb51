"""Tables that share margins, as one: cells that select the same persons are one cell, hidden in all tables or in none.

Dimensions of one name are one dimension; a table without a dimension is at its total. Nothing is assumed of the inside
that no table shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ecluse_platform.core.disclosure.query import Unit
from ecluse_platform.core.disclosure.tabular.checking import Declared
from ecluse_platform.core.disclosure.tabular.numbers import LARGEST
from ecluse_platform.core.disclosure.tabular.statistics import Count, Statistics, Sum, taken
from ecluse_platform.core.disclosure.tabular.structure import Dimension, Integers, Layout
from ecluse_platform.core.refusals import Refusal


@dataclass(frozen=True, eq=False)
class Linked:
    """Several tables as one; ``cells[t][i]`` is the cell that line ``i`` of table ``t`` describes."""

    table: Declared
    cells: tuple[Integers, ...]


def link(tables: Sequence[Declared]) -> Linked:
    """Lay tables over one another; raise Refusal where they cannot be tables of the same persons."""
    first = tables[0]
    if any(table.measures != first.measures for table in tables):
        raise Refusal("table_linked_measures")
    laid = laid_over([table.layout for table in tables])
    statistics = _joined([table.statistics for table in tables])
    if not _agree(statistics, laid.kept[laid.twins]):
        raise Refusal("table_linked_differ")
    places = tuple(inside[table.cells] for inside, table in zip(laid.places, tables, strict=True))
    return Linked(Declared(laid.layout, taken(statistics, laid.kept), first.measures, places[0]), places)


@dataclass(frozen=True, eq=False)
class Overlay:
    """Layouts over one another: ``places[t][i]`` is where cell ``i`` of layout ``t`` is in the common one.

    All cells one after the other: ``kept`` says which of them came first in each place, ``twins`` the place of each.
    """

    layout: Layout
    places: tuple[Integers, ...]
    kept: Integers
    twins: Integers


def laid_over(layouts: Sequence[Layout]) -> Overlay:
    """Lay cells over one another; raise Refusal where a dimension of one name has other categories elsewhere."""
    dimensions = _dimensions(layouts)
    together = np.concatenate([_codes(dimensions, layout) for layout in layouts])
    cells, kept, inverse = np.unique(together, axis=0, return_index=True, return_inverse=True)
    twins = inverse.ravel()
    published = np.zeros(len(cells), dtype=bool)
    np.logical_or.at(published, twins, np.concatenate([layout.published for layout in layouts]))
    ends = np.cumsum([layout.size for layout in layouts])
    places = tuple(twins[end - layout.size : end] for end, layout in zip(ends.tolist(), layouts, strict=True))
    return Overlay(Layout(dimensions, cells, published), places, kept, twins)


def _dimensions(layouts: Sequence[Layout]) -> tuple[Dimension, ...]:
    found: dict[str, Dimension] = {}
    for layout in layouts:
        for dimension in layout.dimensions:
            known = found.setdefault(dimension.name, dimension)
            if _tree(known) != _tree(dimension):
                raise Refusal("table_linked_dimension", {"dimension": dimension.name})
    return tuple(found.values())


def _tree(dimension: Dimension) -> dict[str | None, str | None]:
    """Name the group of each category, whatever their order."""
    return {
        label: None if parent < 0 else dimension.categories[parent]
        for label, parent in zip(dimension.categories, dimension.parents, strict=True)
    }


def _codes(dimensions: Sequence[Dimension], layout: Layout) -> Integers:
    own = {dimension.name: axis for axis, dimension in enumerate(layout.dimensions)}
    columns = []
    for dimension in dimensions:
        if dimension.name not in own:
            columns.append(np.full(layout.size, dimension.total, dtype=np.int64))
            continue
        axis = own[dimension.name]
        places = {label: place for place, label in enumerate(dimension.categories)}
        moved = np.array([places[label] for label in layout.dimensions[axis].categories], dtype=np.int64)
        columns.append(moved[layout.codes[:, axis]])
    return np.stack(columns, axis=1)


def _joined(parts: Sequence[Statistics]) -> Statistics:
    """Put the cells of several tables one after the other; amounts in the smallest unit of any of them."""

    def units(unit: Unit) -> Integers | None:
        found = [values for values in (part.of_unit(unit) for part in parts) if values is not None]
        return np.concatenate(found) if found else None

    counts = {
        name: Count(one.unit, np.concatenate([part.counts[name].values for part in parts]))
        for name, one in parts[0].counts.items()
    }
    return Statistics(
        persons=np.concatenate([part.persons for part in parts]),
        rows=np.concatenate([part.rows for part in parts]),
        professionals=units(Unit.PROFESSIONALS),
        establishments=units(Unit.ESTABLISHMENTS),
        counts=counts,
        sums={name: _sum([part.sums[name] for part in parts]) for name in parts[0].sums},
    )


def _sum(parts: Sequence[Sum]) -> Sum:
    scale = max(part.scale for part in parts)
    scaled = [_rescaled(part, scale) for part in parts]
    return Sum(
        scale=scale,
        total=np.concatenate([part.total for part in scaled]),
        rows=np.concatenate([part.rows for part in scaled]),
        persons=np.concatenate([part.persons for part in scaled]),
        weight=np.concatenate([part.weight for part in scaled]),
        largest={unit: np.concatenate([part.largest[unit] for part in scaled]) for unit in scaled[0].largest},
        nonnegative=all(part.nonnegative for part in scaled),
    )


def _rescaled(part: Sum, scale: int) -> Sum:
    factor = 10 ** (scale - part.scale)
    if part.weight.size and int(part.weight.max()) > LARGEST // factor:
        raise Refusal("table_linked_measures")
    largest = {unit: values * factor for unit, values in part.largest.items()}
    return replace(part, scale=scale, total=part.total * factor, weight=part.weight * factor, largest=largest)


def _agree(statistics: Statistics, twins: Integers) -> bool:
    """Say whether each cell has the numbers of the first one that is the same cell."""
    vectors = [statistics.persons, statistics.rows, *(count.values for count in statistics.counts.values())]
    vectors += [one.total for one in statistics.sums.values()]
    vectors += [units for units in (statistics.professionals, statistics.establishments) if units is not None]
    return all(bool((values == values[twins]).all()) for values in vectors)
