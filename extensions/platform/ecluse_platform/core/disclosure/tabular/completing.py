"""Margins that a table does not have but that tie its cells together, as unpublished cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ecluse_platform.core.disclosure.query import Unit
from ecluse_platform.core.disclosure.tabular.lines import lines_of, positions
from ecluse_platform.core.disclosure.tabular.numbers import FIRST_LINE
from ecluse_platform.core.disclosure.tabular.structure import ROOT, Integers, Layout
from ecluse_platform.core.refusals import Refusal


class Vector(Protocol):
    """One column of numbers of a table."""

    @property
    def values(self) -> Integers:
        """Return the numbers, one for each cell."""

    @property
    def unit(self) -> Unit | None:
        """Return what is counted, None for an amount."""

    @property
    def adds_up(self) -> bool:
        """Say whether a margin is made of its cells at all."""


@dataclass(frozen=True, eq=False)
class Completed:
    """The layout with its missing margins, and every vector over all its cells."""

    layout: Layout
    vectors: dict[str, Integers]


def completed(layout: Layout, vectors: Mapping[str, Vector], constant: Mapping[str, bool]) -> Completed:
    """Add every margin that a cell needs, and check those that are there.

    ``constant`` says by dimension whether a person is in one category only; where not, a missing margin of persons
    cannot be worked out, and one that is there may be smaller than the sum of its cells. Raises Refusal.
    """
    numbers = {name: vector.values for name, vector in vectors.items()}
    lines = layout.size
    for axis in range(len(layout.dimensions)):
        for level in _levels(layout.dimensions[axis].parents):
            layout, numbers = _with_margins(layout, numbers, axis, level, vectors, constant)
    for name, vector in vectors.items():
        if vector.adds_up:
            _check_margins(layout, numbers[name], vector, constant, lines)
    return Completed(layout, numbers)


def _levels(parents: tuple[int, ...]) -> list[list[int]]:
    """List the groups from the deepest level to the total, so that each is made of groups that are made already."""
    depths: dict[int, int] = {}
    for category in range(len(parents)):
        depth, up = 0, category
        while parents[up] != ROOT:
            depth, up = depth + 1, parents[up]
        depths[category] = depth
    groups = sorted({parent for parent in parents if parent != ROOT})
    return [[g for g in groups if depths[g] == depth] for depth in sorted({depths[g] for g in groups}, reverse=True)]


def _with_margins(
    layout: Layout,
    numbers: dict[str, Integers],
    axis: int,
    groups: list[int],
    vectors: Mapping[str, Vector],
    constant: Mapping[str, bool],
) -> tuple[Layout, dict[str, Integers]]:
    parents = np.array(layout.dimensions[axis].parents, dtype=np.int64)
    above = parents[layout.codes[:, axis]]
    inside = np.flatnonzero(np.isin(above, groups))
    wanted = layout.codes[inside].copy()
    wanted[:, axis] = above[inside]
    missing = positions(layout, wanted) < 0
    if not missing.any():
        return layout, numbers
    new, inverse = np.unique(wanted[missing], axis=0, return_inverse=True)
    parts = inside[missing]
    name = layout.dimensions[axis].name
    more = {}
    for column, values in numbers.items():
        vector = vectors[column]
        if vector.unit not in {None, Unit.ROWS} and not constant[name]:
            line = int(parts[0]) + FIRST_LINE
            raise Refusal("table_margin_missing", {"dimension": name, "line": str(line)})
        gather = np.add if vector.adds_up else np.maximum
        extra = np.zeros(len(new), dtype=np.int64)
        gather.at(extra, inverse.ravel(), values[parts])
        more[column] = np.concatenate([values, extra])
    wider = Layout(
        layout.dimensions,
        np.concatenate([layout.codes, new]),
        np.concatenate([layout.published, np.zeros(len(new), dtype=bool)]),
    )
    return wider, more


def _check_margins(layout: Layout, values: Integers, vector: Vector, constant: Mapping[str, bool], lines: int) -> None:
    for axis, dimension in enumerate(layout.dimensions):
        pairs = lines_of(layout, axis)
        sums = np.zeros(layout.size, dtype=np.int64)
        np.add.at(sums, pairs.margins, values[pairs.parts])
        largest = np.zeros(layout.size, dtype=np.int64)
        np.maximum.at(largest, pairs.margins, values[pairs.parts])
        margins = np.unique(pairs.margins)
        exact = vector.unit in {None, Unit.ROWS} or (vector.unit is Unit.PERSONS and constant[dimension.name])
        wrong = sums != values if exact else (values > sums) | (values < largest)
        told = margins[wrong[margins]]
        if told.size:
            line = int(told[0]) if told[0] < lines else int(pairs.parts[pairs.margins == told[0]][0])
            raise Refusal("table_margin_differs", {"dimension": dimension.name, "line": str(line + FIRST_LINE)})
