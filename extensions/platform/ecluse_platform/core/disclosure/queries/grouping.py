"""GROUP BY and ORDER BY must say nothing but what the result shows; GROUP BY says which totals are shown with it."""

from __future__ import annotations

from itertools import chain, combinations, product
from math import prod

from sqlglot import exp

from ecluse_platform.core.disclosure.queries.expressions import Builder, Use
from ecluse_platform.core.disclosure.queries.outputs import Dimension, Outputs
from ecluse_platform.core.disclosure.queries.places import Places
from ecluse_platform.core.disclosure.queries.scope import Scope
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


class Grouping:
    """Reads the GROUP BY of one query."""

    def __init__(self, outputs: Outputs, scope: Scope, places: Places) -> None:
        self._outputs = outputs
        self._scope = scope
        self._places = places

    def sets(self, select: exp.Select) -> tuple[tuple[bool, ...], ...]:
        """Return the grouping sets that are shown, the finest first; True stands for a dimension that is shown.

        Every dimension of the result is in one of them at least, and no set is there twice.
        """
        dimensions = self._outputs.dimensions
        group = select.args.get("group")
        if group is None:
            if dimensions:
                raise self._places.refusal("sql_group_missing", dimensions[0].written, what=dimensions[0].name)
            return ((),)
        for key, words in _AFTER_WORDS.items():
            if group.args.get(key):
                raise self._places.refusal("sql_totals", words.split()[1], what=words)
        everything = [Shown(range(len(dimensions)))] if group.args.get("all") else []
        parts = [everything, *(self._part(node) for node in group.expressions)]
        if prod(len(part) for part in parts if part) > 2 ** len(dimensions):
            raise self._places.refusal("sql_set_twice", group.expressions[0])
        sets = [Shown(chain.from_iterable(chosen)) for chosen in product(*(part for part in parts if part))]
        return self._checked(sets, group)

    def _checked(self, sets: list[Shown], group: exp.Expr) -> tuple[tuple[bool, ...], ...]:
        for at, dimension in enumerate(self._outputs.dimensions):
            if not any(at in shown for shown in sets):
                raise self._places.refusal("sql_group_missing", dimension.written, what=dimension.name)
        if len(set(sets)) != len(sets):
            raise self._places.refusal("sql_set_twice", next(iter(group.expressions), "GROUP"))
        size = range(len(self._outputs.dimensions))
        flags = [tuple(at in shown for at in size) for shown in sets]
        return tuple(sorted(flags, key=lambda flag: (-sum(flag), [not shown for shown in flag])))

    def _part(self, node: exp.Expr) -> list[Shown]:
        """Return the sets that one element of GROUP BY stands for."""
        kind = type(node)
        if kind not in _TOTALS:
            return [self._together(node)]
        members = [self._together(child, inside=_TOTALS[kind]) for child in node.expressions]
        if kind is exp.GroupingSets:
            return members
        if len(members) > len(self._outputs.dimensions):
            raise self._places.refusal("sql_set_twice", node)
        if kind is exp.Rollup:
            chosen = [members[:size] for size in range(len(members), -1, -1)]
        else:
            chosen = [list(some) for size in range(len(members), -1, -1) for some in combinations(members, size)]
        return [Shown(chain.from_iterable(some)) for some in chosen]

    def _together(self, node: exp.Expr, inside: str = "") -> Shown:
        """Return the positions of one dimension, or of several in brackets."""
        if type(node) in _TOTALS:
            raise self._places.refusal("sql_set_nested", node, what=f"{_TOTALS[type(node)]} in {inside}")
        bare = node.unnest()
        if isinstance(bare, exp.Tuple):
            if not inside and bare.expressions:
                raise _not_shown(node, self._places)
            return Shown(chain.from_iterable(self._together(child, inside or "()") for child in bare.expressions))
        meant = _meant(node, self._outputs, self._scope, self._places, "sql_group_not_shown")
        if not isinstance(meant, Dimension):
            raise _not_shown(node, self._places)
        return Shown({self._outputs.dimensions.index(meant)})


def check_order(select: exp.Select, outputs: Outputs, scope: Scope, places: Places) -> None:
    """Accept, and ignore, an order by dimensions: the result has its own."""
    order = select.args.get("order")
    for ordered in order.expressions if order is not None else ():
        node = ordered.this
        if isinstance(node, exp.Var) and node.name.upper() == "ALL":
            continue
        if not isinstance(_meant(node, outputs, scope, places, "sql_order"), Dimension):
            raise places.refusal("sql_order", node)


def _meant(node: exp.Expr, outputs: Outputs, scope: Scope, places: Places, code: str) -> object:
    """Find the column of the result that a position, a name or an expression means."""
    bare = node.unnest()
    if isinstance(bare, exp.Literal):
        at = int(bare.name) - 1 if not bare.is_string and bare.name.isdecimal() else -1
        return outputs.columns[at] if 0 <= at < len(outputs.columns) else None
    if isinstance(bare, exp.Column) and not bare.table and outputs.named(bare.name):
        return outputs.named(bare.name)
    if isinstance(bare, exp.Column) and not bare.table and not scope.find(bare.name):
        scope.resolve(bare)
    if isinstance(bare, exp.AggFunc | exp.Tuple):
        return None
    try:
        built = Builder(scope, places, Use.CONDITION).build(bare).sql(dialect="duckdb")
    except Refusal as refusal:
        if refusal.code != "sql_identifier_used":
            raise
        raise places.refusal(code, node, **({"what": _words(node)} if code == "sql_group_not_shown" else {})) from None
    return next((d for d in outputs.dimensions if d.text == built), None)


def _not_shown(node: exp.Expr, places: Places) -> Refusal:
    return places.refusal("sql_group_not_shown", node, what=_words(node))


def _words(node: exp.Expr) -> str:
    return node.sql(dialect="duckdb", comments=False)
