"""Cells that nobody published but that exist all the same: they are at least 0, and that bounds those that are hidden.

Margins of published cells are always added. The cells inside several published groupings are added where these form a
cycle (A by B, B by C, A by C): elsewhere any tables that agree on what they share are those of some joint table
(Vorob'ev, "Consistent families of measures and their extensions", 1962), so that the joint table tells nothing more.
"""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np

from ecluse_platform.core.disclosure.attack.publication import PublishedTable
from ecluse_platform.core.disclosure.tabular.structure import ROOT, Integers

MOST_CELLS = 500_000


class TooManyCells(Exception):
    """The cells that exist behind what was published are too many to reason about: nothing can be concluded."""


def completed(table: PublishedTable, most_cells: int) -> PublishedTable:
    """Return the table with its missing margins, and with its inside where its groupings form a cycle.

    The cells of the table come first, in their order; what is added may hold anything from 0 up, or
    anything at all where sums may be negative.

    Raises:
        TooManyCells: There would be more than ``most_cells`` cells.
    """
    if not table.size or table.size == np.prod([float(len(d.categories)) for d in table.dimensions]):
        return table
    codes = table.codes
    groupings = _groupings(table)
    everything = frozenset(range(len(table.dimensions)))
    if everything not in groupings and not is_acyclic(groupings):
        codes = np.concatenate([codes, _inside(table, groupings, most_cells)])
    codes = _with_margins(table, codes)
    added = codes.shape[0] - table.size
    if not added:
        return table
    if codes.shape[0] > most_cells:
        raise TooManyCells
    # Where some sum is known to be able to be negative, any sum is.
    floor = 0.0 if (table.low >= 0).all() else -np.inf
    low, high = (
        np.concatenate([ends, np.full(added, end)]) for ends, end in ((table.low, floor), (table.high, np.inf))
    )
    return replace(table, codes=codes, low=low, high=high)


def is_acyclic(groupings: set[frozenset[int]]) -> bool:
    """Say whether sets of dimensions form no cycle (Graham, Yu and Ozsoyoglu): taking ears off leaves nothing."""
    edges = set(groupings)
    while True:
        seen = [dimension for edge in edges for dimension in edge]
        smaller = {frozenset(d for d in edge if seen.count(d) > 1) for edge in edges}
        smaller = {edge for edge in smaller if not any(edge < other for other in smaller)}
        if smaller == edges:
            return not any(edges)
        edges = smaller


def _groupings(table: PublishedTable) -> set[frozenset[int]]:
    """Return the sets of dimensions that are shown together; those inside another one are left out."""
    totals = np.array([dimension.total for dimension in table.dimensions])
    shown = {frozenset(np.flatnonzero(row).tolist()) for row in np.unique(table.codes != totals, axis=0)}
    return {one for one in shown if not any(one < other for other in shown)}


def _inside(table: PublishedTable, groupings: set[frozenset[int]], most_cells: int) -> Integers:
    """Return the combinations of leaves of all dimensions that every grouping has a cell for."""
    leaves = [
        [i for i in np.unique(table.codes[:, d]) if int(i) not in dimension.parents]
        for d, dimension in enumerate(table.dimensions)
    ]
    if np.prod([float(len(inside)) for inside in leaves]) > most_cells:
        raise TooManyCells
    product = np.array(list(itertools.product(*leaves)), np.int64).reshape(-1, len(leaves))
    totals = np.array([dimension.total for dimension in table.dimensions])
    possible = np.ones(len(product), bool)
    present = {tuple(row) for row in table.codes.tolist()}
    for grouping in groupings:
        outside = [d for d in range(len(leaves)) if d not in grouping]
        projected = product.copy()
        projected[:, outside] = totals[outside]
        possible &= np.array([tuple(row) in present for row in projected.tolist()], bool)
    return product[possible]


def _with_margins(table: PublishedTable, codes: Integers) -> Integers:
    """Append every group and total above the cells that is not among them."""
    for axis, dimension in enumerate(table.dimensions):
        parents = np.array(dimension.parents)
        while True:
            inner = codes[parents[codes[:, axis]] != ROOT]
            above = inner.copy()
            above[:, axis] = parents[inner[:, axis]]
            everything, first = np.unique(np.concatenate([codes, above]), axis=0, return_index=True)
            new = everything[first >= codes.shape[0]]
            if not new.size:
                break
            codes = np.concatenate([codes, new])
    return codes
