"""The grouping sets that tie those shown together: margins follow from finer cells, whether these are shown or not."""

from __future__ import annotations

from itertools import product

Sets = tuple[tuple[bool, ...], ...]


def tied(sets: Sets) -> Sets:
    """Return every grouping set that is at least as fine as one of some, the finest first.

    A total is the sum of cells that differ from it in one dimension only, up to the cells in which all dimensions are
    shown: what an outsider can derive from several margins is what these cells allow. A set that is coarser than all
    that is shown ties nothing.
    """
    every = product((True, False), repeat=len(sets[0]))
    finer = (one for one in every if any(_is_finer(one, shown) for shown in sets))
    return tuple(sorted(finer, key=lambda shown: (-sum(shown), [not flag for flag in shown])))


def _is_finer(one: tuple[bool, ...], other: tuple[bool, ...]) -> bool:
    """Say whether one set shows every dimension that another shows."""
    return all(mine or not theirs for mine, theirs in zip(one, other, strict=True))
