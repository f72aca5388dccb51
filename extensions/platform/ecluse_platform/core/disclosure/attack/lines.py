"""The lines of a table: which cells make up which margin, found from the cells themselves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ecluse_platform.core.disclosure.attack.publication import PublishedTable
from ecluse_platform.core.disclosure.tabular.structure import ROOT, Integers

LARGEST = 2**62


@dataclass(frozen=True, eq=False)
class Lines:
    """Along one dimension: ``above[c]`` is the cell of the nearest group that holds cell ``c``, ROOT where none is."""

    dimension: int
    above: Integers

    @property
    def parts(self) -> Integers:
        """Return the cells that are inside another."""
        return np.flatnonzero(self.above != ROOT)


def lines_of(table: PublishedTable) -> tuple[Lines, ...]:
    """Find the lines along each dimension; a group that has no cell is skipped, and its categories count for it.

    Raises:
        ValueError: Two cells are in the same place.
    """
    return tuple(_along(table, dimension) for dimension in range(len(table.dimensions)))


def _along(table: PublishedTable, dimension: int) -> Lines:
    parents = np.asarray(table.dimensions[dimension].parents, np.int64)
    categories = table.codes[:, dimension]
    line = _number(table, dimension) * len(parents)
    keys = line + categories
    order = np.argsort(keys, kind="stable")
    in_order = keys[order]
    if (in_order[1:] == in_order[:-1]).any():
        raise ValueError(f"two cells of {table.name} are in the same place")
    above = np.full(table.size, ROOT, np.int64)
    group = parents[categories]
    waiting = np.flatnonzero(group != ROOT)
    while waiting.size:
        wanted = line[waiting] + group[waiting]
        place = np.minimum(np.searchsorted(in_order, wanted), table.size - 1)
        found = in_order[place] == wanted
        above[waiting[found]] = order[place[found]]
        waiting = waiting[~found]
        group[waiting] = parents[group[waiting]]
        waiting = waiting[group[waiting] != ROOT]
    return Lines(dimension, above)


def _number(table: PublishedTable, dimension: int) -> Integers:
    """Number the lines along a dimension: cells share a line where all their other categories are equal."""
    others = [d for d in range(len(table.dimensions)) if d != dimension]
    shape = [len(table.dimensions[d].categories) for d in others]
    if not others:
        return np.zeros(table.size, np.int64)
    if float(np.prod(np.asarray(shape, float))) * len(table.dimensions[dimension].categories) < LARGEST:
        return np.asarray(np.ravel_multi_index(tuple(table.codes[:, others].T), tuple(shape)), np.int64)
    return np.asarray(np.unique(table.codes[:, others], axis=0, return_inverse=True)[1], np.int64).ravel()
