"""Exchanges of persons between atoms that change no shown cell, all of them from one elimination.

The columns of the shown cells' equations are atoms. Among them is a basis, chosen so that its atoms have many persons:
every other atom is a sum and difference of some of them. One person more in that atom, and one fewer in each atom of
the sum, changes no shown cell; large atoms leave room to do so ten times. No linear programme is needed, and thousands
of small atoms take no longer than a few.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_matrix, csr_matrix

from ecluse_platform.core.disclosure.tabular.structure import Integers

# Below this, an entry is what single precision leaves of zero.
_NOISE = 1e-4
# Entries of the largest table of equations that is written out: 160 MB.
_LARGEST = 40_000_000


@dataclass(frozen=True, eq=False)
class Basis:
    """Atoms that span all others: ``others[j]`` is ``sum(weights[i, j] * chosen[i])`` in every shown cell."""

    chosen: Integers
    others: Integers
    weights: csc_matrix

    def moves(self, amounts: csc_matrix) -> csc_matrix:
        """Return the changes of all atoms (rows) that changing the others by ``amounts`` (columns) asks for."""
        atoms = self.chosen.size + self.others.size
        spread = csc_matrix(
            (np.ones(self.others.size), (self.others, np.arange(self.others.size))), (atoms, self.others.size)
        )
        gathered = csc_matrix(
            (np.ones(self.chosen.size), (self.chosen, np.arange(self.chosen.size))), (atoms, self.chosen.size)
        )
        return csc_matrix(spread @ amounts - gathered @ (self.weights @ amounts))


def basis_of(shown: csr_matrix, persons: Integers) -> Basis | None:
    """Return a basis of large atoms for the equations of shown cells, or None where they are too many to eliminate.

    Weights are floating-point numbers, nearly always -1, 0 or 1: what is built on them is checked in whole numbers.
    """
    rows = _different(shown)
    if rows.shape[0] * persons.size > _LARGEST:
        return None
    table = rows.toarray().astype(np.float32)
    chosen: list[int] = []
    kept: list[int] = []
    # Small cells first: each then keeps the largest atom of its own, before margins choose among what is left.
    for number in np.argsort(rows @ persons, kind="stable").tolist():
        pivot = _pivot(table[number], persons)
        if pivot is not None:
            _eliminate(table, number, pivot)
            chosen.append(pivot)
            kept.append(number)
    others = np.setdiff1d(np.arange(persons.size), chosen)
    return Basis(
        np.array(chosen, dtype=np.int64),
        others,
        csc_matrix(table[np.ix_(np.array(kept, dtype=np.int64), others)], dtype=np.float64),
    )


def _different(cells: csr_matrix) -> csr_matrix:
    """Return each set of atoms once: the same table asked for twice says nothing more."""
    first: dict[bytes, int] = {}
    for number, (start, end) in enumerate(zip(cells.indptr[:-1], cells.indptr[1:], strict=True)):
        if end > start:
            first.setdefault(np.sort(cells.indices[start:end]).tobytes(), number)
    return cells[sorted(first.values())]


def _pivot(row: NDArray[np.float32], persons: Integers) -> int | None:
    """Return the largest atom of a row, among those whose entry keeps numbers whole if there are any."""
    places = np.flatnonzero(row)
    if not places.size:
        return None
    whole = places[np.abs(row[places]) == 1]
    best = whole if whole.size else places
    return int(best[np.argmax(persons[best])])


def _eliminate(table: NDArray[np.float32], number: int, pivot: int) -> None:
    """Clear the pivot's column everywhere but in its own row, where it becomes 1."""
    table[number] /= table[number, pivot]
    touched = np.flatnonzero(table[:, pivot])
    touched = touched[touched != number]
    places = np.flatnonzero(table[number])
    block = table[np.ix_(touched, places)] - np.outer(table[touched, pivot], table[number, places])
    block[np.abs(block) < _NOISE] = 0
    table[np.ix_(touched, places)] = block
