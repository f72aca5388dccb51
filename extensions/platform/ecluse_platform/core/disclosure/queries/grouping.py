"""GROUP BY and ORDER BY must say nothing but what the result shows."""

from __future__ import annotations

from sqlglot import exp

from ecluse_platform.core.disclosure.queries.expressions import Builder, Use
from ecluse_platform.core.disclosure.queries.outputs import Dimension, Outputs
from ecluse_platform.core.disclosure.queries.places import Places
from ecluse_platform.core.disclosure.queries.scope import Scope
from ecluse_platform.core.refusals import Refusal

_TOTALS: dict[type[exp.Expr], str] = {exp.Rollup: "ROLLUP", exp.Cube: "CUBE", exp.GroupingSets: "GROUPING SETS"}
_TOTAL_PARTS = {"rollup": "ROLLUP", "cube": "CUBE", "grouping_sets": "GROUPING SETS", "totals": "WITH TOTALS"}


def check_group(select: exp.Select, outputs: Outputs, scope: Scope, places: Places) -> None:
    """Demand that the cells are exactly the combinations of the dimensions shown."""
    group = select.args.get("group")
    if group is None:
        if outputs.dimensions:
            first = outputs.dimensions[0]
            raise places.refusal("sql_group_missing", first.written, what=first.name)
        return
    for key, word in _TOTAL_PARTS.items():
        if group.args.get(key):
            raise places.refusal("sql_totals", word.split()[0], what=word)
    named = [_shown(node, outputs, scope, places) for node in group.expressions]
    for dimension in outputs.dimensions:
        if dimension not in named and not group.args.get("all"):
            raise places.refusal("sql_group_missing", dimension.written, what=dimension.name)


def check_order(select: exp.Select, outputs: Outputs, scope: Scope, places: Places) -> None:
    """Accept, and ignore, an order by dimensions: the result has its own."""
    order = select.args.get("order")
    for ordered in order.expressions if order is not None else ():
        node = ordered.this
        if isinstance(node, exp.Var) and node.name.upper() == "ALL":
            continue
        if not isinstance(_meant(node, outputs, scope, places, "sql_order"), Dimension):
            raise places.refusal("sql_order", node)


def _shown(node: exp.Expr, outputs: Outputs, scope: Scope, places: Places) -> Dimension:
    if type(node) in _TOTALS:
        raise places.refusal("sql_totals", _TOTALS[type(node)].split()[0], what=_TOTALS[type(node)])
    meant = _meant(node, outputs, scope, places, "sql_group_not_shown")
    if not isinstance(meant, Dimension):
        raise _not_shown(node, places)
    return meant


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
