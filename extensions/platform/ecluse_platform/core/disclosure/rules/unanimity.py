"""Class disclosure: a group that is in one cell whole, or that has a property whole or not at all.

To know that somebody is in the group is then to know the category, however large the group is (CASD output rules
2.2.3 and 2.3.2). Only dimensions that say something private count: that all persons of a département live in one
région says nothing. A dimension that another one determines everywhere (ATC level 5 determines level 1) does not count
either, nor one with a single category.
"""

from __future__ import annotations

import numpy as np

from ecluse_platform.core.disclosure.tabular.lines import Lines, lines_of
from ecluse_platform.core.disclosure.tabular.statistics import Count
from ecluse_platform.core.disclosure.tabular.structure import Flags, Integers, Layout


def whole_group_in_one_cell(layout: Layout, persons: Integers) -> Flags:
    """Flag each cell that holds all persons of the group which its dimension splits, and that group with it."""
    flags = np.zeros(layout.size, dtype=bool)
    for axis, dimension in enumerate(layout.dimensions):
        if not dimension.sensitive or len(dimension.categories) <= 1 + 1:
            continue
        lines = lines_of(layout, axis)
        told = _unanimous(lines, persons) & ~_determined(layout, axis, persons)[lines.parts]
        flags[lines.parts[told]] = True
        flags[lines.margins[told]] = True
    return flags


def all_or_nobody(part: Count, whole: Count) -> Flags:
    """Flag each cell where everybody has the property of a part, or nobody."""
    flags: Flags = (whole.values > 0) & ((part.values == 0) | (part.values == whole.values))
    return flags


def _unanimous(lines: Lines, persons: Integers) -> Flags:
    """Flag the pairs whose part is alone in its margin: all others are empty."""
    filled = np.bincount(lines.margins, weights=persons[lines.parts] > 0, minlength=persons.size)
    whole = (persons[lines.parts] == persons[lines.margins]) & (persons[lines.parts] > 0)
    flags: Flags = whole & (filled[lines.margins] == 1)
    return flags


def _determined(layout: Layout, axis: int, persons: Integers) -> Flags:
    """Flag the cells that fix a category of a dimension which determines this one in the whole table."""
    flags = np.zeros(layout.size, dtype=bool)
    filled = layout.codes[persons > 0]
    leaves = filled[~np.isin(filled[:, axis], list({p for p in layout.dimensions[axis].parents if p >= 0}))]
    for other, dimension in enumerate(layout.dimensions):
        if other == axis:
            continue
        inner = leaves[leaves[:, other] != dimension.total]
        pairs = np.unique(inner[:, [other, axis]], axis=0)
        # Each of several categories goes with one category here: the other dimension is a refinement of this one.
        if len(pairs) > 1 and len(np.unique(pairs[:, 0])) == len(pairs) and len(np.unique(pairs[:, 1])) > 1:
            flags |= layout.codes[:, other] != dimension.total
    return flags
