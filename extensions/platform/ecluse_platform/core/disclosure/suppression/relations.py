"""What ties the cells of a table together: groups and totals, persons who are in several categories, complements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, identity, vstack

from ecluse_platform.core.disclosure.suppression.system import Grid, System
from ecluse_platform.core.disclosure.tabular.structure import ROOT, Dimension, Flags, Integers, Layout

# Cells are found by one 64-bit number made of their categories.
LARGEST_PRODUCT = 2**62


class Inconsistent(ValueError):
    """The table breaks its own rules: a margin that is not made of its cells, or a cell that is listed twice."""

    def __init__(self, dimension: str, cell: int, fault: str) -> None:
        """Name the dimension and the position of the cell; never a value."""
        super().__init__(f"cell {cell} along {dimension}: {fault}")
        self.dimension = dimension
        self.cell = cell
        self.fault = fault


@dataclass(frozen=True)
class Complement:
    """A virtual cell: the persons of ``margin`` who are not in ``part``, a real group although no row shows it."""

    cell: int
    part: int
    margin: int


@dataclass(frozen=True, eq=False)
class Related:
    """The system of one table: the layout's cells in their order, then the complements."""

    system: System
    complements: tuple[Complement, ...]


@dataclass(frozen=True, eq=False)
class _Lines:
    """All (margin, part) pairs along one dimension, as positions of cells."""

    margins: Integers
    parts: Integers
    groups: Integers


def relate(
    layout: Layout,
    values: Integers,
    additive: Sequence[bool],
    costs: NDArray[np.float64],
    *,
    least: int = 0,
    smallest_complement: int = 0,
) -> Related:
    """Return all that an outsider knows about how the cells of a table hang together.

    Along an additive dimension a group is the sum of the categories directly inside it. Along another (persons over
    years or diagnoses) it is between their largest and their sum; what is in a margin but not in a part is then a group
    of real persons, and becomes a virtual cell where it has 1 to ``smallest_complement - 1`` of them: the caller
    protects it like any other. A margin that is not in the layout, published or not, ties nothing: whatever lies
    between two published groupings must be there.

    ``least`` is what an outsider knows any hidden published cell to be at least; smaller cells can never be hidden.
    Raises Inconsistent where the values or the layout contradict this.
    """
    lines = [_lines(layout, axis) for axis in range(len(layout.dimensions))]
    equal, bounded = [], []
    complements: list[tuple[int, int]] = []
    for dimension, line, adds in zip(layout.dimensions, lines, additive, strict=True):
        sums = _sums(line, layout.size)
        _check(dimension, line.groups, sums @ values, adds=adds)
        if adds:
            equal.append(sums)
            continue
        differences = _differences(line, layout.size)
        _check(dimension, line.margins, differences @ values, adds=False)
        bounded += [sums, differences]
        complements += _complements(line, values, smallest_complement)
    for first, second in permutations([axis for axis, adds in enumerate(additive) if not adds], 2):
        between, margins = _second_order(lines[first], lines[second], layout.size)
        _check(layout.dimensions[second], margins, between @ values, adds=False)
        bounded.append(between)
    cells = layout.size
    small = values < least
    unpublished = ~layout.published
    system = System(
        values=values,
        equalities=_stack(equal, cells),
        inequalities=_stack(bounded, cells),
        least=np.where(unpublished, np.minimum(values, 0), least).astype(np.int64),
        unpublished=unpublished,
        fixed=small & ~unpublished,
        costs=costs,
        grid=_grid(layout, additive),
    )
    return _with_complements(system, complements)


def _lines(layout: Layout, axis: int) -> _Lines:
    """Pair every cell with the one that has the group's category in this dimension."""
    shape = layout.shape
    product = 1
    for size in shape:
        product *= size
    if product > LARGEST_PRODUCT:
        raise Inconsistent(layout.dimensions[axis].name, 0, "more combinations than can be counted")
    dimension = layout.dimensions[axis]
    strides = np.array([int(np.prod(shape[i + 1 :], dtype=np.int64)) for i in range(len(shape))], dtype=np.int64)
    keys = layout.codes @ strides
    order = np.argsort(keys, kind="stable")
    if (np.diff(keys[order]) == 0).any():
        raise Inconsistent(dimension.name, int(order[np.argmin(np.diff(keys[order]))]), "listed twice")
    parents = np.array(dimension.parents, dtype=np.int64)
    inside = parents[layout.codes[:, axis]]
    parts = np.flatnonzero(inside != ROOT)
    wanted = keys[parts] + (inside[parts] - layout.codes[parts, axis]) * strides[axis]
    found = np.minimum(np.searchsorted(keys[order], wanted), layout.size - 1)
    margins = order[found]
    there = keys[margins] == wanted
    parts, margins = parts[there].astype(np.int64), margins[there].astype(np.int64)
    return _Lines(margins, parts, np.unique(margins))


def _sums(line: _Lines, cells: int) -> csr_matrix:
    """Return one row for each group: the sum of its parts less the group."""
    row_of = np.full(cells, -1, dtype=np.int64)
    row_of[line.groups] = np.arange(line.groups.size)
    rows = np.concatenate([row_of[line.margins], np.arange(line.groups.size)])
    columns = np.concatenate([line.parts, line.groups])
    data = np.concatenate([np.ones(line.parts.size, np.int64), -np.ones(line.groups.size, np.int64)])
    return csr_matrix((data, (rows, columns)), shape=(line.groups.size, cells))


def _differences(line: _Lines, cells: int) -> csr_matrix:
    """Return one row for each part: its margin less the part."""
    rows = np.tile(np.arange(line.parts.size), 2)
    columns = np.concatenate([line.margins, line.parts])
    data = np.concatenate([np.ones(line.parts.size, np.int64), -np.ones(line.parts.size, np.int64)])
    return csr_matrix((data, (rows, columns)), shape=(line.parts.size, cells))


def _second_order(first: _Lines, second: _Lines, cells: int) -> tuple[csr_matrix, Integers]:
    """Return what ties two dimensions in which a person may be several times, and the margin of each row.

    Who is in (p, q) but not in (p, b), b a part of q, is in some part a of p, and there in (a, q) but not in (a, b):
    N(p, q) - N(p, b) <= sum over a of N(a, q) - N(a, b).
    """
    inside = csr_matrix((np.ones(first.parts.size, dtype=np.int64), (first.margins, first.parts)), shape=(cells, cells))
    unit = identity(cells, dtype=np.int64, format="csr")
    tied = np.isin(second.margins, first.groups)
    margins, parts = second.margins[tied], second.parts[tied]
    rows = (inside - unit)[margins] - (inside - unit)[parts]
    return csr_matrix(rows), margins


def _check(dimension: Dimension, margins: Integers, excess: Integers, *, adds: bool) -> None:
    wrong = excess != 0 if adds else excess < 0
    if wrong.any():
        fault = "not the sum of its parts" if adds else "impossible beside its parts"
        raise Inconsistent(dimension.name, int(margins[np.argmax(wrong)]), fault)


def _complements(line: _Lines, values: Integers, limit: int) -> list[tuple[int, int]]:
    """List (part, margin) pairs, the margin at any level above, that differ by 1 to ``limit - 1`` persons."""
    above = np.full(values.size, -1, dtype=np.int64)
    above[line.parts] = line.margins
    pairs: list[tuple[int, int]] = []
    parts, margins = line.parts, line.margins
    while parts.size:
        rest = values[margins] - values[parts]
        near = (rest > 0) & (rest < limit) & (values[parts] > 0)
        pairs += zip(parts[near].tolist(), margins[near].tolist(), strict=True)
        higher = above[margins] >= 0
        parts, margins = parts[higher], above[margins[higher]]
    return pairs


def _with_complements(system: System, pairs: list[tuple[int, int]]) -> Related:
    if not pairs:
        return Related(system, ())
    size, more = system.size, len(pairs)
    parts, margins = (np.array(side, dtype=np.int64) for side in zip(*pairs, strict=True))
    rows = np.tile(np.arange(more), 3)
    columns = np.concatenate([np.arange(size, size + more), parts, margins])
    data = np.repeat(np.array([1, 1, -1], dtype=np.int64), more)
    defined = csr_matrix((data, (rows, columns)), shape=(more, size + more))
    virtual: Flags = np.ones(more, dtype=bool)
    wider = System(
        values=np.concatenate([system.values, system.values[margins] - system.values[parts]]),
        equalities=vstack([widen(system.equalities, size + more), defined], format="csr", dtype=np.int64),
        inequalities=widen(system.inequalities, size + more),
        least=np.concatenate([system.least, np.zeros(more, dtype=np.int64)]),
        unpublished=np.concatenate([system.unpublished, virtual]),
        fixed=np.concatenate([system.fixed, ~virtual]),
        costs=np.concatenate([system.costs, np.ones(more)]),
    )
    return Related(wider, tuple(Complement(size + i, part, margin) for i, (part, margin) in enumerate(pairs)))


def widen(matrix: csr_matrix, columns: int) -> csr_matrix:
    """Return the same rows over more cells."""
    return csr_matrix((matrix.data, matrix.indices, matrix.indptr), shape=(matrix.shape[0], columns))


def _stack(blocks: list[csr_matrix], cells: int) -> csr_matrix:
    if not blocks:
        return csr_matrix((0, cells), dtype=np.int64)
    return vstack(blocks, format="csr", dtype=np.int64)


def _grid(layout: Layout, additive: Sequence[bool]) -> Grid | None:
    flat = all(set(d.parents) <= {ROOT, d.total} for d in layout.dimensions)
    # A table without dimensions is one cell, of which no box can be made.
    if not (layout.dimensions and all(additive) and flat and layout.is_product):
        return None
    return Grid(layout.shape, tuple(d.total for d in layout.dimensions))
