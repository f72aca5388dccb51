"""All that is out, and one table that would go out, over the common partition of persons.

Two persons are in the same atom when the same cells, of all tables together, hold both. A cell is a set of persons,
and so a union of atoms: its count is the sum of theirs, exactly, also where counts of persons do not add up over years
or diagnoses. A sum or a mean of money says no more about *who* than the count of the persons behind it, which is taken
as known wherever it is shown (a mean times its count is the sum): what holds for sets of persons holds for them too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

from ecluse_platform.core.disclosure.tabular.structure import Flags, Integers


@dataclass(frozen=True, eq=False)
class Publication:
    """The cells of one table, in the order of its rows; ``item`` is the name under which it is remembered.

    ``primary`` marks the hidden cells that are hidden for themselves; ``labels`` are words for people.
    """

    item: str
    labels: tuple[str, ...]
    shown: Flags
    primary: Flags

    @property
    def size(self) -> int:
        """Return the number of cells."""
        return len(self.labels)


@dataclass(frozen=True, eq=False)
class Partition:
    """Tables over one partition: ``earlier`` are out or wait to go out, ``table`` is the one that is asked for.

    ``persons`` counts the persons of each atom (int64, >= 1). ``members`` has one row for each cell (earlier tables
    first, in order) and one column for each atom: 1 where the cell holds the atom, else 0 (int64).
    """

    earlier: tuple[Publication, ...]
    table: Publication
    persons: Integers
    members: csr_matrix

    def __post_init__(self) -> None:
        """Raise ValueError where the parts do not fit together."""
        if self.members.shape != (self.cells, self.persons.size):
            raise ValueError("the partition does not have the cells of its tables")
        if (self.persons < 1).any():
            raise ValueError("an atom without anybody")

    @property
    def publications(self) -> tuple[Publication, ...]:
        """Return all tables, the one asked for last."""
        return (*self.earlier, self.table)

    @property
    def cells(self) -> int:
        """Return the number of cells of all tables."""
        return sum(publication.size for publication in self.publications)

    @property
    def first_new(self) -> int:
        """Return the position of the first cell of the table asked for."""
        return self.cells - self.table.size

    @property
    def counts(self) -> Integers:
        """Return the number of persons of each cell."""
        counts: Integers = np.asarray(self.members @ self.persons, dtype=np.int64)
        return counts

    @property
    def shown(self) -> Flags:
        """Say which cells are shown."""
        return np.concatenate([publication.shown for publication in self.publications])

    @property
    def primary(self) -> Flags:
        """Say which cells are hidden for themselves."""
        return np.concatenate([publication.primary for publication in self.publications])

    def where(self, cell: int) -> tuple[Publication, int]:
        """Return the table of a cell and its row there."""
        for publication in self.publications:
            if cell < publication.size:
                return publication, cell
            cell -= publication.size
        raise IndexError(cell)
