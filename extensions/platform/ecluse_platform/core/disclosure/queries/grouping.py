"""GROUP BY and ORDER BY must say nothing but what the result shows; GROUP BY says which totals are shown with it."""

from __future__ import annotations

from sqlglot import exp

from ecluse_platform.core.disclosure.queries.expressions import Builder, Use
from ecluse_platform.core.disclosure.queries.outputs import Dimension, Outputs
from ecluse_platform.core.disclosure.queries.places import Places
from ecluse_platform.core.disclosure.queries.scope import Scope
from ecluse_platform.core.disclosure.queries.totals import Shown, Totals, in_order, written
from ecluse_platform.core.refusals import Refusal


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
        found = Totals(self._position, self._places).sets(
            group,
            everything=Shown(range(len(dimensions))),
            most=2 ** len(dimensions),
            too_many=lambda _: self._places.refusal("sql_set_twice", group.expressions[0]),
        )
        return self._checked(found, group)

    def _checked(self, sets: list[Shown], group: exp.Expr) -> tuple[tuple[bool, ...], ...]:
        for at, dimension in enumerate(self._outputs.dimensions):
            if not any(at in shown for shown in sets):
                raise self._places.refusal("sql_group_missing", dimension.written, what=dimension.name)
        if len(set(sets)) != len(sets):
            raise self._places.refusal("sql_set_twice", next(iter(group.expressions), "GROUP"))
        return in_order(sets, len(self._outputs.dimensions))

    def _position(self, node: exp.Expr) -> int:
        """Return the position of the dimension that an expression of GROUP BY means."""
        meant = _meant(node, self._outputs, self._scope, self._places, "sql_group_not_shown")
        if not isinstance(meant, Dimension):
            raise self._places.refusal("sql_group_not_shown", node, what=written(node))
        return self._outputs.dimensions.index(meant)


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
        raise places.refusal(code, node, **({"what": written(node)} if code == "sql_group_not_shown" else {})) from None
    return next((d for d in outputs.dimensions if d.text == built), None)
