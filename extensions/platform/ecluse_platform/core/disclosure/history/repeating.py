"""A table that says again what is out: nothing to compare, as nothing can be subtracted that was not there before."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from ecluse_platform.core.disclosure.history.partition import Partition


def says_nothing_new(partition: Partition) -> bool:
    """Say whether the table asked for tells only what earlier tables tell: the same sets of persons, none more shown.

    A cell that is shown must be one that is shown already; one that is hidden tells that it has somebody in it, and
    must be one that is listed already. A cell without anybody tells nothing of the persons there are. Exact.
    """
    shown = partition.shown
    earlier = np.arange(partition.cells) < partition.first_new
    somebody = partition.counts > 0
    told = _sets(partition, np.flatnonzero(earlier & shown & somebody))
    listed = told | _sets(partition, np.flatnonzero(earlier & ~shown & somebody))
    return (
        _sets(partition, np.flatnonzero(~earlier & shown & somebody)) <= told
        and _sets(partition, np.flatnonzero(~earlier & ~shown & somebody)) <= listed
    )


def _sets(partition: Partition, cells: Iterable[int]) -> set[bytes]:
    """Return each cell as its atoms, in order."""
    starts, atoms = partition.members.indptr, partition.members.indices
    return {np.sort(atoms[starts[cell] : starts[cell + 1]]).tobytes() for cell in cells}
