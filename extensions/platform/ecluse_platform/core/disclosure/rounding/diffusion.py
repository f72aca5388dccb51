"""Rounding of large tables, or of those that have no zero-restricted rounding: additive by construction."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csc_matrix

from ecluse_platform.core.disclosure.rounding.sums import Sums
from ecluse_platform.core.disclosure.tabular.structure import Integers


def diffuse(sums: Sums, values: Integers, below: Integers, base: int) -> Integers:
    """Round the cells that hold no other one by one, each so that the margins above stay as near as they can be.

    The leaves are taken in their order; going up or down is chosen by the squares of the errors that it leaves in all
    cells that hold the leaf, itself included. Margins are then the sums of what is shown.
    """
    held = csc_matrix(sums.held)
    leaves = np.flatnonzero(sums.leaves)
    errors = np.zeros(values.size)
    shown = below[leaves].copy()
    for place, leaf in enumerate(leaves):
        rest = int(values[leaf] - below[leaf])
        if rest == 0:
            continue
        cells = held.indices[held.indptr[place] : held.indptr[place + 1]]
        down = errors[cells] - rest
        up = down + base
        rises = float((up**2).sum()) < float((down**2).sum())
        errors[cells] = up if rises else down
        shown[place] += base * int(rises)
    return np.asarray(sums.held @ shown, np.int64)
