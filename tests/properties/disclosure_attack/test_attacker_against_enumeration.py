"""The attacker is checked by brute force: all tables of whole numbers that agree with what was published."""

from __future__ import annotations

import itertools
import os
from dataclasses import replace

import numpy as np
from hypothesis import event, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ecluse_platform.core.disclosure.attack.intervals import Intervals, Numbers, intervals
from ecluse_platform.core.disclosure.attack.knowledge import complements
from ecluse_platform.core.disclosure.attack.publication import Publication, equal, read_table
from ecluse_platform.core.disclosure.tabular.structure import ROOT, Dimension, Layout

Table = NDArray[np.int64]
DEEP = bool(os.environ.get("ECLUSE_DEEP"))
MANY = settings(max_examples=1500 if DEEP else 60, deadline=None)
TREE = Dimension("place", ("d1", "d2", "d3", "east", "France"), (3, 3, 4, 4, ROOT))


def layout_of(dimensions: tuple[Dimension, ...]) -> Layout:
    """Return the layout with every combination of categories."""
    codes = np.argwhere(np.ones([len(d.categories) for d in dimensions], bool)).astype(np.int64)
    return Layout(dimensions, codes, np.ones(len(codes), bool))


def leaves_of(dimension: Dimension) -> list[int]:
    """Return the categories without children."""
    return [i for i in range(len(dimension.categories)) if not dimension.children(i)]


def beneath(dimension: Dimension, category: int) -> set[int]:
    """Return the leaves that a category holds."""
    inside = dimension.children(category)
    return set().union(*(beneath(dimension, child) for child in inside)) if inside else {category}


def membership(layout: Layout) -> NDArray[np.int64]:
    """Return for each cell of a layout which combinations of leaves it holds (cells x combinations)."""
    combinations = itertools.product(*map(leaves_of, layout.dimensions))
    held = [
        [
            all(leaf in beneath(d, int(code)) for d, code, leaf in zip(layout.dimensions, cell, leaves, strict=True))
            for cell in layout.codes
        ]
        for leaves in combinations
    ]
    return np.array(held, np.int64).T


def agreeing(worlds: Table, truth: Table, shown: NDArray[np.bool_], least: Table) -> NDArray[np.bool_]:
    """Say which tables (worlds x cells) an outsider cannot exclude."""
    same = (worlds[:, shown] == truth[shown]).all(axis=1)
    return np.asarray(same & (worlds >= least).all(axis=1))


def check(found: Intervals, possible: Table, *, exact: bool) -> None:
    """Compare the attacker's intervals with the smallest and largest values in all possible tables."""
    low, high = possible.min(axis=0), possible.max(axis=0)
    assert (found.low <= low + 1e-6).all()
    assert (found.high >= high - 1e-6).all()
    if exact:
        event("exact")
        assert np.allclose(found.low, low)
        assert np.allclose(found.high, high)


def cube(cells: int, most: int) -> Table:
    """Return all vectors of so many whole numbers from 0 to ``most``."""
    return np.array(list(itertools.product(range(most + 1), repeat=cells)), np.int64)


SHAPES = {
    "a line": (Dimension.flat("a", ("1", "2", "3")),),
    "a square": (Dimension.flat("a", ("1", "2")), Dimension.flat("b", ("1", "2"))),
    "a rectangle": (Dimension.flat("a", ("1", "2")), Dimension.flat("b", ("1", "2", "3"))),
    "a box": tuple(Dimension.flat(name, ("1", "2")) for name in "abc"),
    "a tree": (TREE,),
    "a tree by two": (TREE, Dimension.flat("b", ("1", "2"))),
}
LAYOUTS = {name: layout_of(dimensions) for name, dimensions in SHAPES.items()}
HOLDS = {name: membership(layout) for name, layout in LAYOUTS.items()}
MOST = {"a line": 7, "a square": 7, "a rectangle": 4, "a box": 3, "a tree": 7, "a tree by two": 4}
CUBES = {name: cube(HOLDS[name].shape[1], MOST[name]) for name in SHAPES}


@MANY
@given(st.data())
def test_whole_intervals_of_additive_tables_are_exact(data: st.DataObject) -> None:
    """Reasoning with whole numbers, the attacker finds exactly what enumeration finds; as real numbers, no less."""
    name = data.draw(st.sampled_from(sorted(SHAPES)))
    layout, holds = LAYOUTS[name], HOLDS[name]
    size = holds.shape[1]
    leaves = np.array(data.draw(st.lists(st.integers(0, MOST[name] // 2), min_size=size, max_size=size)))
    truth = holds @ leaves
    hidden = np.array(data.draw(st.lists(st.booleans(), min_size=layout.size, max_size=layout.size)))
    present = np.ones(layout.size, bool)
    if data.draw(st.booleans(), label="zeros are shown by their absence"):
        present = truth > 0
    if not present.any():
        return
    hidden &= present
    least = int(not present.all())
    worlds = CUBES[name] @ holds.T
    floor = np.where(hidden, least, 0)
    kept = agreeing(worlds, truth, ~hidden, floor)
    part = replace(layout, codes=layout.codes[present], published=present[present])
    table = read_table("t", part, truth[present], ~hidden[present], [True] * len(layout.dimensions), least=least)
    # Where a possible table touches the limit of the enumeration, there are more that it does not see.
    exact = bool(CUBES[name][kept].max() < MOST[name])
    possible = worlds[kept][:, present]
    check(intervals(Publication((table,)), numbers=Numbers.WHOLE), possible, exact=exact)
    check(intervals(Publication((table,))), possible, exact=False)
    check(intervals(Publication((table,)), numbers=Numbers.ROUNDED), possible, exact=False)


@MANY
@given(st.data())
def test_linked_tables_are_attacked_together(data: st.DataObject) -> None:
    """Two tables share a margin: the intervals are those of all joint tables."""
    a, b, c = SHAPES["a box"]
    joint = HOLDS["a box"]
    codes = LAYOUTS["a box"].codes
    tables = [layout_of((a, b)), layout_of((b, c))]
    # Cell of the joint table for each cell of each of the two.
    places = [
        [int(np.flatnonzero((codes == (x, y, 2)).all(axis=1))[0]) for x, y in tables[0].codes],
        [int(np.flatnonzero((codes == (2, x, y)).all(axis=1))[0]) for x, y in tables[1].codes],
    ]
    leaves = np.array(data.draw(st.lists(st.integers(0, 1), min_size=8, max_size=8)))
    all_truth, worlds = joint @ leaves, CUBES["a box"] @ joint.T
    place = np.array(places[0] + places[1])
    truth = all_truth[place]
    hidden = np.array(data.draw(st.lists(st.booleans(), min_size=18, max_size=18)))
    kept = agreeing(worlds[:, place], truth, ~hidden, np.zeros(18, np.int64))
    possible = worlds[kept][:, place]
    published = tuple(
        read_table(name, layout, truth[part], ~hidden[part], [True, True], least=0)
        for name, layout, part in zip("xy", tables, (slice(0, 9), slice(9, 18)), strict=True)
    )
    links = tuple(equal(i, 9 + j) for i, p in enumerate(places[0]) for j, q in enumerate(places[1]) if p == q)
    exact = bool(CUBES["a box"][kept].max() < MOST["a box"])
    check(intervals(Publication(published, links), numbers=Numbers.WHOLE), possible, exact=exact)
    check(intervals(Publication(published, links)), possible, exact=False)


@MANY
@given(st.data())
def test_three_tables_in_a_cycle_are_bounded_by_what_is_inside(data: st.DataObject) -> None:
    """A by B, B by C and A by C: the joint table was never published, but its cells cannot be negative."""
    layout, holds = LAYOUTS["a box"], HOLDS["a box"]
    leaves = np.array(data.draw(st.lists(st.integers(0, 1), min_size=8, max_size=8)))
    outer = (layout.codes == 2).any(axis=1)
    truth, worlds = (holds @ leaves)[outer], (CUBES["a box"] @ holds.T)[:, outer]
    hidden = np.array(data.draw(st.lists(st.booleans(), min_size=19, max_size=19)))
    kept = agreeing(worlds, truth, ~hidden, np.zeros(truth.size, np.int64))
    part = replace(layout, codes=layout.codes[outer], published=outer[outer])
    published = Publication((read_table("t", part, truth, ~hidden, [True] * 3, least=0),))
    exact = bool(CUBES["a box"][kept].max() < MOST["a box"])
    check(intervals(published, numbers=Numbers.WHOLE), worlds[kept], exact=exact)
    check(intervals(published), worlds[kept], exact=False)


def crowds(atoms: int, most: int) -> Table:
    """Return all ways to have at most so many persons, each of one of so many kinds."""
    found = [
        np.bincount(kinds, minlength=atoms)[:atoms]
        for kinds in itertools.combinations_with_replacement(range(atoms + 1), most)
    ]
    return np.array(found, np.int64)


def unions(holds: NDArray[np.int64], kinds: list[tuple[int, ...]]) -> NDArray[np.int64]:
    """Return which kinds of persons each cell counts: those with some combination of leaves inside it."""
    return np.array([[int(cell[list(kind)].any()) for kind in kinds] for cell in holds])


def subsets(combinations: list[int]) -> list[tuple[int, ...]]:
    """Return every set of combinations that is not empty."""
    return [s for size in range(1, len(combinations) + 1) for s in itertools.combinations(combinations, size)]


LINE, SQUARE = LAYOUTS["a line"], LAYOUTS["a square"]
# Persons may be in several categories of a line; in a square they may be anywhere, or keep to one column.
LINE_KINDS = subsets([0, 1, 2])
SQUARE_KINDS = subsets([0, 1, 2, 3])
COLUMN_KINDS = [*subsets([0, 2]), *subsets([1, 3])]
CASES = {
    "a line": (LINE, (False,), unions(HOLDS["a line"], LINE_KINDS), crowds(len(LINE_KINDS), 6), True),
    "one kind of column for each": (
        SQUARE, (False, True), unions(HOLDS["a square"], COLUMN_KINDS), crowds(len(COLUMN_KINDS), 6), True,
    ),
    # Here more is known than the attacker's rows say (inclusion and exclusion of every order): he may find less.
    "persons anywhere": (
        SQUARE, (False, False), unions(HOLDS["a square"], SQUARE_KINDS), crowds(len(SQUARE_KINDS), 5), False,
    ),
}  # fmt: skip


@MANY
@given(st.data())
def test_persons_in_several_categories_are_bounded_as_unions(data: st.DataObject) -> None:
    """Counts of persons that do not add up: no possible world is excluded, and along a line none is added."""
    name = data.draw(st.sampled_from(sorted(CASES)))
    layout, additive, counts, crowd, exact = CASES[name]
    worlds = crowd @ counts.T
    truth = worlds[data.draw(st.integers(0, len(worlds) - 1))]
    hidden = np.array(data.draw(st.lists(st.booleans(), min_size=layout.size, max_size=layout.size)))
    kept = agreeing(worlds, truth, ~hidden, np.zeros(layout.size, np.int64))
    possible = worlds[kept]
    table = Publication((read_table("t", layout, truth, ~hidden, additive, least=0),))
    published = replace(table, complements=complements(table))
    pairs = np.array(published.complements)
    possible = np.concatenate([possible, possible[:, pairs[:, 0]] - possible[:, pairs[:, 1]]], axis=1)
    total = crowd.sum(axis=1)
    exact = exact and bool(total[kept].max() < total.max())
    check(intervals(published, numbers=Numbers.WHOLE), possible, exact=exact)
    check(intervals(published), possible, exact=False)
