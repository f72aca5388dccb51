"""Arithmetic on aggregates, windows and subqueries, in a SELECT around the one that computes them.

``max(x) + 1`` becomes ``TRY("__o1" + 1)`` over ``max(x) AS "__o1"``: TRY may not enclose an aggregate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from ecluse_platform.core.privacy.plan import totality
from ecluse_platform.core.privacy.plan.relation import column, conjuncts, inside
from ecluse_platform.core.privacy.plan.scope import Scope

if TYPE_CHECKING:
    from ecluse_platform.core.privacy.plan.calculus import Calculus

_AROUND = "__s"


def take_out(select: exp.Select, scope: Scope, calculus: Calculus) -> None:
    """Rewrite a SELECT in place, in two levels where its outputs, HAVING or QUALIFY compute with what is opaque."""
    taking = _Taking(select, scope, calculus)
    if taking.needed():
        taking.rewrite()
    else:
        taking.make_total(select)


class _Taking:
    """The parts of one SELECT that stay in it, under names of their own, and what is computed from them outside."""

    def __init__(self, select: exp.Select, scope: Scope, calculus: Calculus) -> None:
        self._select = select
        self._scope = scope
        self._calculus = calculus
        group = select.args.get("group")
        self._grouped = {_text(node) for node in group.expressions} if group is not None else None
        self._kept: dict[str, exp.Expr] = {}
        self._outside: list[exp.Expr] = []

    def needed(self) -> bool:
        """Say whether some output or condition computes with what TRY cannot enclose."""
        outputs = [node.unalias() for node in self._select.expressions]
        return any(not self._simple(node) for node in outputs) or any(self._moved(c) for _, c in self._conditions())

    def make_total(self, select: exp.Select) -> None:
        """Wrap what may fail, where nothing has to move."""
        group = select.args.get("group")
        parts = [*select.expressions, *(group.expressions if group is not None else [])]
        parts += [part for _, part in self._conditions()]
        for part in parts:
            totality.make(part, self._scope, self._calculus)

    def rewrite(self) -> None:
        """Make two levels of it."""
        select = self._select
        outputs = [
            exp.alias_(_tried(self._rebuilt(n.unalias())), n.alias_or_name, quoted=True) for n in select.expressions
        ]
        for clause in ("having", "qualify"):
            staying = [part for name, part in self._conditions() if name == clause and not self._moved(part)]
            moving = [part for name, part in self._conditions() if name == clause and self._moved(part)]
            self._outside += [_tried(self._rebuilt(part)) for part in moving]
            held = select.args.get(clause)
            if held is not None:
                kept = exp.and_(*(part.copy() for part in staying)) if staying else None
                select.set(clause, type(held)(this=kept) if kept is not None else None)
        inner = exp.Select(
            **{key: value for key, value in select.args.items() if key not in {"with_", "expressions", "distinct"}}
        )
        inner.set("expressions", [exp.alias_(node, name, quoted=True) for name, node in self._named().items()])
        self.make_total(inner)
        around = exp.TableAlias(this=exp.to_identifier(_AROUND, quoted=True))
        for key in [key for key in select.args if key not in {"with_", "distinct"}]:
            select.set(key, None)
        select.set("expressions", outputs)
        select.set("from_", exp.From(this=exp.Subquery(this=inner, alias=around)))
        for part in self._outside:
            select.where(part, copy=False)

    def _conditions(self) -> list[tuple[str, exp.Expr]]:
        held = [(clause, self._select.args.get(clause)) for clause in ("having", "qualify")]
        return [(clause, part) for clause, node in held if node is not None for part in conjuncts(node.this)]

    def _moved(self, condition: exp.Expr) -> bool:
        return not totality.is_total(condition, self._scope, self._calculus)

    def _simple(self, node: exp.Expr) -> bool:
        """Say whether an output is opaque as a whole, or holds nothing opaque and can be written where it is."""
        if self._is_kept(node):
            return True
        if inside(node, *totality.OPAQUE):
            return False
        return self._grouped is None or not inside(node, exp.Column)

    def _is_kept(self, node: exp.Expr) -> bool:
        if isinstance(node, (*totality.OPAQUE, exp.Filter, exp.Subquery, exp.Exists)):
            return True
        if isinstance(node, exp.In) and node.args.get("query"):
            return True
        return self._grouped is not None and _text(node) in self._grouped

    def _rebuilt(self, node: exp.Expr) -> exp.Expr:
        """Return an expression over the names under which its parts are computed inside."""
        bare = node.unnest()
        own = isinstance(bare, exp.Column) and bare.table in self._scope.sources
        if self._is_kept(bare) or own:
            return self._name(bare)
        copy = node.copy()
        for old, new in zip(list(copy.iter_expressions()), list(node.iter_expressions()), strict=True):
            old.replace(self._rebuilt(new))
        return copy

    def _name(self, node: exp.Expr) -> exp.Expr:
        text = _text(node)
        self._kept.setdefault(text, node.copy())
        return column(_AROUND, f"__o{list(self._kept).index(text)}")

    def _named(self) -> dict[str, exp.Expr]:
        return {f"__o{place}": node for place, node in enumerate(self._kept.values())}


def _tried(node: exp.Expr) -> exp.Expr:
    if isinstance(node, exp.Column):
        return node
    holder = exp.Paren(this=node)
    totality.guard(node)
    tried: exp.Expr = holder.this
    return tried


def _text(node: exp.Expr) -> str:
    return node.sql(dialect="duckdb")
