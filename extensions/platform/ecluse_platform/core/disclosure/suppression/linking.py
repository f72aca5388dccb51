"""Several tables as one system: cells of different tables that count the same persons are one cell."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix, vstack

from ecluse_platform.core.disclosure.suppression.system import System
from ecluse_platform.core.disclosure.tabular.structure import Integers, Layout

Key = Hashable


class SharedCellsDiffer(ValueError):
    """Two tables give different values to what is said to be one cell; ``table`` and ``cell`` say where."""

    def __init__(self, table: int, cell: int) -> None:
        """Name the second table and its cell."""
        super().__init__(f"cell {cell} of table {table} differs from the same cell of an earlier table")
        self.table = table
        self.cell = cell


@dataclass(frozen=True, eq=False)
class Joined:
    """One system for several tables; ``places[t][c]`` is where cell ``c`` of table ``t`` is in it."""

    system: System
    places: tuple[Integers, ...]


def cell_keys(layout: Layout) -> tuple[Key, ...]:
    """Name each cell by what selects it: the set of (dimension, category) without totals.

    Right only for tables over the same rows whose dimensions of one name have the same categories.
    """
    names = [[(d.name, i) for i in range(len(d.categories))] for d in layout.dimensions]
    labels = [[(d.name, d.categories[i]) for i in range(len(d.categories))] for d in layout.dimensions]
    totals = [d.total for d in layout.dimensions]
    return tuple(
        frozenset(labels[axis][code] for axis, code in enumerate(row) if names[axis][code][1] != totals[axis])
        for row in layout.codes.tolist()
    )


def join_systems(systems: Sequence[System], keys: Sequence[Sequence[Key | None]]) -> Joined:
    """Lay systems over one another where their cells have the same key; None is a key that no other cell has.

    A shared cell is published if one of the tables publishes it, fixed if one fixes it, and an outsider knows the
    larger of its least values. Raises SharedCellsDiffer.
    """
    seen: dict[Key, int] = {}
    places: list[Integers] = []
    count = 0
    for system, names in zip(systems, keys, strict=True):
        place = np.empty(system.size, dtype=np.int64)
        for cell, name in enumerate(names):
            known = None if name is None else seen.get(name)
            if known is None:
                known, count = count, count + 1
                if name is not None:
                    seen[name] = known
            place[cell] = known
        places.append(place)
    return Joined(_merge(systems, places, count), tuple(places))


def _merge(systems: Sequence[System], places: list[Integers], count: int) -> System:
    values = np.zeros(count, dtype=np.int64)
    least = np.full(count, np.iinfo(np.int64).min, dtype=np.int64)
    unpublished = np.ones(count, dtype=bool)
    fixed = np.zeros(count, dtype=bool)
    costs = np.zeros(count)
    filled = np.zeros(count, dtype=bool)
    for table, (system, place) in enumerate(zip(systems, places, strict=True)):
        differs = filled[place] & (values[place] != system.values)
        if differs.any():
            raise SharedCellsDiffer(table, int(np.argmax(differs)))
        values[place] = system.values
        filled[place] = True
        least[place] = np.maximum(least[place], system.least)
        unpublished[place] &= system.unpublished
        fixed[place] |= system.fixed
        costs[place] = np.maximum(costs[place], system.costs)
    return System(
        values=values,
        equalities=vstack([_moved(s.equalities, p, count) for s, p in zip(systems, places, strict=True)], format="csr"),
        inequalities=vstack(
            [_moved(s.inequalities, p, count) for s, p in zip(systems, places, strict=True)], format="csr"
        ),
        least=least,
        unpublished=unpublished,
        fixed=fixed,
        costs=costs,
    )


def _moved(matrix: csr_matrix, place: Integers, count: int) -> csr_matrix:
    entries = matrix.tocoo()
    return csr_matrix((entries.data, (entries.row, place[entries.col])), shape=(matrix.shape[0], count))
