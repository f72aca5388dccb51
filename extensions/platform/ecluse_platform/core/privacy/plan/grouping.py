"""GROUP BY inside: each group is one person's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from ecluse_platform.core.privacy.plan import expressions
from ecluse_platform.core.privacy.plan.projection import merged_domains
from ecluse_platform.core.privacy.plan.relation import inside, reference
from ecluse_platform.core.privacy.plan.scope import Scope
from ecluse_platform.core.privacy.plan.wording import words

if TYPE_CHECKING:
    from ecluse_platform.core.privacy.plan.calculus import Calculus


def write_out(select: exp.Select, scope: Scope, calculus: Calculus) -> bool:
    """Write GROUP BY ALL out, hold the expressions against the allow-list, and return whether the SELECT groups."""
    group = select.args.get("group")
    if group is None:
        return bool(has_aggregates(select))
    if group.find(exp.Rollup, exp.Cube, exp.GroupingSets) or group.args.get("totals"):
        raise calculus.refuse("private_inner_margins", group, what="ROLLUP, CUBE, GROUPING SETS")
    if group.args.get("all"):
        group.set("all", None)
        group.set("expressions", [n.unalias().copy() for n in select.expressions if not inside(n, exp.AggFunc)])
    for node in group.expressions:
        expressions.check(node, scope, calculus, aggregates=False, subqueries=False)
    return True


def apply(select: exp.Select, scope: Scope, calculus: Calculus, *, correlated: bool) -> None:
    """Check and rewrite the grouping of a SELECT over persons' rows."""
    group, aggregates = select.args.get("group"), has_aggregates(select)
    if correlated or (group is None and not aggregates):
        return
    if group is None:
        require_group(aggregates, calculus)
        return
    require_key(group, scope, calculus)
    if scope.owner is not None:
        tie(group, scope.owner)


def has_aggregates(select: exp.Select) -> list[exp.Expr]:
    """Return the aggregates of a SELECT that are no windows."""
    having = select.args.get("having")
    nodes = [*select.expressions, *([having] if having is not None else [])]
    return [
        found
        for node in nodes
        for found in inside(node, exp.AggFunc)
        if found.key not in expressions.WINDOWS and not _of_window(found)
    ]


def require_group(aggregates: list[exp.Expr], calculus: Calculus) -> None:
    """Refuse an aggregate over everybody: it is one row that depends on all."""
    raise calculus.refuse("private_inner_total", aggregates[0], what=words(aggregates[0]))


def require_key(group: exp.Group, scope: Scope, calculus: Calculus) -> None:
    """Refuse groups that could mix persons: some key that no outer join left NULL is among the grouping columns."""
    have = {ref for node in group.expressions if (ref := reference(node))}
    if any(key.grouping and scope.holds(have, key) for key in scope.keys):
        return
    if any(merged_domains(node, scope) for node in group.expressions):
        return
    by = ", ".join(words(node) for node in group.expressions)
    raise calculus.refuse("private_group_without_person", group, what=f"GROUP BY {by}")


def tie(group: exp.Group, owner: exp.Expr) -> None:
    """Group by the owner as well."""
    group.append("expressions", owner.copy())


def _of_window(node: exp.Expr) -> bool:
    parent = node.parent
    if isinstance(parent, exp.Filter | exp.IgnoreNulls | exp.RespectNulls):
        parent = parent.parent
    return isinstance(parent, exp.Window)
