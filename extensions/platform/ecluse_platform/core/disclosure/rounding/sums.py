"""Which cells of a table are the sums of which others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

from ecluse_platform.core.disclosure.attack.lines import lines_of
from ecluse_platform.core.disclosure.attack.publication import PublishedTable
from ecluse_platform.core.disclosure.tabular.structure import Flags, Integers, Layout


@dataclass(frozen=True, eq=False)
class Sums:
    """``matrix @ x == 0`` says that every margin is the sum of its parts; ``leaves`` are the cells that are no margin.

    ``held`` has one row per cell and one column per leaf, 1 where the leaf adds to the cell.
    """

    matrix: csr_matrix
    leaves: Flags
    held: csr_matrix


def sums_of(layout: Layout, additive: Sequence[bool]) -> Sums:
    """Find the sums along every additive dimension; along the others nothing adds up and nothing is asked to."""
    nothing = np.zeros(layout.size)
    table = PublishedTable("table", layout.dimensions, layout.codes, nothing, nothing, tuple(additive))
    rows: list[Integers] = []
    columns: list[Integers] = []
    weights: list[Integers] = []
    count = 0
    first_along: Integers = np.full(layout.size, -1, np.int64)
    pairs: list[tuple[Integers, Integers]] = []
    for line in lines_of(table):
        if not additive[line.dimension]:
            continue
        parts = line.parts
        margins, row = np.unique(line.above[parts], return_inverse=True)
        rows.append(np.concatenate([row, np.arange(margins.size)]) + count)
        columns.append(np.concatenate([parts, margins]))
        weights.append(np.concatenate([np.ones(parts.size, np.int64), -np.ones(margins.size, np.int64)]))
        count += margins.size
        # One dimension suffices to make a margin of its parts: the first along which it has any.
        new = margins[first_along[margins] < 0]
        first_along[new] = line.dimension
        mine = first_along[line.above[parts]] == line.dimension
        pairs.append((line.above[parts][mine], parts[mine]))
    matrix = csr_matrix((_joined(weights), (_joined(rows), _joined(columns))), shape=(count, layout.size))
    leaves = first_along < 0
    return Sums(matrix, leaves, _held(leaves, pairs))


def _held(leaves: Flags, pairs: list[tuple[Integers, Integers]]) -> csr_matrix:
    size = leaves.size
    above, below = _joined([a for a, _ in pairs]), _joined([b for _, b in pairs])
    step = csr_matrix((np.ones(above.size, np.int64), (above, below)), shape=(size, size))
    held = csr_matrix((np.ones(int(leaves.sum()), np.int64), (np.flatnonzero(leaves), np.arange(int(leaves.sum())))))
    held.resize((size, int(leaves.sum())))
    known = held
    while known.nnz:
        known = step @ known
        held = held + known
    return csr_matrix(held)


def _joined(parts: list[Integers]) -> Integers:
    return np.concatenate([np.zeros(0, np.int64), *parts]).astype(np.int64)
