"""Dimensions and cells of a table, as exact integers: the common tongue of rules, suppressor and command line.

A table is a list of cells. Each cell has one category per dimension; a category is a leaf, a group (département in
région, ATC level) or the total. The cells need not form a cross-product: what is absent is structurally empty.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

ROOT = -1


@dataclass(frozen=True)
class Dimension:
    """A tree of categories; ``parents[i]`` is the position of the group that category ``i`` is in, ROOT for the total.

    Exactly one category, the total, has parent ROOT. In a flat dimension every other category has the total as parent.
    """

    name: str
    categories: tuple[str | None, ...]
    parents: tuple[int, ...]
    # Whether being in a category says something private: a group that is in one of them whole is then a disclosure.
    sensitive: bool = False

    @property
    def total(self) -> int:
        """Return the position of the total."""
        return self.parents.index(ROOT)

    def children(self, category: int) -> tuple[int, ...]:
        """Return the positions of the categories directly inside a group."""
        return tuple(i for i, parent in enumerate(self.parents) if parent == category)

    @classmethod
    def flat(cls, name: str, leaves: tuple[str | None, ...], total: str = "Total") -> Dimension:
        """Make a dimension without groups; the total comes last."""
        size = len(leaves)
        return cls(name, (*leaves, total), (*[size] * size, ROOT))


@dataclass(frozen=True, eq=False)
class Layout:
    """Where the cells of a table are: ``codes[c, d]`` is the category of cell ``c`` in dimension ``d`` (int64).

    ``published[c]`` says that the cell is asked for; the others only tie published cells together.
    """

    dimensions: tuple[Dimension, ...]
    codes: Integers
    published: Flags

    @property
    def size(self) -> int:
        """Return the number of cells."""
        return int(self.codes.shape[0])

    @property
    def shape(self) -> tuple[int, ...]:
        """Return the numbers of categories, totals and groups included."""
        return tuple(len(dimension.categories) for dimension in self.dimensions)

    @property
    def is_product(self) -> bool:
        """Say whether the cells are the whole cross-product in row-major order."""
        shape = self.shape
        if self.size != int(np.prod(shape)):
            return False
        return bool((np.ravel_multi_index(tuple(self.codes.T), shape) == np.arange(self.size)).all())
