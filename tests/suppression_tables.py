"""Tables for the tests of the suppressor: layouts, random counts with all margins, systems and protections."""

from __future__ import annotations

import numpy as np

from ecluse_platform.core.disclosure.suppression.costs import CostPolicy, costs
from ecluse_platform.core.disclosure.suppression.relations import Related, relate
from ecluse_platform.core.disclosure.suppression.system import Protection
from ecluse_platform.core.disclosure.tabular.structure import Dimension, Integers, Layout

THRESHOLD = 11
KEEP = CostPolicy(keep_totals=2.0, keep_large=True)


def flat_layout(shape: tuple[int, ...]) -> Layout:
    """Lay out the whole cross-product of flat dimensions, totals last."""
    dimensions = tuple(Dimension.flat(f"d{i}", tuple(map(str, range(n)))) for i, n in enumerate(shape))
    return product_layout(dimensions)


def product_layout(dimensions: tuple[Dimension, ...]) -> Layout:
    """Lay out the whole cross-product of dimensions."""
    shape = tuple(len(dimension.categories) for dimension in dimensions)
    codes = np.stack([axis.ravel() for axis in np.indices(shape)], axis=1).astype(np.int64)
    return Layout(dimensions, codes, np.ones(len(codes), dtype=bool))


def with_margins(inner: Integers) -> Integers:
    """Return the counts with all totals, as a flat array in the order of ``flat_layout``."""
    for axis in range(inner.ndim):
        inner = np.concatenate([inner, inner.sum(axis=axis, keepdims=True)], axis=axis)
    return inner.ravel()


def skewed(shape: tuple[int, ...], seed: int) -> Integers:
    """Draw counts as they are in health data: many small, a few large."""
    draw = np.random.default_rng(seed)
    return with_margins(draw.negative_binomial(0.7, 0.7 / 60.7, shape).astype(np.int64))


def small_cells(values: Integers, threshold: int = THRESHOLD) -> tuple[Protection, ...]:
    """Ask that every cell of 1 to threshold - 1 may be anything from 1 to the threshold."""
    return tuple(Protection(int(i), 1, threshold) for i in np.flatnonzero((values > 0) & (values < threshold)))


def flat_system(shape: tuple[int, ...], values: Integers, *, least: int = 0) -> Related:
    """Relate the cells of a flat additive table."""
    layout = flat_layout(shape)
    return relate(layout, values, [True] * len(shape), costs(layout, values, KEEP), least=least)
