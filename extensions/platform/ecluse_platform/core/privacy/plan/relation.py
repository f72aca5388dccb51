"""What the planner knows of a relation: whose rows it holds, which keys name their owner, what its columns mean."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal

from sqlglot import exp

# The owner of a row, in every private table and, threaded by the planner, in every relation made of them.
OWNER = "__u"
# Stands for a whole row where it is said what determines what.
ROW = "*"
# Name spaces whose one column names a person: counting its distinct values counts persons.
PERSON_DOMAINS = frozenset({"psa", "idt"})
# Stands where the source of a column would, for a written value; no source has this name.
_VALUE = "="

Ref = tuple[str, str]
# Equal columns on the left, equal columns on the right: names of one relation.
Rule = tuple[frozenset[str], frozenset[str]]


@dataclass(frozen=True)
class Meaning:
    """What is known of the values of a column, from the catalogue and the query alone.

    ``base``: the base column of which each value is one. ``touches``: the base columns that decide it. ``values`` and
    ``low``..``high``: what it may be, where that is public; whatever else it is in the data is left out or clamped.
    """

    type: str | None = None
    base: tuple[str, str] | None = None
    touches: frozenset[tuple[str, str]] = frozenset()
    values: tuple[str | int, ...] | None = None
    low: Decimal | None = None
    high: Decimal | None = None

    @classmethod
    def of_base(
        cls, kind: str, base: tuple[str, str], values: tuple[str | int, ...] | None, low: str | None, high: str | None
    ) -> Meaning:
        """Return what the catalogue says of a base column."""
        bounds = (None if low is None else Decimal(low), None if high is None else Decimal(high))
        return cls(kind, base, frozenset({base}), values, *bounds)


@dataclass(frozen=True)
class Key:
    """Columns whose equality proves the same owner; ``grouping``: never NULL because of an outer join."""

    domain: str
    columns: tuple[str, ...]
    grouping: bool = True

    def weakened(self) -> Key:
        """Return it as it is after a join that may have left it NULL."""
        return replace(self, grouping=False)

    @property
    def names_person(self) -> bool:
        """Say whether its one column names a person."""
        return len(self.columns) == 1 and self.domain in PERSON_DOMAINS


@dataclass(frozen=True)
class Relation:
    """The type of a relation: public, or person-local with its keys."""

    private: bool
    columns: dict[str, Meaning] = field(default_factory=dict)
    keys: tuple[Key, ...] = ()
    rules: tuple[Rule, ...] = ()


class Equalities:
    """Columns that a condition makes equal, to one another or to a written value, in every row where it holds."""

    def __init__(self, known: Equalities | None = None) -> None:
        self.parents: dict[Ref, Ref] = dict(known.parents) if known else {}

    def same(self, one: Ref, other: Ref) -> bool:
        """Say whether two columns are equated."""
        return self._root(one) == self._root(other)

    def equate(self, one: Ref, other: Ref) -> None:
        """Note that two columns are equal."""
        self.parents[self._root(one)] = self._root(other)

    def learn(self, conjuncts: Iterable[exp.Expr]) -> None:
        """Take in equalities of columns, values and rows of them; anything else teaches nothing."""
        for conjunct in conjuncts:
            for left, right in equated(conjunct):
                one, other = reference(left) or _written(left), reference(right) or _written(right)
                if one and other:
                    self.equate(one, other)

    def value(self, ref: Ref) -> str | None:
        """Return the written value that a column is equal to, None where there is none."""
        known = {*self.parents, *self.parents.values()}
        return next((name for table, name in sorted(known) if table == _VALUE and self.same(ref, (table, name))), None)

    def _root(self, ref: Ref) -> Ref:
        while self.parents.get(ref, ref) != ref:
            ref = self.parents[ref]
        return ref


def equated(conjunct: exp.Expr) -> Iterator[tuple[exp.Expr, exp.Expr]]:
    """Yield the pairs that a conjunct equates, rows taken apart."""
    if isinstance(conjunct, exp.EQ):
        left, right = conjunct.this.unnest(), conjunct.expression.unnest()
        if isinstance(left, exp.Tuple) and isinstance(right, exp.Tuple):
            yield from zip(left.expressions, right.expressions, strict=False)
        else:
            yield left, right


def conjuncts(condition: exp.Expr | None) -> list[exp.Expr]:
    """Return the parts of a condition joined by AND at its top."""
    if condition is None:
        return []
    bare = condition.unnest()
    if isinstance(bare, exp.And):
        return [*conjuncts(bare.this), *conjuncts(bare.expression)]
    return [bare]


def reference(node: exp.Expr) -> Ref | None:
    """Return the source and name of a plain column, None for anything else."""
    bare = node.unnest()
    return (bare.table, bare.name) if isinstance(bare, exp.Column) else None


def _written(node: exp.Expr) -> Ref | None:
    """Return a written value as a name of its own, None for anything else."""
    bare = node.unnest()
    return (_VALUE, bare.sql(dialect="duckdb")) if isinstance(bare, exp.Literal) else None


def column(table: str, name: str) -> exp.Column:
    """Write a column of a source."""
    return exp.column(name, table=table, quoted=True)


def inside(node: exp.Expr, *types: type[exp.Expr]) -> list[exp.Expr]:
    """Return the nodes of some types in an expression, without those of the subqueries in it."""
    walk = node.walk(prune=lambda n: isinstance(n, exp.Query) and n is not node)
    return [found for found in walk if isinstance(found, types)]
