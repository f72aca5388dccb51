"""What determines what: how many cells, and how many rows of a cell, one person can be in.

Only to choose bounds that fit: they are enforced on the data whatever is inferred here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlglot import exp

from ecluse_platform.core.privacy.plan.relation import OWNER, ROW, Rule, reference
from ecluse_platform.core.privacy.plan.scope import Scope


def closure(start: Iterable[str], rules: Iterable[Rule]) -> frozenset[str]:
    """Return all that some names determine."""
    known, waiting = set(start), list(rules)
    while True:
        later: list[Rule] = []
        for rule in waiting:
            if rule[0] <= known:
                known |= rule[1]
            else:
                later.append(rule)
        if len(later) == len(waiting):
            return frozenset(known)
        waiting = later


def rules_inside(scope: Scope) -> list[Rule]:
    """Return what determines what among the columns of a select's sources, written ``source.column``.

    A column that names a person and the owner determine one another: true but for twins and for persons of several
    numbers, whom the bounds cut to one.
    """
    rules: list[Rule] = []
    for alias, relation in scope.sources.items():
        rules += [(_named(alias, left), _named(alias, right)) for left, right in relation.rules]
        rules.append((frozenset({f"{alias}.{ROW}"}), _named(alias, relation.columns)))
    equated = {*scope.equal.parents, *scope.equal.parents.values()}
    every = ((alias, name) for alias, relation in scope.sources.items() for name in relation.columns)
    refs = [ref for ref in every if ref in equated]
    for place, one in enumerate(refs):
        for other in refs[place + 1 :]:
            if scope.equal.same(one, other):
                rules += _both(".".join(one), ".".join(other))
    # What has one written value is known without anything.
    nothing = frozenset[str]()
    rules += [(nothing, frozenset({".".join(ref)})) for ref in refs if scope.equal.value(ref) is not None]
    for key in scope.keys:
        if key.names_person:
            rules += _both(key.columns[0], OWNER)
    rules.append((frozenset(f"{alias}.{ROW}" for alias in scope.sources), frozenset({ROW})))
    return rules


def needs(node: exp.Expr, scope: Scope) -> frozenset[str]:
    """Return the names that determine an expression: its columns, and its whole row where it looks at other rows."""
    names = {
        f"{found.table}.{found.name}"
        for found in node.find_all(exp.Column)
        if found.table in scope.sources and found.name != OWNER
    }
    if node.find(exp.Window, exp.Unnest, exp.Explode):
        names.add(ROW)
    if node.find(exp.Query):
        names.add(OWNER)
    return frozenset(names)


def rules_after(scope: Scope, outputs: Mapping[str, exp.Expr], *, grouped: list[exp.Expr] | None) -> tuple[Rule, ...]:
    """Return what determines what among the outputs of a select.

    ``grouped``: the expressions of its GROUP BY, or of a DISTINCT; a row is then determined by them.
    """
    rules = rules_inside(scope)
    needed = {name: needs(node, scope) for name, node in outputs.items()}
    if grouped is not None:
        rules = [rule for rule in rules if ROW not in rule[1]]
        one = {OWNER} if scope.private else set()
        rules.append((frozenset[str]().union(*(needs(node, scope) for node in grouped), one), frozenset({ROW})))
        aggregates = {n for n, node in outputs.items() if node.find(exp.AggFunc)}
        needed = {name: frozenset({ROW}) if name in aggregates else wants for name, wants in needed.items()}
    starts = [frozenset({OWNER}), *(frozenset({name}) for name in outputs), frozenset(outputs)]
    starts += [frozenset({OWNER, name}) for name in outputs]
    found: list[Rule] = []
    for start in starts:
        inner = frozenset[str]().union(*(_direct(outputs[name]) for name in start if name in outputs), start & {OWNER})
        known = closure(inner, rules)
        reached = {name for name, wants in needed.items() if wants <= known} | (known & {OWNER, ROW})
        if reached - start:
            found.append((start, frozenset(reached)))
    return tuple(found)


def _direct(node: exp.Expr) -> frozenset[str]:
    ref = reference(node)
    return frozenset({".".join(ref)}) if ref else frozenset()


def _named(alias: str, names: Iterable[str]) -> frozenset[str]:
    return frozenset(name if name == OWNER else f"{alias}.{name}" for name in names)


def _both(one: str, other: str) -> list[Rule]:
    return [(frozenset({one}), frozenset({other})), (frozenset({other}), frozenset({one}))]
