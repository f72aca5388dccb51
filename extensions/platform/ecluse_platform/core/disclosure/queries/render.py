"""Write the SQL of an accepted query: once for people to read, once to be run, both from the same parts."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlglot import exp

from ecluse_platform.core.disclosure.queries.counts import Counted
from ecluse_platform.core.disclosure.queries.joins import Link
from ecluse_platform.core.disclosure.queries.measures import Asked, Magnitude
from ecluse_platform.core.disclosure.queries.outputs import Outputs
from ecluse_platform.core.disclosure.queries.quantities import Quantities
from ecluse_platform.core.disclosure.queries.safety import guarded_condition, guarded_expression
from ecluse_platform.core.disclosure.queries.scope import Scope
from ecluse_platform.core.disclosure.query import Kind

# The owner of a row: a column of every private table, put there by the extractor, that no query can name.
OWNER = "__u"
# Long lists of codes stay on one line: a data steward reads conditions, not columns of numbers.
_WIDTH = 1000
_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_HUNDRED = 100
# A decimal of so many digits times one that may be squared has at most the 38 digits that the engine adds up exactly.
_WIDE = 19


@dataclass(frozen=True)
class Parts:
    """The parts of an accepted query."""

    links: tuple[Link, ...]
    outputs: Outputs
    conditions: tuple[exp.Expr, ...]
    sets: tuple[tuple[bool, ...], ...]


def canonical(parts: Parts) -> str:
    """Write what was understood, for people: the same query always reads the same."""
    select = exp.Select()
    for dimension in parts.outputs.dimensions:
        select = select.select(_named(dimension.built.copy(), dimension.name), copy=False)
    for asked in parts.outputs.measures:
        select = select.select(_named(_measured(asked, parts.outputs.part), asked.name), copy=False)
    select = _with_sources(select, parts, owners=False)
    if parts.conditions:
        select = select.where(_all(list(parts.conditions)), copy=False)
    if parts.outputs.dimensions:
        select.set("group", _grouped(parts.sets))
    return select.sql(dialect="duckdb", pretty=True, max_text_width=_WIDTH)


def guarded(parts: Parts, quantities: Quantities, scope: Scope) -> str:
    """Write what is run: per labels and owner, the facts from which every cell of every grouping set follows.

    Columns: ``d1``… labels, ``u`` owner, ``k`` the researcher's key, ``p1``… professionals and establishments, ``n``
    rows, ``r`` rows with the property; per summed column ``s1`` the sum, ``m1`` the rows that have a value, ``q1`` the
    sum of squares, ``l1`` the values, each only where the query's ``facts`` say so.
    """
    owner = exp.column(OWNER, table=parts.links[0].source.label)
    groups = [(f"d{i}", guarded_expression(d.built, scope)) for i, d in enumerate(parts.outputs.dimensions, 1)]
    groups.append(("u", owner.copy()))
    if quantities.key is not None:
        groups.append(("k", quantities.key.sql()))
    groups.extend((f"p{i}", column.sql()) for i, column in enumerate(quantities.units, 1))
    select = exp.Select()
    for name, node in (*groups, *_aggregates(parts, quantities, scope)):
        select = select.select(exp.alias_(node, name), copy=False)
    select = _with_sources(select, parts, owners=True)
    owned = exp.Not(this=exp.Is(this=owner, expression=exp.Null()))
    conditions = [guarded_condition(condition, scope) for condition in parts.conditions]
    select = select.where(_all([owned, *conditions]), copy=False)
    select.set("group", exp.Group(expressions=[exp.Literal.number(i) for i in range(1, len(groups) + 1)]))
    made = {s.name: s.made_by.sql for s in scope.sources if s.made_by is not None}
    filters = ", ".join(f'"{name}" AS ({sql})' for name, sql in made.items())
    return f"{f'WITH {filters} ' if made else ''}{select.sql(dialect='duckdb', identify=True, comments=False)}"


def _aggregates(parts: Parts, quantities: Quantities, scope: Scope) -> list[tuple[str, exp.Expr]]:
    columns: list[tuple[str, exp.Expr]] = [("n", _rows())]
    if quantities.facts.part:
        conditions = [guarded_condition(condition, scope) for condition in parts.outputs.part]
        columns.append(("r", exp.Filter(this=_rows(), expression=exp.Where(this=_all(conditions)))))
    for index, (column, asked) in enumerate(zip(quantities.magnitudes, quantities.facts.sums, strict=True), 1):
        value = column.sql()
        columns.append((f"s{index}", exp.Sum(this=value.copy())))
        columns.append((f"m{index}", exp.Count(this=value.copy(), big_int=True)))
        if asked.squares:
            columns.append((f"q{index}", exp.Sum(this=_square(value, asked.digits))))
        if asked.quantiles:
            there = exp.Not(this=exp.Is(this=value.copy(), expression=exp.Null()))
            values = exp.Anonymous(this="LIST", expressions=[value.copy()])
            columns.append((f"l{index}", exp.Filter(this=values, expression=exp.Where(this=there))))
    return columns


def _square(value: exp.Expr, digits: int) -> exp.Expr:
    """Multiply a value by itself; cast first, for the engine would keep the product of short decimals short."""
    wide = exp.DataType.build(f"DECIMAL({_WIDE},{digits})" if digits else "HUGEINT", dialect="duckdb")
    return exp.Mul(this=exp.Cast(this=value.copy(), to=wide), expression=value.copy())


def _measured(asked: Asked, part: tuple[exp.Expr, ...]) -> exp.Expr:
    of = _quantity(asked.of, part)
    if asked.over is not None:
        per = _HUNDRED if asked.kind is Kind.PERCENTAGE else asked.per
        top = of if per == 1 else exp.Mul(this=exp.Literal.number(per), expression=of)
        return _rounded(exp.Div(this=top, expression=_quantity(asked.over, part)), asked.decimals)
    if asked.kind is Kind.COUNT:
        return of
    if asked.kind is Kind.SUM:
        return _rounded(of, asked.decimals)
    value = of.this
    if asked.kind is Kind.QUANTILE:
        ranked = exp.PercentileCont(this=value, expression=exp.Literal.number(asked.fraction))
        return _rounded(ranked, asked.decimals)
    kind = exp.Avg if asked.kind is Kind.MEAN else exp.StddevSamp
    return _rounded(kind(this=value), asked.decimals)


def _rounded(node: exp.Expr, decimals: int) -> exp.Expr:
    return exp.Round(this=node, decimals=exp.Literal.number(decimals))


def _quantity(quantity: Counted | Magnitude, part: tuple[exp.Expr, ...]) -> exp.Expr:
    if isinstance(quantity, Magnitude):
        return exp.Sum(this=quantity.column.sql())
    column = quantity.column
    counted = _rows() if column is None else exp.Count(this=exp.Distinct(expressions=[column.sql()]), big_int=True)
    if not quantity.part:
        return counted
    return exp.Filter(this=counted, expression=exp.Where(this=_all([condition.copy() for condition in part])))


def _grouped(sets: tuple[tuple[bool, ...], ...]) -> exp.Group:
    """Write the grouping sets by the positions of the dimensions, which come first."""
    if len(sets) == 1:
        return exp.Group(all=True)
    members = [
        exp.Tuple(expressions=[exp.Literal.number(at) for at, shown in enumerate(flags, 1) if shown]) for flags in sets
    ]
    return exp.Group(expressions=[exp.GroupingSets(expressions=members)])


def _rows() -> exp.Expr:
    return exp.Count(this=exp.Star(), big_int=True)


def _named(node: exp.Expr, name: str) -> exp.Expr:
    return exp.Alias(this=node, alias=exp.to_identifier(name, quoted=not _PLAIN_NAME.fullmatch(name)))


def _all(conditions: list[exp.Expr]) -> exp.Expr:
    return exp.and_(*(exp.Paren(this=c) if isinstance(c, exp.Or) else c for c in conditions), wrap=False)


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
