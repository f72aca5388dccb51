"""The plainest attack: one shown cell inside another, and a few persons between the two."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

from ecluse_platform.core.disclosure.history.partition import Partition
from ecluse_platform.core.disclosure.tabular.structure import Flags


@dataclass(frozen=True)
class Nested:
    """Two shown cells, by position, whose difference is a group of too few persons; at least one cell is new."""

    outer: int
    inner: int


def nested_differences(partition: Partition, shown: Flags, threshold: int) -> tuple[Nested, ...]:
    """Return the pairs of shown cells, one inside the other, that differ by 1 to ``threshold - 1`` persons.

    Exact. Pairs of two earlier cells are left out: nothing can be done about them any more.
    """
    counts = partition.counts
    visible = np.flatnonzero(shown & (counts > 0))
    if not visible.size:
        return ()
    new = np.flatnonzero(visible >= partition.first_new)
    members = partition.members[visible]
    weighted = csr_matrix(members.multiply(partition.persons))
    # Persons in common of each new cell with every shown cell; cells with nobody in common cannot be nested.
    common = (weighted[new] @ members.T).tocoo()
    size = counts[visible]
    left, right, shared = new[common.row], common.col, common.data
    found: set[Nested] = set()
    for outer, inner in ((left, right), (right, left)):
        between = size[outer] - size[inner]
        small = (shared == size[inner]) & (between > 0) & (between < threshold)
        found.update(Nested(int(visible[outer[i]]), int(visible[inner[i]])) for i in np.flatnonzero(small))
    return tuple(sorted(found, key=lambda pair: (pair.outer, pair.inner)))
