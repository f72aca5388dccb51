"""Columns merged by USING: written out as COALESCE, they are the left one again where that cannot be NULL-extended."""

from __future__ import annotations

from sqlglot import exp

from ecluse_platform.core.privacy.plan.relation import Equalities, conjuncts, reference
from ecluse_platform.core.privacy.plan.scope import Scope


def simplify(select: exp.Select, scope: Scope) -> None:
    """Replace each COALESCE of columns that every join equates by the first of them."""
    equal = Equalities(scope.equal)
    for join in select.args.get("joins") or []:
        equal.learn(conjuncts(join.args.get("on")))
    clauses = [select.args.get(clause) for clause in ("where", "group", "having", "qualify")]
    for node in [*select.expressions, *(clause for clause in clauses if clause is not None)]:
        replace(node, equal, scope.weak)


def simplify_joins(first: exp.Expr | None, joins: list[exp.Join], scope: Scope) -> None:
    """Do the same in ON, join by join, and note which sources an outer join may have replaced by NULLs."""
    equal = Equalities()
    before = {first.alias_or_name} if first is not None else set()
    for join in joins:
        condition = join.args.get("on")
        if condition is not None:
            replace(condition, equal, scope.weak)
            equal.learn(conjuncts(condition))
        alias = join.this.alias_or_name
        if join.side in {"RIGHT", "FULL"}:
            scope.weak |= before
        if join.side == "FULL":
            scope.weak.add(alias)
        before.add(alias)


def replace(node: exp.Expr, equal: Equalities, weak: set[str]) -> None:
    """Replace, in one clause, each COALESCE of equal columns by its first column, unless a join may leave it NULL."""
    for found in list(node.find_all(exp.Coalesce)):
        refs = [reference(part) for part in (found.this, *found.expressions)]
        first = refs[0]
        if first is None or first[0] in weak:
            continue
        if all(ref is not None and equal.same(first, ref) for ref in refs[1:]):
            found.replace(found.this.copy())
