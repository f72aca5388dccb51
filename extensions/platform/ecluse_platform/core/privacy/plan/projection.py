"""The SELECT list: keys stay keys while they are output as they are, whatever they are then called."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from sqlglot import exp

from ecluse_platform.core.privacy.plan.relation import OWNER, Key, reference
from ecluse_platform.core.privacy.plan.scope import Scope, split


def keys_after(select: exp.Select, scope: Scope, *, grouped: bool) -> tuple[Key, ...]:
    """Return the keys that the result of a SELECT has, under the names that it gives them."""
    return tuple(dict.fromkeys(_keys(select, scope, grouped=grouped)))


def carry_owner(select: exp.Select, owner: exp.Expr) -> None:
    """Output the owner of each row, last."""
    select.select(exp.alias_(owner.copy(), OWNER, quoted=True), copy=False)


def merged_domains(node: exp.Expr, scope: Scope) -> set[str]:
    """Return the domains of a COALESCE of keys that one column each: it names the owner after a FULL JOIN."""
    if not isinstance(node, exp.Coalesce):
        return set()
    parts = [reference(part) for part in (node.this, *node.expressions)]
    domains = [{key.domain for key in scope.keys if part and key.columns == (".".join(part),)} for part in parts]
    return set.intersection(*domains)


def _narrowed(scope: Scope) -> Iterator[Key]:
    """Yield the keys of which a column has one written value, without it: a key among the rows of that value."""
    for key in scope.keys:
        values = [scope.equal.value(split(name)) for name in key.columns]
        rest = tuple(name for name, value in zip(key.columns, values, strict=True) if value is None)
        if 0 < len(rest) < len(key.columns):
            told = ", ".join(f"{at} = {value}" for at, value in enumerate(values, 1) if value is not None)
            yield Key(f"{key.domain} [{told}]", rest, key.grouping)


def _keys(select: exp.Select, scope: Scope, *, grouped: bool) -> Iterator[Key]:
    outputs = [(node.alias_or_name, node.unalias()) for node in select.expressions]
    for key in [*scope.keys, *_narrowed(scope)]:
        wanted = [split(name) for name in key.columns]
        places = [
            [
                name
                for name, node in outputs
                if (ref := reference(node)) and (ref == want or scope.equal.same(ref, want))
            ]
            for want in wanted
        ]
        for names in product(*places):
            yield Key(key.domain, names, key.grouping)
        if grouped and len(wanted) == 1:
            # The least of one person's values of a key is one of them.
            for name, node in outputs:
                if isinstance(node, exp.Min | exp.Max) and reference(node.this) == wanted[0]:
                    yield Key(key.domain, (name,), grouping=False)
    for name, node in outputs:
        for domain in sorted(merged_domains(node, scope)):
            yield Key(domain, (name,))
