"""Skewed tables with all margins, for the benchmark of the suppressor; NumPy alone, so that the peer can use it."""

from __future__ import annotations

from typing import Any

import numpy as np

KINDS = ("negative binomial", "lognormal", "sparse")


def inner(shape: tuple[int, ...], seed: int, kind: str = KINDS[0]) -> Any:
    """Draw the counts inside the margins (int64): many small, a few large."""
    draw = np.random.default_rng(seed)
    if kind == "lognormal":
        return np.floor(np.exp(draw.normal(3.0, 1.6, shape))).astype(np.int64)
    counts = draw.negative_binomial(0.7, 0.7 / 60.7, shape).astype(np.int64)
    if kind == "sparse":
        counts[draw.random(shape) < 2 / 5] = 0
    return counts


def with_margins(counts: Any) -> Any:
    """Return the counts with every total, totals last."""
    for axis in range(counts.ndim):
        counts = np.concatenate([counts, counts.sum(axis=axis, keepdims=True)], axis=axis)
    return counts
