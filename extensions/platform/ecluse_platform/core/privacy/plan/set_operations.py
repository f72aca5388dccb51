"""UNION, INTERSECT, EXCEPT: rows of both sides stay their owners'; rows are compared only within one person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from ecluse_platform.core.privacy.plan import kinds
from ecluse_platform.core.privacy.plan.relation import Key, Meaning, Relation

if TYPE_CHECKING:
    from ecluse_platform.core.privacy.plan.calculus import Calculus


_CLAUSES = frozenset({"this", "expression", "distinct", "with_", "order"})


def apply(query: exp.SetOperation, calculus: Calculus) -> Relation:
    """Return the type of a set operation. Both sides carry the owner last, so that it takes part in comparisons."""
    if query.args.get("by_name"):
        raise calculus.refuse("private_by_name", query)
    calculus.only(query, _CLAUSES)
    left, right = calculus.query(query.left), calculus.query(query.right)
    require_owners(query, left, right, calculus)
    if not left.private:
        return left
    if len(left.columns) != len(right.columns):
        raise calculus.refuse("private_set_columns", query, what=query.key.upper())
    require_types(query, left, right, calculus)
    query.set("order", None)
    keys = common_keys(left, right)
    compares = bool(query.args.get("distinct")) or not isinstance(query, exp.Union)
    if compares:
        require_key(query, keys, calculus)
    columns = dict(zip(left.columns, map(_either, left.columns.values(), right.columns.values()), strict=True))
    return Relation(private=True, columns=columns, keys=keys)


def require_owners(query: exp.SetOperation, left: Relation, right: Relation, calculus: Calculus) -> None:
    """Refuse to put together persons' rows and rows of nobody."""
    if left.private != right.private:
        raise calculus.refuse("private_mixed_rows", query, what=query.key.upper())


def require_types(query: exp.SetOperation, left: Relation, right: Relation, calculus: Calculus) -> None:
    """Refuse columns of two types: one malformed value would stop the query."""
    for (name, one), other in zip(left.columns.items(), right.columns.values(), strict=True):
        if one.type is not None and other.type is not None and not kinds.comparable(one.type, other.type):
            raise calculus.refuse("private_mixed_types", query, what=f"{name} ({one.type}, {other.type})")


def common_keys(left: Relation, right: Relation) -> tuple[Key, ...]:
    """Return the keys that both sides hold in the same places."""
    place_left, place_right = list(left.columns), list(right.columns)
    return tuple(
        Key(one.domain, one.columns, one.grouping and other.grouping)
        for one in left.keys
        for other in right.keys
        if one.domain == other.domain
        and [place_left.index(c) for c in one.columns] == [place_right.index(c) for c in other.columns]
    )


def require_key(query: exp.SetOperation, keys: tuple[Key, ...], calculus: Calculus) -> None:
    """Refuse to compare rows of different persons."""
    if not any(key.grouping for key in keys):
        raise calculus.refuse("private_duplicates_across", query, what=query.key.upper())


def _either(one: Meaning, other: Meaning) -> Meaning:
    values = None
    if one.values is not None and other.values is not None:
        values = tuple(dict.fromkeys([*one.values, *other.values]))
    lows, highs = (one.low, other.low), (one.high, other.high)
    return Meaning(
        one.type if one.type == other.type else None,
        one.base if one.base == other.base else None,
        one.touches | other.touches,
        values,
        min(v for v in lows if v is not None) if None not in lows else None,
        max(v for v in highs if v is not None) if None not in highs else None,
    )
