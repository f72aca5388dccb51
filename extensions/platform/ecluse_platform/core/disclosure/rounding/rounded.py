"""A rounded table, and what the rounding itself tells everybody of the true values."""

from __future__ import annotations

from dataclasses import dataclass

from ecluse_platform.core.disclosure.attack.publication import Reals
from ecluse_platform.core.disclosure.tabular.structure import Integers


@dataclass(frozen=True, eq=False)
class Rounded:
    """What is shown in each cell; who knows the method and its base knows that the true value is in low to high."""

    shown: Integers
    low: Reals
    high: Reals
