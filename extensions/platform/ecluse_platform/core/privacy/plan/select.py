"""SELECT: each clause by its operator, in the order in which SQL means them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlglot import exp

from ecluse_platform.core.privacy.plan import (
    distinct,
    expressions,
    facts,
    grouping,
    joins,
    meanings,
    merging,
    projection,
    subqueries,
    totality,
    windows,
)
from ecluse_platform.core.privacy.plan.relation import Key, Relation, conjuncts
from ecluse_platform.core.privacy.plan.scope import Scope

if TYPE_CHECKING:
    from ecluse_platform.core.privacy.plan.calculus import Calculus

# Every other clause keeps some rows and not others by looking at everybody's, or makes columns out of data.
_CLAUSES: Final = frozenset(
    {"with_", "expressions", "from_", "joins", "where", "group", "having", "qualify", "distinct", "order"}
)
_FIRST: Final = "1"


def apply(
    select: exp.Select, calculus: Calculus, outer: Scope | None = None, compared: tuple[exp.Expr, ...] = ()
) -> Relation:
    """Return the type of a SELECT, rewritten in place so that each row carries its owner.

    ``outer`` is the scope around a subquery, ``compared`` what stands on the left of its IN.
    """
    calculus.only(select, _CLAUSES)
    if select.args.get("distinct") and select.args["distinct"].args.get("on"):
        raise calculus.refuse("private_chooses_persons", select.args["distinct"], what="DISTINCT ON")
    scope = Scope(outer=outer)
    joins.apply(select, scope, calculus)
    merging.simplify(select, scope)
    select.set("order", None)
    correlated = outer is not None and scope.private
    if outer is not None and scope.private:
        subqueries.hold_to_person(select, scope, outer, compared, calculus)
    _check_clauses(select, scope, calculus)
    outputs = {node.alias_or_name: node.unalias() for node in select.expressions}
    if len(outputs) != len(select.expressions):
        raise calculus.refuse(
            "private_alias_twice", select, what=", ".join(n.alias_or_name for n in select.expressions)
        )
    years = calculus.world.project.data.years
    columns = {name: meanings.meaning_of(node, scope, years) for name, node in outputs.items()}
    keys: tuple[Key, ...] = ()
    grouped = grouping.write_out(select, scope, calculus)
    if scope.private:
        grouping.apply(select, scope, calculus, correlated=correlated)
        windows.apply(select, scope, calculus, correlated=correlated, grouped=grouped)
        keys = projection.keys_after(select, scope, grouped=grouped)
        if select.args.get("distinct") and not correlated:
            distinct.require_key(select, keys, calculus)
    rules = facts.rules_after(scope, outputs, grouped=_one_row_each(select, outputs))
    if not correlated and scope.owner is not None:
        projection.carry_owner(select, scope.owner)
    totality.apply(select, scope, calculus)
    return Relation(scope.private, columns, keys, rules)


def _one_row_each(select: exp.Select, outputs: dict[str, exp.Expr]) -> list[exp.Expr] | None:
    """Return the expressions that tell rows apart where a SELECT groups, is distinct or keeps first rows; else None."""
    if select.args.get("distinct"):
        return list(outputs.values())
    group, qualify = select.args.get("group"), select.args.get("qualify")
    if group is not None:
        return list(group.expressions)
    first = [part for part in conjuncts(qualify.this if qualify is not None else None) if _is_first(part)]
    return list(first[0].this.unnest().args.get("partition_by") or []) if first else None


def _is_first(part: exp.Expr) -> bool:
    """Say whether a condition keeps the first row of each partition: ``row_number() OVER (…) = 1``."""
    if not isinstance(part, exp.EQ):
        return False
    window, number = part.this.unnest(), part.expression.unnest()
    numbered = isinstance(window, exp.Window) and isinstance(window.this, exp.RowNumber)
    return numbered and isinstance(number, exp.Literal) and number.name == _FIRST


def _check_clauses(select: exp.Select, scope: Scope, calculus: Calculus) -> None:
    for clause in ("where", "having", "qualify"):
        if select.args.get(clause):
            expressions.check(select.args[clause], scope, calculus, aggregates=clause != "where")
    for node in select.expressions:
        expressions.check(node, scope, calculus, aggregates=True)
