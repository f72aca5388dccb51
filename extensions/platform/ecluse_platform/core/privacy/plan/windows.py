"""Windows: f(…) OVER looks at one person's rows, in an order that leaves nothing open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlglot import exp

from ecluse_platform.core.privacy.plan import expressions
from ecluse_platform.core.privacy.plan.relation import OWNER, column, inside, reference
from ecluse_platform.core.privacy.plan.scope import Scope
from ecluse_platform.core.privacy.plan.wording import words

if TYPE_CHECKING:
    from ecluse_platform.core.privacy.plan.calculus import Calculus

# Frames counted in rows or in peers depend on which of two equal rows comes first.
_COUNTED_FRAMES: Final = frozenset({"ROWS", "GROUPS"})


def apply(select: exp.Select, scope: Scope, calculus: Calculus, *, correlated: bool, grouped: bool) -> None:
    """Check and rewrite each window of a SELECT over persons' rows."""
    qualify = select.args.get("qualify")
    nodes = [*select.expressions, *([qualify] if qualify is not None else [])]
    for window in [found for node in nodes for found in inside(node, exp.Window)]:
        if window.args.get("alias"):
            raise calculus.refuse("private_chooses_persons", window, what="WINDOW")
        if grouped:
            raise calculus.refuse("private_window_grouped", window, what=words(window))
        if not correlated:
            require_key(window, scope, calculus)
        if scope.owner is not None:
            tie(window, scope.owner)
        if _order_matters(window):
            order_fully(window, select, scope)


def require_key(window: exp.Expr, scope: Scope, calculus: Calculus) -> None:
    """Refuse a partition that could mix persons."""
    have = {ref for node in window.args.get("partition_by") or [] if (ref := reference(node))}
    if not any(key.grouping and scope.holds(have, key) for key in scope.keys):
        raise calculus.refuse("private_window_without_person", window, what=words(window))


def tie(window: exp.Expr, owner: exp.Expr) -> None:
    """Partition by the owner as well."""
    window.set("partition_by", [*(window.args.get("partition_by") or []), owner.copy()])


def order_fully(window: exp.Expr, select: exp.Select, scope: Scope) -> None:
    """Order by every column that the SELECT uses: rows that are still equal are then interchangeable."""
    clauses = [select.args.get(clause) for clause in ("where", "qualify")]
    nodes = [*select.expressions, *(clause for clause in clauses if clause is not None)]
    used = {
        (found.table, found.name)
        for node in nodes
        for found in node.find_all(exp.Column)
        if found.table in scope.sources and found.name != OWNER
    }
    order = window.args.get("order") or exp.Order(expressions=[])
    for table, name in sorted(used):
        order.append("expressions", exp.Ordered(this=column(table, name)))
    window.set("order", order)


def _order_matters(window: exp.Expr) -> bool:
    function = window.this
    if isinstance(function, exp.IgnoreNulls | exp.RespectNulls):
        return True
    frame = window.args.get("spec")
    counted = frame is not None and (frame.args.get("kind") or "").upper() in _COUNTED_FRAMES
    return counted or function.key in expressions.TIED_WINDOWS
