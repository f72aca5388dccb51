"""Midpoint rounding: each cell shows the middle of the class that its count is in, whatever its neighbours show.

Source: OpenSAFELY, "midpoint 6 rounding", ceil(n / 6) * 6 - 3 (0 stays 0); the width is a parameter here. A margin is
rounded as any cell is, so that a rounded table no longer adds up: the audit finds what that gives away.
"""

from __future__ import annotations

import numpy as np

from ecluse_platform.core.disclosure.rounding.rounded import Rounded
from ecluse_platform.core.disclosure.tabular.structure import Integers


def midpoint(values: Integers, width: int) -> Rounded:
    """Show 0 as 0, and counts of 1 to ``width`` as their middle, and so on; halves are rounded down.

    Raises:
        ValueError: A count is negative.
    """
    if (values < 0).any():
        raise ValueError("only counts can be rounded")
    top = -(-values // width) * width
    filled = values > 0
    shown = np.where(filled, top - width // 2, 0)
    low = np.where(filled, top - width + 1, 0).astype(float)
    return Rounded(shown.astype(np.int64), low, top.astype(float))
