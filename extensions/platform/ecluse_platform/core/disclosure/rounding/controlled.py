"""Controlled rounding: a table of multiples of a base that still adds up, as near to the true one as can be.

Source: Cox, "A constructive procedure for unbiased controlled rounding" (1987), in its zero-restricted form: each cell
goes to one of the two multiples next to it, and a multiple stays. Tables of three and more dimensions may have none;
then only the cells that hold no other are rounded so, and margins are the sums of what is shown.
"""

from __future__ import annotations

from collections.abc import Sequence

import highspy
import numpy as np
from scipy.sparse import csr_matrix

from ecluse_platform.core.disclosure.attack.publication import Reals
from ecluse_platform.core.disclosure.rounding.diffusion import diffuse
from ecluse_platform.core.disclosure.rounding.rounded import Rounded
from ecluse_platform.core.disclosure.rounding.sums import Sums, sums_of
from ecluse_platform.core.disclosure.tabular.structure import Flags, Integers, Layout

# Of the search for the nearest table, by number of nodes: the answer must not depend on the machine's speed.
NODES = 200
# Larger tables go to the heuristic at once.
MOST_CELLS = 20_000


def controlled(layout: Layout, values: Integers, additive: Sequence[bool], base: int) -> Rounded:
    """Round every cell to a multiple of ``base`` so that all sums of the table hold.

    What everybody may then know: a cell that holds no other is less than ``base`` away from what is shown, and so is
    every cell where a zero-restricted table exists. Counts over 0 stay over 0 in that knowledge: cells without anybody
    are not shown, or are shown as what they are (decision 9). Deterministic.

    Raises:
        ValueError: A count is negative.
    """
    if (values < 0).any():
        raise ValueError("only counts can be rounded")
    sums = sums_of(layout, additive)
    below = values // base * base
    moves = values != below
    nearest = _nearest(sums, values, below, base) if layout.size <= MOST_CELLS else None
    if nearest is not None:
        return Rounded(nearest, *_ends(nearest, values, base, np.ones(layout.size, bool)))
    shown = diffuse(sums, values, np.where(moves, below, values), base)
    return Rounded(shown, *_ends(shown, values, base, sums.leaves))


def _ends(shown: Integers, values: Integers, base: int, restricted: Flags) -> tuple[Reals, Reals]:
    """Return what the method says of the true value: nothing of a margin that is only the sum of what is shown."""
    least = (values > 0).astype(float)
    low = np.where(restricted, np.maximum(shown - base + 1, least), least)
    high = np.where(restricted, np.where(values > 0, shown + base - 1, 0), np.inf)
    return low, high.astype(float)


def _nearest(sums: Sums, values: Integers, below: Integers, base: int) -> Integers | None:
    """Choose for each cell the multiple below or above, so that sums hold and the distances together are least."""
    free = np.flatnonzero(values != below)
    if free.size == 0:
        return below
    rest = values[free] - below[free]
    matrix = csr_matrix(sums.matrix[:, free])
    told = -(sums.matrix @ below) / base
    model = highspy.Highs()  # type: ignore[no-untyped-call]  # highspy types its classes, not their making
    model.setOptionValue("output_flag", False)  # noqa: FBT003  HiGHS takes its options by position
    model.setOptionValue("threads", 1)
    model.setOptionValue("mip_max_nodes", NODES)
    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = free.size, matrix.shape[0]
    # Going up instead of down changes the distance from rest to base - rest.
    program.col_cost_ = (base - 2 * rest).astype(float)
    program.col_lower_, program.col_upper_ = np.zeros(free.size), np.ones(free.size)
    program.row_lower_ = program.row_upper_ = told.astype(float)
    program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    program.a_matrix_.start_, program.a_matrix_.index_ = matrix.indptr, matrix.indices
    program.a_matrix_.value_ = matrix.data.astype(float)
    program.integrality_ = [highspy.HighsVarType.kInteger] * free.size
    model.passModel(program)
    model.run()
    found = model.getSolution()
    if not found.value_valid or model.getInfo().primal_solution_status != highspy.kSolutionStatusFeasible:
        return None
    shown = below.copy()
    shown[free] += base * np.rint(np.asarray(found.col_value)).astype(np.int64)
    return shown if not (sums.matrix @ shown).any() else None
