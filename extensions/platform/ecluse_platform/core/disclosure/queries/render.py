"""Write the SQL of an accepted query: once for people to read, once to be run, both from the same parts."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlglot import exp

from ecluse_platform.core.disclosure.queries.joins import Link
from ecluse_platform.core.disclosure.queries.outputs import Outputs
from ecluse_platform.core.disclosure.queries.safety import guarded_expression
from ecluse_platform.core.disclosure.queries.scope import Scope
from ecluse_platform.core.disclosure.query import Unit

# The owner of a row: a column of every private table, put there by the extractor, that no query can name.
OWNER = "__u"
# Long lists of codes stay on one line: a data steward reads conditions, not columns of numbers.
_WIDTH = 1000
_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True)
class Parts:
    """The parts of an accepted query."""

    links: tuple[Link, ...]
    outputs: Outputs
    conditions: tuple[exp.Expr, ...]


def canonical(parts: Parts) -> str:
    """Write what was understood, for people: the same query always reads the same."""
    select = exp.Select()
    for dimension in parts.outputs.dimensions:
        select = select.select(_named(dimension.built.copy(), dimension.name), copy=False)
    for count in parts.outputs.counts:
        select = select.select(_named(_counted(count.key.sql() if count.key else None), count.name), copy=False)
    select = _with_sources(select, parts, owners=False)
    if parts.conditions:
        select = select.where(_all(list(parts.conditions)), copy=False)
    if parts.outputs.dimensions:
        select.set("group", exp.Group(all=True))
    return select.sql(dialect="duckdb", pretty=True, max_text_width=_WIDTH)


def guarded(parts: Parts, scope: Scope) -> str:
    """Write what is run: the labels as text, then ``measured``, ``persons``, ``rows``, in the order of the labels."""
    dimensions = parts.outputs.dimensions
    owner = exp.column(OWNER, table=parts.links[0].source.label)
    key = next((count.key for count in parts.outputs.counts if count.unit is Unit.PERSONS), None)
    inner = exp.Select()
    for index, dimension in enumerate(dimensions, 1):
        label = guarded_expression(dimension.built, scope)
        inner = inner.select(exp.alias_(label, f"d{index}"), copy=False)
    for name, counted in (("measured", key.sql() if key else owner.copy()), ("persons", owner.copy()), ("rows", None)):
        inner = inner.select(exp.alias_(_counted(counted), name), copy=False)
    inner = _with_sources(inner, parts, owners=True)
    owned = exp.Not(this=exp.Is(this=owner, expression=exp.Null()))
    conditions = [guarded_expression(condition, scope) for condition in parts.conditions]
    inner = inner.where(_all([owned, *conditions]), copy=False)
    places = [exp.Literal.number(index) for index in range(1, len(dimensions) + 1)]
    if places:
        inner.set("group", exp.Group(expressions=places))
    text = exp.DataType(this=exp.DType.VARCHAR)
    labels = [
        exp.alias_(exp.Cast(this=exp.column(f"d{index}", table="cells"), to=text.copy()), f"d{index}")
        for index in range(1, len(dimensions) + 1)
    ]
    counts = [exp.column(name, table="cells") for name in ("measured", "persons", "rows")]
    outer = exp.Select().select(*labels, *counts).from_(inner.subquery("cells", copy=False), copy=False)
    if labels:
        order = [
            exp.Ordered(this=exp.column(f"d{i}", table="cells"), nulls_first=False) for i in range(1, len(labels) + 1)
        ]
        outer.set("order", exp.Order(expressions=order))
    return outer.sql(dialect="duckdb", identify=True, comments=False)


def _named(node: exp.Expr, name: str) -> exp.Expr:
    return exp.Alias(this=node, alias=exp.to_identifier(name, quoted=not _PLAIN_NAME.fullmatch(name)))


def _all(conditions: list[exp.Expr]) -> exp.Expr:
    return exp.and_(*(exp.Paren(this=c) if isinstance(c, exp.Or) else c for c in conditions), wrap=False)


def _counted(key: exp.Expr | None) -> exp.Expr:
    return exp.Count(this=exp.Star() if key is None else exp.Distinct(expressions=[key]), big_int=True)


def _with_sources(select: exp.Select, parts: Parts, *, owners: bool) -> exp.Select:
    first = parts.links[0].source
    select = select.from_(exp.to_table(first.name).as_(first.label), copy=False)
    for link in parts.links[1:]:
        source = link.source
        equalities: list[exp.Expr] = [exp.EQ(this=e.new.sql(), expression=e.old.sql()) for e in link.equalities]
        if owners and source.private:
            # Even where a key were shared by two persons in the data, no row would mix them.
            mine, theirs = exp.column(OWNER, table=source.label), exp.column(OWNER, table=first.label)
            equalities.append(exp.EQ(this=mine, expression=theirs))
        join = exp.Join(
            this=exp.to_table(source.name).as_(source.label),
            on=exp.and_(*equalities, wrap=False),
            side="LEFT" if source.null_extended else None,
        )
        select.append("joins", join)
    return select
