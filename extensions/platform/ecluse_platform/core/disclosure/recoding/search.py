"""The search for recodings: greedily and a few side by side, by what is lost for each small cell that goes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ecluse_platform.core.disclosure.recoding.counting import Counting, Reals, Score, State, entropy, weighed
from ecluse_platform.core.disclosure.recoding.steps import Groups, may_merge, one_level_up, whole
from ecluse_platform.core.disclosure.tabular.structure import Integers

# Merges are not looked at while there are more cells than this: first something must be dropped.
MOST_TO_MERGE = 100_000
# Of an unordered dimension, how many of the categories with most small cells are tried with each of their siblings.
WORST = 3
# How many states go on after each step, and at most how many steps there are.
BEAM = 3
STEPS = 300


@dataclass(frozen=True)
class Reached:
    """A state of the search and its score."""

    state: State
    score: Score


def search(counting: Counting, ordered: Sequence[bool], allowed: frozenset[int], *, merging: bool) -> Reached | None:
    """Look for the recoding of the allowed dimensions that loses least and leaves no small cell; None if none is found.

    Deterministic: ties are broken by the groups themselves.
    """
    first = Reached(counting.start, counting.score(counting.start))
    front = [first]
    for _ in range(STEPS):
        done = [reached for reached in front if reached.score.small == 0]
        if done:
            return min(done, key=_best)
        width = BEAM if counting.cells.size <= MOST_TO_MERGE else 1
        found: dict[State, Score] = {}
        for reached in front:
            scored = _next(counting, reached, ordered, allowed, merging=merging)
            found.update((state, score) for state, score in scored if score.small < reached.score.small)
        if not found:
            return None
        front = sorted((Reached(*one) for one in found.items()), key=lambda one: _price(first, one))[:width]
    return None


def prune(counting: Counting, reached: Reached) -> Reached:
    """Take back what turned out not to be needed: a dimension's change, or one merged category."""
    if counting.cells.size > MOST_TO_MERGE:
        return reached
    for axis, groups in enumerate(reached.state):
        for finer in _finer(groups, counting.start[axis]):
            state = (*reached.state[:axis], finer, *reached.state[axis + 1 :])
            score = counting.score(state)
            if score.small == 0 and score.kept > reached.score.kept:
                return prune(counting, Reached(state, score))
    return reached


def _price(first: Reached, reached: Reached) -> tuple[float, float, State]:
    gone = first.score.small - reached.score.small
    return (first.score.kept - reached.score.kept) / gone, -reached.score.kept, reached.state


def _best(reached: Reached) -> tuple[float, State]:
    return -reached.score.kept, reached.state


def _next(
    counting: Counting, reached: Reached, ordered: Sequence[bool], allowed: frozenset[int], *, merging: bool
) -> Iterator[tuple[State, Score]]:
    state = reached.state
    shown = [axis for axis, groups in enumerate(state) if len(groups) > 1]
    for axis in sorted(allowed & set(shown)):
        dimension = counting.dimensions[axis]
        coarser = [one_level_up(dimension, state[axis])]
        if len(shown) > 1:
            coarser.append(whole(dimension))
        for groups in coarser:
            if groups is not None and groups != state[axis]:
                changed = (*state[:axis], groups, *state[axis + 1 :])
                yield changed, counting.score(changed)
    if merging and int(np.prod([len(groups) for groups in state])) <= MOST_TO_MERGE:
        for axis in sorted(allowed & set(shown)):
            yield from _merges(counting, reached, axis, ordered=ordered[axis])


def _merges(counting: Counting, reached: Reached, axis: int, *, ordered: bool) -> Iterator[tuple[State, Score]]:
    """Score merges of two groups along one dimension, all at once."""
    groups = reached.state[axis]
    patterns = [pattern for pattern in counting.finest_patterns if pattern[axis]]
    persons = [counting.persons(reached.state, pattern) for pattern in patterns]
    pairs = _pairs(counting, axis, groups, persons, ordered=ordered)
    if not pairs:
        return
    one, two = (np.array(side, np.int64) for side in zip(*pairs, strict=True))
    small, told = np.full(one.size, reached.score.small, np.int64), np.zeros(one.size)
    for seen in persons:
        a, b = seen.take(one, axis=axis), seen.take(two, axis=axis)
        both = a + b if counting.additive[axis] else np.maximum(a, b)
        small += _few(counting, both, axis) - _few(counting, a, axis) - _few(counting, b, axis)
    for pattern, mass in zip(counting.finest_patterns, counting.masses(reached.state), strict=True):
        told += entropy(mass)
        if pattern[axis] and mass.sum() > 0:
            first, second = mass.take(one, axis=axis), mass.take(two, axis=axis)
            lost = weighed(first + second) - weighed(first) - weighed(second)
            told -= np.moveaxis(lost, axis, 0).reshape(one.size, -1).sum(axis=1) / mass.sum()
    for place in _cheapest(counting, reached, small, told):
        i, j = pairs[place]
        rest = [group for where, group in enumerate(groups) if where not in {i, j}]
        merged = tuple(sorted((*rest, tuple(sorted(groups[i] + groups[j])))))
        changed = (*reached.state[:axis], merged, *reached.state[axis + 1 :])
        yield changed, Score(int(small[place]), counting.kept(float(told[place])))


def _cheapest(counting: Counting, reached: Reached, small: Integers, told: Reals) -> list[int]:
    """Return the few places where least is lost for each small cell that goes."""
    gone = reached.score.small - small
    lost = np.array([reached.score.kept - counting.kept(float(left)) for left in told])
    price = np.where(gone > 0, lost / np.maximum(gone, 1), np.inf)
    return [int(place) for place in np.argsort(price, kind="stable")[:BEAM] if gone[place] > 0]


def _pairs(
    counting: Counting, axis: int, groups: Groups, persons: list[Integers], *, ordered: bool
) -> list[tuple[int, int]]:
    """Return the pairs of siblings to try: neighbours in an ordered dimension, else the worst with all others."""
    dimension = counting.dimensions[axis]
    if len(groups) == len(groups[:2]):
        # Merging the last two is dropping the dimension.
        return []
    places = range(len(groups))
    if ordered:
        pairs = list(pairwise(places))
    else:
        few = sum(_few(counting, seen, axis) for seen in persons)
        worst = [int(i) for i in np.argsort(-np.asarray(few), kind="stable")[:WORST]]
        pairs = sorted({(min(i, j), max(i, j)) for i in worst for j in places if i != j})
    return [(i, j) for i, j in pairs if may_merge(dimension, groups[i], groups[j])]


def _few(counting: Counting, persons: Integers, axis: int) -> Integers:
    """Count the small cells of each slice along an axis."""
    small = (persons > 0) & (persons < counting.threshold)
    return np.asarray(np.moveaxis(small, axis, 0).reshape(persons.shape[axis], -1).sum(axis=1), np.int64)


def _finer(groups: Groups, start: Groups) -> Iterator[Groups]:
    """Return the same groups with less merged: the dimension untouched, or one end of a merged group set free."""
    if groups != start:
        yield start
    for group in groups:
        if len(group) > 1:
            rest = tuple(other for other in groups if other != group)
            for free in dict.fromkeys((group[0], group[-1])):
                yield tuple(sorted((*rest, (free,), tuple(c for c in group if c != free))))
