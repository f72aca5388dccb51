"""What a suppressor is asked and what it answers, as vectors over cells; it knows nothing of dimensions or labels."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from ecluse_platform.core.disclosure.tabular.structure import Flags, Integers


@dataclass(frozen=True)
class Grid:
    """A flat cross-product: the system's cells in row-major order, with the position of each dimension's total."""

    shape: tuple[int, ...]
    totals: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class System:
    """All that an outsider knows that ties ``n`` cells together.

    Every solution ``x`` of ``equalities @ x == 0``, ``inequalities @ x >= 0`` and ``x >= least`` that agrees with the
    true values on shown cells is one that the outsider cannot exclude.
    """

    # True values (int64; sums in the catalogue's smallest unit, such as cents). Never leaves the computing process.
    values: Integers
    # Integer matrices with ``n`` columns; the true values satisfy them.
    equalities: csr_matrix
    inequalities: csr_matrix
    # Least value that the outsider knows every hidden cell to have: 0, or 1 where policy always shows zeros.
    least: Integers
    # Cells that are not published whatever the pattern: they cost nothing to hide.
    unpublished: Flags
    # Cells that are already out, in an earlier release: they cannot be hidden any more.
    fixed: Flags
    # What hiding each published cell costs (float64, > 0): the policy's cost function.
    costs: NDArray[np.float64]
    # Set where the cells are a flat and additive cross-product and nothing else: moves of whole boxes are then known.
    grid: Grid | None = None

    @property
    def size(self) -> int:
        """Return the number of cells."""
        return int(self.values.size)


@dataclass(frozen=True)
class Protection:
    """A primary cell and the interval that an outsider's knowledge of it must contain."""

    cell: int
    low: int
    high: int


class Direction(StrEnum):
    """The end of the interval that a certificate reaches."""

    LOW = "low"
    HIGH = "high"


@dataclass(frozen=True, eq=False)
class Certificate:
    """Proof that one cell may, for all that was published, be at one end of its interval.

    ``values + moves * reach / |moves of the cell|`` is a table that agrees with everything published and puts the cell
    at the end of its interval or beyond; ``reach`` is the distance from its true value. ``whole`` says that this table
    is made of whole numbers, so that it also stands against an outsider who knows that counts are.
    """

    cell: int
    direction: Direction
    reach: int
    support: Integers
    moves: Integers
    whole: bool


class Stop(StrEnum):
    """Why no pattern was looked for, or none found."""

    TOO_LARGE = "too_large"  # more work than the effort allows
    IMPOSSIBLE = "impossible"  # hiding every cell that may be hidden would not protect the cells in ``unproved``


@dataclass(frozen=True, eq=False)
class Pattern:
    """A suppression pattern: the hidden cells, primary and secondary, and the proof for each primary cell and end.

    ``unproved`` lists the protections for which no certificate exists: the caller asks the attacker, or refuses.
    ``stopped`` says why, where the reason is known; everything that it concerns is then in ``unproved``.
    """

    hidden: Flags
    certificates: tuple[Certificate, ...]
    unproved: tuple[tuple[int, Direction], ...]
    stopped: Stop | None = None

    @property
    def whole_share(self) -> float:
        """Return the share of certificates that also stand against someone who knows that counts are whole."""
        return sum(c.whole for c in self.certificates) / max(len(self.certificates), 1)
