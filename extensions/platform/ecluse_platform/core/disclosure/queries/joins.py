"""Joins that never mix two persons in one row, and never multiply rows by reference data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import exp

from ecluse_platform.core.disclosure.queries.places import Places, listed
from ecluse_platform.core.disclosure.queries.scope import ColumnRef, Scope, Source
from ecluse_platform.core.policy.catalogue import Column, ColumnClass
from ecluse_platform.core.policy.columns import REKEYED
from ecluse_platform.core.refusals import Refusal

_JOIN_PARTS = frozenset({"this", "side", "kind", "on", "using"})
_KINDS = frozenset({("", ""), ("", "INNER"), ("LEFT", ""), ("LEFT", "OUTER")})
# Through a reference table, a column could be read that its own class keeps in.
_NO_LOOK_UP = REKEYED | {ColumnClass.POTENTIAL_IDENTIFIER, ColumnClass.DATE, ColumnClass.MEASURE}


@dataclass(frozen=True)
class Equality:
    """One equality of a join: a column of the table being joined, one of a table already there."""

    new: ColumnRef
    old: ColumnRef


@dataclass(frozen=True)
class Link:
    """A source and the equalities that join it."""

    source: Source
    equalities: tuple[Equality, ...]


def read_sources(select: exp.Select, scope: Scope, places: Places) -> tuple[Link, ...]:
    """Read FROM and its joins; afterwards each row belongs to exactly one person."""
    start = select.args.get("from_")
    if start is None:
        raise Refusal("sql_no_source", {"known": listed(scope.tables)})
    first = scope.source(start.this, null_extended=False)
    if not first.private:
        raise places.refusal("sql_reference_first", start.this, what=first.name)
    scope.enter(first, start.this)
    return (Link(first, ()), *(_link(join, scope, places) for join in select.args.get("joins") or ()))


def _link(join: exp.Join, scope: Scope, places: Places) -> Link:
    side, kind = (str(join.args.get(key) or "").upper() for key in ("side", "kind"))
    condition = join.args.get("on") or join.args.get("using")
    others = sorted(key for key, value in join.args.items() if value and key not in _JOIN_PARTS)
    source = scope.source(join.this, null_extended=side == "LEFT")
    if (side, kind) not in _KINDS or others or not condition:
        what = " ".join(word for word in (str(join.args.get("method") or ""), side, kind, "JOIN") if word)
        raise places.refusal("sql_join_kind", join.this, what=what if condition or others else f"{what} …")
    equalities = tuple(_using(join, source, scope, places) or _on(join, source, scope, places))
    check = _check_private if source.private else _check_reference
    check(join, Link(source, equalities), scope, places)
    for equality in equalities:
        if _family(equality.new.column) != _family(equality.old.column):
            raise places.refusal("sql_join_types", join.this, what=f"{equality.new.name} = {equality.old.name}")
    if source not in scope.sources:
        scope.enter(source, join.this)
    for equality in equalities if join.args.get("using") else ():
        scope.merge(equality.new)
    return Link(source, equalities)


def _using(join: exp.Join, source: Source, scope: Scope, places: Places) -> list[Equality]:
    equalities = []
    for node in join.args.get("using") or ():
        if not isinstance(node, exp.Identifier):
            raise places.refusal("sql_join_condition", node)
        old = scope.resolve(exp.Column(this=node.copy()))
        if node.name.upper() not in source.granted:
            raise places.refusal("sql_unknown_column", node, what=node.name, known=listed(sorted(source.granted)))
        equalities.append(Equality(ColumnRef(source, node.name.upper()), old))
    return equalities


def _on(join: exp.Join, source: Source, scope: Scope, places: Places) -> list[Equality]:
    scope.enter(source, join.this)
    equalities = []
    for node in _conjuncts(join.args.get("on")):
        if not isinstance(node, exp.EQ):
            raise places.refusal("sql_join_condition", node)
        sides = (node.this.unnest(), node.expression.unnest())
        refs = [scope.resolve(side) for side in sides if isinstance(side, exp.Column)]
        new = [ref for ref in refs if ref.source is source]
        old = [ref for ref in refs if ref.source is not source]
        if len(new) != 1 or len(old) != 1:
            raise places.refusal("sql_join_condition", node)
        equalities.append(Equality(new[0], old[0]))
    return equalities


def _conjuncts(node: exp.Expr | None) -> Iterator[exp.Expr]:
    if node is None:
        return
    bare = node.unnest()
    if isinstance(bare, exp.And):
        yield from _conjuncts(bare.this)
        yield from _conjuncts(bare.expression)
    else:
        yield bare


def _check_private(join: exp.Join, link: Link, scope: Scope, places: Places) -> None:
    """Demand all columns of one key shared with one table already joined, and nothing that is not a key."""
    found = set(link.equalities)
    candidates = [set(pairs) for pairs in _shared_keys(link.source, scope)]
    if not candidates:
        raise places.refusal("sql_join_no_key", join.this, what=link.source.name)
    if not any(pairs <= found for pairs in candidates):
        nearest = max(candidates, key=lambda pairs: (len(pairs & found), -len(pairs - found)))
        missing = listed(sorted(pair.new.name for pair in nearest - found))
        known = ", ".join(sorted(pair.new.name for pair in nearest))
        raise places.refusal("sql_join_key", join.this, what=link.source.name, missing=missing, known=known)
    if not found <= set().union(*candidates):
        raise places.refusal("sql_join_condition", join.args.get("on") or join.this)


def _shared_keys(source: Source, scope: Scope) -> Iterator[list[Equality]]:
    """Yield, for each key that both hold, the equalities that prove the same person."""
    for known in scope.sources:
        if known is source or not known.private:
            continue
        for ours in source.table.keys:
            for theirs in known.table.keys:
                if ours.domain == theirs.domain and len(ours.columns) == len(theirs.columns):
                    pairs = zip(ours.columns, theirs.columns, strict=True)
                    yield [Equality(ColumnRef(source, a), ColumnRef(known, b)) for a, b in pairs]


def _check_reference(join: exp.Join, link: Link, _scope: Scope, places: Places) -> None:
    """Demand each column of the primary key exactly once, so that a row finds at most one match."""
    key = link.source.table.primary_key
    used = [equality.new.name for equality in link.equalities]
    missing = [name for name in key if name not in used]
    if missing or not key:
        words = listed(missing)
        raise places.refusal("sql_join_reference", join.this, what=link.source.name, missing=words)
    if sorted(used) != sorted(key):
        raise places.refusal("sql_join_condition", join.args.get("on") or join.this)
    for equality in link.equalities:
        if equality.old.column.column_class in _NO_LOOK_UP:
            raise places.refusal("sql_join_class", join.this, what=equality.old.name)


def _family(column: Column) -> str:
    return column.type if column.type in {"VARCHAR", "DATE"} else "number"
