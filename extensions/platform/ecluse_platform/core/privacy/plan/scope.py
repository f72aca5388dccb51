"""What names mean inside one SELECT, and whose rows it sees."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlglot import exp

from ecluse_platform.core.privacy.plan.relation import Equalities, Key, Meaning, Ref, Relation


@dataclass
class Scope:
    """The sources of one SELECT, as joined so far.

    ``owner`` is the expression of a row's owner, None while all is public. Columns of ``keys`` are written
    ``source.column``. ``weak``: sources whose rows an outer join may have replaced by NULLs.
    """

    outer: Scope | None = None
    owner: exp.Expr | None = None
    sources: dict[str, Relation] = field(default_factory=dict)
    keys: list[Key] = field(default_factory=list)
    equal: Equalities = field(default_factory=Equalities)
    weak: set[str] = field(default_factory=set)
    correlated: bool = False

    @property
    def private(self) -> bool:
        """Say whether its rows belong to persons."""
        return self.owner is not None

    def meaning(self, ref: Ref) -> Meaning | None:
        """Return what a column means here or in the enclosing query, None when there is no such column."""
        for scope in self.chain():
            if ref[0] in scope.sources:
                return scope.sources[ref[0]].columns.get(ref[1])
        return None

    def chain(self) -> Iterator[Scope]:
        """Yield it and the scopes around it."""
        scope: Scope | None = self
        while scope is not None:
            yield scope
            scope = scope.outer

    def holds(self, have: set[Ref], key: Key) -> bool:
        """Say whether each column of a key is among some columns, or equal to one of them."""
        wanted = [split(name) for name in key.columns]
        return all(any(got == want or self.equal.same(got, want) for got in have) for want in wanted)


def split(name: str) -> Ref:
    """Take ``source.column`` apart; sources are renamed by the planner and hold no dot."""
    table, _, column = name.partition(".")
    return table, column


def linked(left: list[Key], right: list[Key], equal: Equalities) -> bool:
    """Say whether some key space has a key on both sides whose columns are all equated."""
    return any(
        one.domain == other.domain
        and all(equal.same(split(a), split(b)) for a, b in zip(one.columns, other.columns, strict=True))
        for one in left
        for other in right
        if len(one.columns) == len(other.columns)
    )
