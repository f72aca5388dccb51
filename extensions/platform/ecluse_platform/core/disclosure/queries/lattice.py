"""The grouping sets that tie those shown together: margins follow from finer cells, whether these are shown or not."""

from __future__ import annotations

from itertools import product

Sets = tuple[tuple[bool, ...], ...]


def tied(sets: Sets) -> Sets:
    """Return every grouping set over the dimensions of some, the finest first.

    A total is the sum of cells that differ from it in one dimension only, up to the cells in which all dimensions are
    shown: what an outsider can derive from several margins is what these cells allow.
    """
    every = product((True, False), repeat=len(sets[0]))
    return tuple(sorted(every, key=lambda shown: (-sum(shown), [not flag for flag in shown])))
