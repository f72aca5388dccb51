"""The calculus: proves that a query is person-local, and threads the owner of each row through every operator.

A query is person-local when removing a person removes exactly the rows of its result that are that person's. Declared
keys decide what is accepted, because with them threading the owner changes nothing. The owner is threaded whatever
the keys say, so that a key that is false in the data changes an answer and never the guarantee. Each operator has a
function of its own; what none of them knows is refused.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp

from ecluse_platform.core.privacy.plan import select as selecting
from ecluse_platform.core.privacy.plan import set_operations, subqueries
from ecluse_platform.core.privacy.plan.relation import Relation
from ecluse_platform.core.privacy.plan.scope import Scope
from ecluse_platform.core.privacy.plan.world import World
from ecluse_platform.core.refusals import Refusal

_BRACKETS = frozenset({"this", "alias"})


class Calculus:
    """Types and rewrites queries in place.

    ``named`` are the relations of WITH in force; ``tables`` gathers the granted tables that are read.
    """

    def __init__(
        self, world: World, named: Mapping[str, Relation] | None = None, tables: set[str] | None = None
    ) -> None:
        self.world = world
        self.named = dict(named or {})
        self.tables = set() if tables is None else tables

    def query(self, query: exp.Expr) -> Relation:
        """Return the type of a query, rewritten in place so that it carries the owner of each row."""
        if isinstance(query, exp.Subquery):
            self.only(query, _BRACKETS)
            return self.query(query.this)
        within = self._with(query)
        if isinstance(query, exp.SetOperation):
            return set_operations.apply(query, within)
        if isinstance(query, exp.Select):
            return selecting.apply(query, within)
        if isinstance(query, exp.Values):
            return Relation(private=False)
        raise self.refuse("private_not_select", query, what=query.key.upper())

    def subquery(self, query: exp.Expr, scope: Scope | None) -> None:
        """Type a subquery of an expression, and hold it to the person of the row around it."""
        subqueries.apply(query, scope, self)

    def only(self, node: exp.Expr, known: frozenset[str]) -> None:
        """Refuse a clause that is not known: LIMIT, SAMPLE, PIVOT and whatever else chooses rows or columns."""
        for clause, value in node.args.items():
            if value and clause not in known:
                at = value if isinstance(value, exp.Expr) else node
                raise self.refuse("private_chooses_persons", at, what=clause.strip("_").upper())

    def refuse(self, code: str, at: exp.Expr | str | int, **fields: str) -> Refusal:
        """Build a refusal that names the place."""
        return self.world.places.refusal(code, at, **fields)

    def no_column(self, node: exp.Column, scope: Scope | None) -> Refusal:
        """Build the refusal of a column that no source has."""
        relations = [relation for s in scope.chain() for relation in s.sources.values()] if scope else []
        return self.world.no_column(node, node.name, relations)

    def _with(self, query: exp.Expr) -> Calculus:
        clause = query.args.get("with_")
        if clause is None:
            return self
        if clause.args.get("recursive"):
            raise self.refuse("private_recursive", clause)
        within = Calculus(self.world, self.named, self.tables)
        for cte in clause.expressions:
            if cte.args["alias"].args.get("columns"):
                raise self.refuse("private_function", cte, what=f"{cte.alias} (…)")
            within.named[cte.alias] = within.query(cte.this)
        return within
