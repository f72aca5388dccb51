"""Random tables for the tests of disclosure control: any shape, additive or made of persons, full or sparse."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from ecluse_platform.core.disclosure.tabular.structure import ROOT, Dimension, Flags, Integers, Layout

KINDS = ("even", "skewed", "sparse", "tiny")


@dataclass(frozen=True, eq=False)
class RandomTable:
    """A table with all its margins and its true counts; ``least`` is what a hidden cell is known to be at least."""

    layout: Layout
    values: Integers
    additive: tuple[bool, ...]
    least: int

    def small(self, threshold: int) -> Integers:
        """Return the published cells of 1 to ``threshold - 1``."""
        return np.flatnonzero((self.values > 0) & (self.values < threshold) & self.layout.published)


def random_dimension(rng: np.random.Generator, name: str, leaves: int) -> Dimension:
    """Make a flat dimension or, about as often, a tree of one or two levels of groups."""
    if leaves < 3 or rng.random() < 0.5:
        return Dimension.flat(name, tuple(f"{name}{i}" for i in range(leaves)))
    groups = int(rng.integers(2, leaves))
    inside = np.sort(np.concatenate([np.arange(groups), rng.integers(0, groups, leaves - groups)]))
    upper = groups > 3 and rng.random() < 0.5
    total = leaves + groups + (2 if upper else 0)
    parents = [leaves + int(g) for g in inside]
    parents += [leaves + groups + int(g >= groups // 2) if upper else total for g in range(groups)]
    parents += [total, total] if upper else []
    labels = tuple(f"{name}{i}" for i in range(total))
    return Dimension(name, (*labels, "Total"), (*parents, ROOT))


def _upwards(dimension: Dimension) -> list[list[int]]:
    """Return for each category itself and all groups above it."""
    chains = []
    for category in range(len(dimension.categories)):
        chain = [category]
        while dimension.parents[chain[-1]] != ROOT:
            chain.append(dimension.parents[chain[-1]])
        chains.append(chain)
    return chains


def _leaves(dimension: Dimension) -> list[int]:
    return [i for i in range(len(dimension.categories)) if i not in set(dimension.parents)]


def random_table(seed: int, *, most_cells: int = 300, loose: int = 0) -> RandomTable:
    """Draw a table of 1 to 5 dimensions, at most ``loose`` of which do not add up (persons in several categories)."""
    rng = np.random.default_rng(seed)
    dimensions = _random_dimensions(rng, most_cells)
    drawn = [axis for axis in range(len(dimensions)) if rng.random() < 0.6][:loose]
    open_axes = [axis in drawn for axis in range(len(dimensions))]
    values = _persons(rng, dimensions, open_axes) if drawn else _counts(rng, dimensions)
    return _laid_out(rng, dimensions, values, tuple(axis not in drawn for axis in range(len(dimensions))))


def _random_dimensions(rng: np.random.Generator, most_cells: int) -> tuple[Dimension, ...]:
    while True:
        count = int(rng.choice([1, 2, 3, 4, 5], p=[0.1, 0.35, 0.3, 0.15, 0.1]))
        sizes = rng.integers(2, {1: 15, 2: 9, 3: 6, 4: 4, 5: 3}[count], count)
        made = tuple(random_dimension(rng, f"d{i}", int(size)) for i, size in enumerate(sizes))
        if np.prod([len(d.categories) for d in made]) <= most_cells:
            return made


def _counts(rng: np.random.Generator, dimensions: tuple[Dimension, ...]) -> Integers:
    """Draw a count for each combination of leaves, and add them up."""
    kind = rng.choice(KINDS)
    shape = [len(d.categories) for d in dimensions]
    values = np.zeros(shape, np.int64)
    chains = [_upwards(d) for d in dimensions]
    for leaves in itertools.product(*map(_leaves, dimensions)):
        if kind == "even":
            count = int(rng.negative_binomial(0.7, 0.7 / 60.7))
        elif kind == "skewed":
            count = int(np.floor(np.exp(rng.normal(2.5, 1.8))))
        elif kind == "sparse":
            count = int(rng.random() < 0.5) * int(rng.negative_binomial(0.7, 0.7 / 40.7))
        else:
            count = int(rng.integers(0, 6))
        if count:
            for cell in itertools.product(*(chains[d][leaf] for d, leaf in enumerate(leaves))):
                values[cell] += count
    return values.ravel()


def _persons(rng: np.random.Generator, dimensions: tuple[Dimension, ...], loose: list[bool]) -> Integers:
    """Draw persons with one to four lines each, who keep their category along the dimensions that add up."""
    shape = [len(d.categories) for d in dimensions]
    values = np.zeros(shape, np.int64)
    chains, leaves = [_upwards(d) for d in dimensions], [_leaves(d) for d in dimensions]
    weights = [rng.dirichlet(np.full(len(inside), rng.choice([0.5, 1.0, 5.0]))) for inside in leaves]
    for _ in range(int(rng.choice([15, 60, 200, 500]))):
        fixed = [rng.choice(inside, p=weight) for inside, weight in zip(leaves, weights, strict=True)]
        cells = set()
        for _ in range(int(rng.integers(1, 5))):
            line = [
                int(rng.choice(leaves[d], p=weights[d])) if loose[d] else int(fixed[d]) for d in range(len(dimensions))
            ]
            cells.update(itertools.product(*(chains[d][leaf] for d, leaf in enumerate(line))))
        for cell in cells:
            values[cell] += 1
    return values.ravel()


def _laid_out(
    rng: np.random.Generator, dimensions: tuple[Dimension, ...], values: Integers, additive: tuple[bool, ...]
) -> RandomTable:
    """Leave out cells without anybody, or keep them as cells like others; ask for all margins, or for some."""
    codes = np.argwhere(np.ones([len(d.categories) for d in dimensions], bool)).astype(np.int64)
    zeros_are_shown = rng.random() < 0.7
    keep = values > 0 if zeros_are_shown and values.any() else np.ones(values.size, bool)
    published: Flags = np.ones(values.size, bool)
    if rng.random() < 0.3:
        at_total = codes == np.array([d.total for d in dimensions])
        for pattern in itertools.product((False, True), repeat=len(dimensions)):
            if rng.random() < 0.4 and not all(pattern):
                published &= ~(at_total == np.array(pattern)).all(axis=1)
    layout = Layout(dimensions, codes[keep], published[keep])
    return RandomTable(layout, values[keep], additive, int(zeros_are_shown))
