"""What an outsider gains who reasons with whole numbers to the end: one integer program per end of an interval."""

from __future__ import annotations

import highspy
import numpy as np

from ecluse_platform.core.disclosure.attack.programs import UNBOUNDED, Program, new_model
from ecluse_platform.core.disclosure.attack.propagation import InconsistentPublication
from ecluse_platform.core.disclosure.attack.publication import Reals
from ecluse_platform.core.disclosure.tabular.structure import Flags, Integers

# Nodes for one end, so that the answer does not depend on the machine's speed; where they do not suffice, the end of
# the best table found stands: too narrow, never too wide.
NODES = 20_000


def whole_ends(program: Program, whole: Flags, cells: Integers) -> tuple[Reals, Reals]:
    """Return the least and the largest value of each cell over all tables whose ``whole`` cells are whole.

    Raises:
        InconsistentPublication: Tables are possible, but none of whole numbers.
    """
    low, high = (np.array([_end(program, whole, int(cell), sign) for cell in cells]) for sign in (1.0, -1.0))
    return low, high


def _end(program: Program, whole: Flags, cell: int, sign: float) -> float:
    scale = program.scale
    cost = np.zeros(whole.size)
    cost[cell] = sign
    ends = (program.row_low, program.row_high, program.low, program.high)
    row_low, row_high, low, high = (end * scale for end in ends)
    model = new_model(program.rows, row_low, row_high, low, high, cost)
    integral = np.flatnonzero(whole).astype(np.int32)
    kinds = np.array([highspy.HighsVarType.kInteger] * integral.size)
    model.changeColsIntegrality(integral.size, integral, kinds)
    model.setOptionValue("mip_max_nodes", NODES)
    model.setOptionValue("mip_rel_gap", 0.0)
    model.run()
    status = model.getModelStatus()
    if status == highspy.HighsModelStatus.kInfeasible:
        raise InconsistentPublication
    if status in UNBOUNDED:
        return -sign * np.inf
    found = model.getSolution()
    if not found.value_valid:
        return float(program.seen_low[cell] + program.seen_high[cell]) / 2
    return float(found.col_value[cell])
