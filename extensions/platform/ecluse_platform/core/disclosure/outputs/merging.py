"""Merge neighbours in a row of groups, so that as many as possible are left and each of them may be shown."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ecluse_platform.core.disclosure.tabular.structure import Flags

Fits = Callable[[int], Flags]


def merged(size: int, fits: Fits, may_end: Flags) -> tuple[int, ...] | None:
    """Return where to cut a row of ``size`` groups, from 0 to the last end; None where no cut will do.

    ``fits(j)[i]`` says, for each i < j, whether the groups from i to j - 1 may be shown as one; ``may_end[j]`` whether
    the row may stop after j groups, the rest untold. The most parts win; among those, the row that goes on longest;
    then the earliest cuts. Exact, by dynamic programming, and always the same.
    """
    most = np.full(size + 1, -1, dtype=np.int64)
    most[0] = 0
    before = np.zeros(size + 1, dtype=np.int64)
    for end in range(1, size + 1):
        parts = np.where(fits(end) & (most[:end] >= 0), most[:end] + 1, -1)
        before[end] = np.argmax(parts)
        most[end] = parts[before[end]]
    ends = np.flatnonzero(may_end & (most > 0))
    if not ends.size:
        return None
    cuts = [int(ends[most[ends] == most[ends].max()][-1])]
    while cuts[-1]:
        cuts.append(int(before[cuts[-1]]))
    return tuple(reversed(cuts))
