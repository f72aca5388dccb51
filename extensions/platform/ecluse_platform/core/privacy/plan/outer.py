"""The outer SELECT: dimensions and aggregates, taken apart into one inner query of rows and what is made of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlglot import exp

from ecluse_platform.core.disclosure.queries.totals import written
from ecluse_platform.core.privacy.plan.measures import Measure, flag, is_aggregate, measure_of, value
from ecluse_platform.core.privacy.plan.wording import words
from ecluse_platform.core.privacy.plan.world import World
from ecluse_platform.core.privacy.query import OutputKind

_CLAUSES: Final = {"distinct": "DISTINCT", "having": "HAVING", "qualify": "QUALIFY", "windows": "WINDOW"}
_CUTS: Final = {"limit": "LIMIT", "offset": "OFFSET"}
_FLAGS: Final = frozenset({OutputKind.ROWS, OutputKind.DISTINCT, OutputKind.PROPORTION})
_IDENTIFIED: Final = frozenset({OutputKind.DISTINCT, OutputKind.PROPORTION})


@dataclass(frozen=True)
class Shown:
    """One output of the outer SELECT, under the name that people gave it: a dimension or an aggregate."""

    name: str
    node: exp.Expr
    dimension: str | None = None
    measure: Measure | None = None


@dataclass(frozen=True)
class Outer:
    """The outputs, and the inner query whose columns are ``d1``…, ``m1``… and, for identifiers counted, ``i1``…."""

    shown: tuple[Shown, ...]
    inner: exp.Select

    @property
    def dimensions(self) -> list[Shown]:
        """The outputs that tell cells apart."""
        return [one for one in self.shown if one.dimension is not None]

    @property
    def measures(self) -> list[tuple[str, Shown]]:
        """The outputs that are aggregates, with the number of the columns that serve them; equal ones share them."""
        numbers: dict[str, str] = {}
        found: list[tuple[str, Shown]] = []
        for one in self.shown:
            if one.measure is not None:
                number = numbers.setdefault(_taken(one.measure), str(len(numbers) + 1))
                found.append((number, one))
        return found


def check_before(tree: exp.Select, world: World) -> list[str]:
    """Refuse what the outer SELECT may not have, and return the names of its outputs as they were written."""
    for clause, said in _CLAUSES.items():
        if tree.args.get(clause):
            at = tree.args[clause]
            raise world.places.refusal("private_outer_clause", at if isinstance(at, exp.Expr) else tree, what=said)
    for clause, said in _CUTS.items():
        if tree.args.get(clause):
            raise world.places.refusal("private_outer_limit", tree.args[clause], what=said)
    for node in tree.expressions:
        if node.find(exp.Star) and not node.find(exp.Count):
            raise world.places.refusal("sql_star", node, what="*")
    return [node.alias_or_name or words(node) for node in tree.expressions]


def take_apart(tree: exp.Select, names: list[str], world: World) -> Outer:
    """Split a qualified query, its GROUP BY written out, into outputs and the inner query that gives their rows."""
    tree.set("order", None)
    if not any(is_aggregate(node) for node in tree.expressions):
        raise world.places.refusal("private_no_aggregate", tree)
    grouped = _grouped(tree)
    shown: list[Shown] = []
    columns: list[exp.Expr] = []
    for name, node in zip(names, tree.expressions, strict=True):
        if any(one.name.lower() == name.lower() for one in shown):
            raise world.places.refusal("private_alias_twice", node, what=name)
        bare = node.unalias()
        if is_aggregate(bare):
            shown.append(Shown(name, node, measure=measure_of(bare, world)))
            continue
        if written(bare) not in grouped:
            raise world.places.refusal("private_dimension_not_grouped", node, what=words(bare))
        column = f"d{len(columns) + 1}"
        columns.append(exp.alias_(bare.copy(), column, quoted=True))
        shown.append(Shown(name, node, dimension=column))
    hidden = set(grouped) - {written(one.node.unalias()) for one in shown}
    if hidden:
        at = next(node for text, node in grouped.items() if text in hidden)
        raise world.places.refusal("private_dimension_hidden", at, what=words(at))
    return _with_inner(tree, tuple(shown), columns)


def _with_inner(tree: exp.Select, shown: tuple[Shown, ...], columns: list[exp.Expr]) -> Outer:
    outer = Outer(shown, tree)
    for number, one in dict(reversed(outer.measures)).items():
        measure = one.measure
        if measure is None:
            continue
        if measure.kind in _IDENTIFIED:
            identifier = measure.of.copy() if measure.of is not None else exp.Null()
            columns.append(exp.alias_(identifier, f"i{number}", quoted=True))
            columns.append(exp.alias_(value(measure), f"v{number}", quoted=True))
        if measure.kind is OutputKind.ROWS and measure.of is None and measure.where is None:
            continue
        taken = flag(measure) if measure.kind in _FLAGS else value(measure)
        columns.append(exp.alias_(taken, f"m{number}", quoted=True))
    inner = tree.copy()
    inner.set("group", None)
    inner.set("expressions", columns)
    return Outer(shown, inner)


def _grouped(tree: exp.Select) -> dict[str, exp.Expr]:
    group = tree.args.get("group")
    return {} if group is None else {written(node): node for node in group.expressions}


def _taken(measure: Measure) -> str:
    """Name what an aggregate takes from each row: two that take the same are served by the same columns."""
    taken = flag(measure) if measure.kind in _FLAGS else value(measure)
    return f"{measure.kind in _IDENTIFIED} {measure.kind in _FLAGS} {written(taken)}"
