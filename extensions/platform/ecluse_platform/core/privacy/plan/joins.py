"""JOIN: rows of two persons never meet, and no row is kept because of who is absent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlglot import exp

from ecluse_platform.core.disclosure.queries.places import listed
from ecluse_platform.core.privacy.plan import expressions, kinds, meanings, merging, sources
from ecluse_platform.core.privacy.plan.relation import (
    OWNER,
    Equalities,
    Key,
    Relation,
    column,
    conjuncts,
    equated,
    reference,
)
from ecluse_platform.core.privacy.plan.scope import Scope, linked

if TYPE_CHECKING:
    from ecluse_platform.core.privacy.plan.calculus import Calculus

_CLAUSES: Final = frozenset({"this", "side", "kind", "method", "on"})
_KINDS: Final = frozenset({"INNER", "CROSS", "OUTER", "SEMI", "ANTI"})
_FILTERING: Final = frozenset({"SEMI", "ANTI"})


def apply(select: exp.Select, scope: Scope, calculus: Calculus) -> None:
    """Join the sources of a SELECT, one by one, into its scope."""
    first = select.args.get("from_")
    joins: list[exp.Join] = select.args.get("joins") or []
    merging.simplify_joins(first.this if first is not None else None, joins, scope)
    _learn(select, joins, scope)
    if first is not None:
        _enter(first.this, scope, calculus)
        relation = next(iter(scope.sources.values()))
        alias = first.this.alias_or_name
        scope.keys = _named(alias, relation)
        scope.owner = column(alias, OWNER) if relation.private else None
    for join in joins:
        relation = _enter(join.this, scope, calculus)
        _join(join, relation, scope, calculus)
        condition = join.args.get("on")
        if condition is not None:
            _check_condition(condition, scope, calculus)


def _learn(select: exp.Select, joins: list[exp.Join], scope: Scope) -> None:
    """Take in what WHERE and inner joins make equal, in whatever order they are written."""
    where = select.args.get("where")
    scope.equal.learn(conjuncts(where.this) if where is not None else [])
    for join in joins:
        if not join.side and (join.kind or "INNER") in {"INNER", "CROSS", "SEMI"}:
            scope.equal.learn(conjuncts(join.args.get("on")))


def _enter(node: exp.Expr, scope: Scope, calculus: Calculus) -> Relation:
    relation = sources.apply(node, calculus)
    alias = node.alias_or_name
    if not alias or alias in scope.sources:
        raise calculus.refuse("private_alias_twice", node, what=alias or node.sql(dialect="duckdb"))
    scope.sources[alias] = relation
    return relation


def _join(join: exp.Join, right: Relation, scope: Scope, calculus: Calculus) -> None:
    calculus.only(join, _CLAUSES)
    side, kind = join.side or "", join.kind or "INNER"
    if join.args.get("method") or kind not in _KINDS:
        raise calculus.refuse("private_join_kind", join, what=str(join.args.get("method") or kind))
    if right.private and scope.owner is not None:
        _persons(join, side, kind, right, scope, calculus)
    elif right.private:
        kept = side in {"LEFT", "FULL"} or kind in _FILTERING
        require_persons_kept(join, side or kind, calculus, public_kept=kept)
        alias = join.this.alias_or_name
        scope.keys, scope.owner = _named(alias, right), column(alias, OWNER)
    elif scope.owner is not None:
        require_persons_kept(join, side, calculus, public_kept=side in {"RIGHT", "FULL"})


def _persons(join: exp.Join, side: str, kind: str, right: Relation, scope: Scope, calculus: Calculus) -> None:
    alias = join.this.alias_or_name
    new, owner = _named(alias, right), column(alias, OWNER)
    equal = Equalities(scope.equal)
    equal.learn(conjuncts(join.args.get("on")))
    require_key(join, new, scope, equal, calculus)
    left_owner = scope.owner
    if left_owner is not None:
        tie(join, left_owner, owner)
    if kind == "CROSS":
        join.set("kind", None)
    if side == "LEFT":
        scope.keys += [key.weakened() for key in new]
    elif side == "RIGHT":
        scope.keys = [key.weakened() for key in scope.keys] + new
        scope.owner = owner
    elif side == "FULL":
        scope.keys = [key.weakened() for key in scope.keys + new]
        scope.owner = exp.Coalesce(this=left_owner, expressions=[owner])
    elif kind not in _FILTERING:
        scope.keys += new


def require_key(join: exp.Join, new: list[Key], scope: Scope, equal: Equalities, calculus: Calculus) -> None:
    """Refuse a join of persons' rows that equates no key of persons."""
    if linked(scope.keys, new, equal):
        return
    known = sorted({f"{key.domain} ({', '.join(c.partition('.')[2].upper() for c in key.columns)})" for key in new})
    raise calculus.refuse("private_join_without_person", join.this, what=_label(join.this), known=listed(known))


def tie(join: exp.Join, left: exp.Expr, right: exp.Expr) -> None:
    """Let rows meet only when their owner is the same; in ON, so that an outer join keeps its rows."""
    same = exp.EQ(this=right.copy(), expression=left.copy())
    condition = join.args.get("on")
    join.set("on", same if condition is None else exp.and_(condition, same))


def require_persons_kept(join: exp.Join, said: str, calculus: Calculus, *, public_kept: bool) -> None:
    """Refuse to keep, or to choose, public rows by whether some person matches them."""
    if public_kept:
        raise calculus.refuse("private_public_kept", join, what=said)


def _check_condition(condition: exp.Expr, scope: Scope, calculus: Calculus) -> None:
    expressions.check(condition, scope, calculus, aggregates=False, subqueries=False)
    years = calculus.world.project.data.years
    for part in conjuncts(condition):
        for left, right in equated(part):
            types = [meanings.meaning_of(side, scope, years).type for side in (left, right)]
            if reference(left) and reference(right) and kinds.different(*types):
                named = " = ".join(f"{side.name} ({kind})" for side, kind in zip((left, right), types, strict=True))
                raise calculus.refuse("private_mixed_types", part, what=named)


def _named(alias: str, relation: Relation) -> list[Key]:
    return [Key(key.domain, tuple(f"{alias}.{c}" for c in key.columns), key.grouping) for key in relation.keys]


def _label(node: exp.Expr) -> str:
    return node.name.upper() if isinstance(node, exp.Table) else "(…)"
