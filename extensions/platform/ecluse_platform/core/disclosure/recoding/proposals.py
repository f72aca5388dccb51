"""Which recodings to propose when a table cannot be published as it was asked for, ranked by what they keep.

A proposal says which coarser table would have no small cell. It follows from the hidden counts: it is for the author of
the request and for stewards, who would learn as much by asking for the coarser table itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ecluse_platform.core.disclosure.attack.knowledge import complements
from ecluse_platform.core.disclosure.attack.publication import Publication, PublishedTable
from ecluse_platform.core.disclosure.recoding.counting import Counting, State, reduce_axis
from ecluse_platform.core.disclosure.recoding.search import Reached, prune, search
from ecluse_platform.core.disclosure.recoding.steps import Change, Groups, label, whole, words
from ecluse_platform.core.disclosure.tabular.structure import ROOT, Dimension, Integers, Layout
from ecluse_platform.core.text import Text

# Cells of the full cross-product of categories; beyond it the longest dimension is dropped before anything is tried.
MOST_CELLS = 2_000_000


@dataclass(frozen=True, eq=False)
class Proposal:
    """A coarser table without small cells: what to change, the table itself, and how much it still tells.

    ``kept`` is the share of the table's entropy, 0 to 1. ``exact`` says that ``persons`` are its true counts; otherwise
    they are lower bounds along dimensions that do not add up.
    """

    changes: tuple[Change, ...]
    words: Text
    layout: Layout
    persons: Integers
    kept: float
    exact: bool


# Counts the persons of a proposal's layout, cell by cell, where they cannot be had by adding up.
Evaluate = Callable[[Proposal], Integers]


def propose(
    layout: Layout,
    persons: Integers,
    additive: Sequence[bool],
    threshold: int,
    *,
    ordered: Sequence[bool] | None = None,
    evaluate: Evaluate | None = None,
    most: int = 5,
) -> tuple[Proposal, ...]:
    """Propose recodings with which every cell and margin that was asked for holds nobody, or ``threshold`` persons.

    Considered are merging neighbours of an ordered dimension or siblings of another, moving up one level of a tree, and
    dropping a dimension; the search is greedy with a few states side by side, so that a better recoding may exist. The
    proposal that keeps most comes first; none is returned where only the grand total could be published, nor for a
    table without totals that is too large to be held. ``evaluate`` is asked for true counts where persons do not add
    up; a proposal that they refute, by a small cell or by a small complement, is left out.
    """
    table = _shrunk(layout, persons)
    if not table.layout.size:
        return ()
    counting = Counting(table.layout, table.persons, additive, threshold)
    in_order = tuple(ordered) if ordered is not None else (False,) * len(layout.dimensions)
    everything = frozenset(range(len(layout.dimensions)))
    tries = [(everything, True), (everything, False), *((frozenset({axis}), True) for axis in sorted(everything))]
    found: dict[State, Reached] = {}
    for allowed, merging in tries:
        reached = search(counting, in_order, allowed, merging=merging)
        if reached is not None:
            least = prune(counting, reached)
            found[least.state] = least
    ranked = sorted(found.values(), key=lambda one: (-one.score.kept, one.state))
    proposals = [_proposal(layout, counting, table.dropped, one) for one in ranked if one.score.kept > 0]
    return tuple(one for one in (_checked(p, counting, evaluate) for p in proposals) if one is not None)[:most]


@dataclass(frozen=True, eq=False)
class _Shrunk:
    layout: Layout
    persons: Integers
    dropped: frozenset[int]


def _shrunk(layout: Layout, persons: Integers) -> _Shrunk:
    """Put the longest dimensions at their totals until the cross-product can be held."""
    dropped: set[int] = set()
    keep = np.ones(layout.size, bool)
    sizes = list(layout.shape)
    while float(np.prod(np.asarray(sizes, float))) > MOST_CELLS:
        axis = int(np.argmax(sizes))
        dropped.add(axis)
        sizes[axis] = 1
        keep &= layout.codes[:, axis] == layout.dimensions[axis].total
    dimensions = tuple(
        Dimension(d.name, (d.categories[d.total],), (ROOT,)) if axis in dropped else d
        for axis, d in enumerate(layout.dimensions)
    )
    codes = layout.codes[keep].copy()
    codes[:, sorted(dropped)] = 0
    published = layout.published[keep]
    if dropped and not published.any():
        published = np.ones(codes.shape[0], bool)
    return _Shrunk(Layout(dimensions, codes, published), persons[keep], frozenset(dropped))


def _proposal(layout: Layout, counting: Counting, dropped: frozenset[int], reached: Reached) -> Proposal:
    changes = tuple(
        Change(axis, whole(layout.dimensions[axis]) if axis in dropped else groups)
        for axis, (groups, start) in enumerate(zip(reached.state, counting.start, strict=True))
        if axis in dropped or groups != start
    )
    left = [axis for axis, groups in enumerate(reached.state) if len(groups) > 1]
    made = [_recoded(counting.dimensions[axis], reached.state[axis]) for axis in left]
    cells = counting.cells
    for axis in sorted(range(cells.ndim), key=lambda axis: counting.additive[axis]):
        members = made[left.index(axis)][1] if axis in left else whole(counting.dimensions[axis])
        cells = reduce_axis(cells, axis, members, np.add if counting.additive[axis] else np.maximum)
    cells = cells.reshape([len(dimension.categories) for dimension, _ in made])
    codes = np.argwhere(cells > 0).astype(np.int64)
    shown = codes != np.array([dimension.total for dimension, _ in made])
    asked = {tuple(pattern[axis] for axis in left) for pattern in counting.patterns}
    published = np.array([tuple(row) in asked for row in shown.tolist()], bool)
    exact = counting.exact and all(
        counting.additive[axis] or all(len(group) == 1 for group in reached.state[axis]) for axis in left
    )
    recoded = Layout(tuple(dimension for dimension, _ in made), codes, published)
    said = words(layout.dimensions, changes) if changes else Text(fr="rien à changer", en="nothing to change")
    return Proposal(changes, said, recoded, cells[cells > 0], reached.score.kept, exact)


def _recoded(dimension: Dimension, groups: Groups) -> tuple[Dimension, Groups]:
    """Make the tree of the groups and of what is above them; return it with the members of its categories."""
    above: list[int] = []
    for group in groups:
        category = dimension.parents[group[0]]
        while category != ROOT:
            above.append(category)
            category = dimension.parents[category]
    upper = sorted(set(above))
    place = {category: len(groups) + i for i, category in enumerate(upper)}
    parents = [place[dimension.parents[group[0]]] for group in groups]
    parents += [ROOT if dimension.parents[c] == ROOT else place[dimension.parents[c]] for c in upper]
    labels = [_joined(dimension, group) for group in groups] + [dimension.categories[c] for c in upper]
    tree = Dimension(dimension.name, tuple(labels), tuple(parents), dimension.sensitive)
    return tree, (*groups, *((category,) for category in upper))


def _joined(dimension: Dimension, group: tuple[int, ...]) -> str | None:
    if len(group) == 1:
        return dimension.categories[group[0]]
    return " + ".join(label(dimension, category).fr for category in group)


def _checked(proposal: Proposal, counting: Counting, evaluate: Evaluate | None) -> Proposal | None:
    """Replace lower bounds by true counts where they can be had; None where these refute the proposal."""
    if not proposal.exact and evaluate is not None:
        true = evaluate(proposal)
        proposal = replace(proposal, persons=true, exact=True)
    if not proposal.exact:
        return proposal
    published = proposal.layout.published
    groups = [proposal.persons[published], _complements(proposal, counting)]
    return None if any(counting.small(persons) for persons in groups) else proposal


def _complements(proposal: Proposal, counting: Counting) -> Integers:
    """Count who is in a margin and not in its part, along dimensions that do not add up."""
    names = {d.name: adds for d, adds in zip(counting.dimensions, counting.additive, strict=True)}
    layout, nothing = proposal.layout, np.zeros(proposal.layout.size)
    additive = tuple(names[dimension.name] for dimension in layout.dimensions)
    table = PublishedTable("recoded", layout.dimensions, layout.codes, nothing, nothing, additive)
    pairs = np.array(complements(Publication((table,))), np.int64).reshape(-1, 2)
    return proposal.persons[pairs[:, 0]] - proposal.persons[pairs[:, 1]]
