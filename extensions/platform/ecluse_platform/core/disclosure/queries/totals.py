"""ROLLUP, CUBE and GROUPING SETS: the combinations of dimensions that a GROUP BY shows, whichever lane reads it."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain, combinations, product
from math import prod

from sqlglot import exp

from ecluse_platform.core.disclosure.queries.places import Places
from ecluse_platform.core.refusals import Refusal

# One grouping set: the positions of the dimensions that it shows; all others are totals in it.
Shown = frozenset[int]
_TOTALS: dict[type[exp.Expr], str] = {exp.Rollup: "ROLLUP", exp.Cube: "CUBE", exp.GroupingSets: "GROUPING SETS"}
_AFTER_WORDS = {
    "rollup": "WITH ROLLUP",
    "cube": "WITH CUBE",
    "grouping_sets": "WITH GROUPING SETS",
    "totals": "WITH TOTALS",
}


def asks_for_totals(group: exp.Expr) -> bool:
    """Say whether a GROUP BY asks for more than the cells in which every dimension is shown."""
    return any(group.args.get(key) for key in _AFTER_WORDS) or any(type(node) in _TOTALS for node in group.expressions)


class Totals:
    """Reads the grouping sets of one GROUP BY."""

    def __init__(self, position: Callable[[exp.Expr], int], places: Places) -> None:
        """Take what says which dimension an expression means, or refuses it."""
        self._position = position
        self._places = places

    def sets(self, group: exp.Expr, everything: Shown, most: int, too_many: Callable[[int], Refusal]) -> list[Shown]:
        """Return the grouping sets as written; ``everything`` is what GROUP BY ALL shows.

        CUBE doubles them with each member: they are counted, and refused beyond ``most``, before any is written out.
        The same set may be among them twice.
        """
        for key, words in _AFTER_WORDS.items():
            if group.args.get(key):
                raise self._places.refusal("sql_totals", words.split()[1], what=words)
        parts = [(type(node), self._members(node)) for node in group.expressions]
        parts = [(kind, members) for kind, members in parts if members or kind is not exp.GroupingSets]
        if (found := prod(_size(kind, len(members)) for kind, members in parts)) > most:
            raise too_many(found)
        whole = everything if group.args.get("all") else Shown()
        every = (_written_out(kind, members) for kind, members in parts)
        return [whole.union(*chosen) for chosen in product(*every)]

    def _members(self, node: exp.Expr) -> list[Shown]:
        """Return the dimensions, or brackets of them, of which one element of GROUP BY makes its sets."""
        if type(node) not in _TOTALS:
            return [self._together(node)]
        return [self._together(child, inside=_TOTALS[type(node)]) for child in node.expressions]

    def _together(self, node: exp.Expr, inside: str = "") -> Shown:
        """Return the positions of one dimension, or of several in brackets."""
        if type(node) in _TOTALS:
            raise self._places.refusal("sql_set_nested", node, what=f"{_TOTALS[type(node)]} in {inside}")
        bare = node.unnest()
        if isinstance(bare, exp.Tuple):
            if not inside and bare.expressions:
                raise self._places.refusal("sql_group_not_shown", node, what=written(node))
            return Shown(chain.from_iterable(self._together(child, inside or "()") for child in bare.expressions))
        return Shown({self._position(node)})


def in_order(sets: list[Shown], dimensions: int) -> tuple[tuple[bool, ...], ...]:
    """Return grouping sets the finest first; True stands for a dimension that is shown."""
    flags = [tuple(at in shown for at in range(dimensions)) for shown in sets]
    return tuple(sorted(flags, key=lambda flag: (-sum(flag), [not shown for shown in flag])))


def written(node: exp.Expr) -> str:
    """Return an expression as text, without its comments."""
    return node.sql(dialect="duckdb", comments=False)


def _size(kind: type[exp.Expr], members: int) -> int:
    """Return how many sets so many members make."""
    if kind is exp.Rollup:
        return members + 1
    return 1 << members if kind is exp.Cube else members


def _written_out(kind: type[exp.Expr], members: list[Shown]) -> list[Shown]:
    if kind is exp.Rollup:
        return [Shown().union(*members[:size]) for size in range(len(members), -1, -1)]
    if kind is exp.Cube:
        sizes = range(len(members), -1, -1)
        return [Shown().union(*some) for size in sizes for some in combinations(members, size)]
    return members
