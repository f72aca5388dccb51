"""Scalar expressions: each is built anew from an allow-list, so that nothing unread is ever run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum

from sqlglot import exp

from ecluse_platform.core.disclosure.queries import functions
from ecluse_platform.core.disclosure.queries.places import Places, shortened
from ecluse_platform.core.disclosure.queries.scope import ColumnRef, Scope
from ecluse_platform.core.policy.catalogue import ColumnClass
from ecluse_platform.core.policy.columns import REKEYED
from ecluse_platform.core.refusals import Refusal

_IDENTIFYING = REKEYED | {ColumnClass.TECHNICAL_KEY}
# A table has thousands of labels; longer ones would make it more than anybody, or any page, can hold.
_LONGEST_LABEL = 200
# Parts that aliases in WHERE may stand for in all: a short text must not mean a query of gigabytes.
_MOST_SPELLED_OUT = 10_000
_TO_COARSEN = frozenset({ColumnClass.DATE, ColumnClass.POTENTIAL_IDENTIFIER})


class Use(Enum):
    """What an expression decides: which rows count, or what is written beside a count."""

    CONDITION = "condition"
    DIMENSION = "dimension"


class Builder:
    """Builds the generated form of one query's expressions; ``named`` are dimensions that WHERE may call by alias."""

    def __init__(self, scope: Scope, places: Places, use: Use, named: Mapping[str, exp.Expr] | None = None) -> None:
        self._scope = scope
        self._places = places
        self._use = use
        self._named = named or {}
        self._room = _MOST_SPELLED_OUT
        self._special: dict[type[exp.Expr], Callable[[exp.Expr], exp.Expr]] = {
            exp.Column: self._column,
            exp.Paren: self._paren,
            exp.Not: self._not,
            exp.Neg: self._negative,
            exp.In: self._in,
            exp.Is: self._is,
            exp.Between: self._between,
            exp.Case: self._case,
            exp.Cast: self._cast,
            exp.TryCast: self._cast,
            exp.Extract: self._extract,
            exp.TimestampTrunc: self._truncated,
            exp.DateTrunc: self._truncated,
            exp.DateDiff: self._difference,
            exp.Interval: self._interval,
            exp.Literal: self._literal,
            exp.Boolean: self._literal,
            exp.Null: self._literal,
        }

    def build(self, node: exp.Expr) -> exp.Expr:
        """Return a new expression with the same meaning, or refuse the first part that is not on the list."""
        kind = type(node)
        if kind in self._special:
            return self._special[kind](node)
        if kind in functions.BINARY:
            return self._binary(node)
        if kind in functions.PARTS:
            self._only(node, "this")
            return self._part(functions.PARTS[kind], node.this)
        if kind in functions.FUNCTIONS:
            return self._function(node)
        raise self._refused(node)

    def _only(self, node: exp.Expr, *keys: str) -> None:
        known = {*keys, *functions.SETTINGS.get(type(node), ())}
        if any(value for key, value in node.args.items() if key not in known):
            raise self._refused(node)

    def _refused(self, node: exp.Expr) -> Refusal:
        refuse, words = self._places.refusal, node.sql(dialect="duckdb", comments=False)
        if isinstance(node, exp.Query | exp.Exists | exp.SubqueryPredicate) or node.args.get("query"):
            return refuse("sql_nested", node, what=words)
        if isinstance(node, exp.Window):
            return refuse("sql_window", node)
        if isinstance(node, exp.AggFunc):
            return refuse("sql_aggregate_place", node, what=words)
        if isinstance(node, exp.Star | exp.Columns):
            return refuse("sql_star", node)
        if isinstance(node, exp.Func):
            name = node.name if isinstance(node, exp.Anonymous) else node.sql_name()
            return refuse("sql_function", node, what=name.lower(), known=functions.KNOWN)
        return refuse("sql_construct", node, what=words)

    def _column(self, node: exp.Expr) -> exp.Expr:
        if not isinstance(node, exp.Column):
            raise self._refused(node)
        if not node.table and node.name.upper() in self._named and not self._scope.find(node.name):
            return exp.Paren(this=self._spelled_out(node))
        ref = self._readable(node)
        if self._use is Use.DIMENSION and ref.column.column_class in _TO_COARSEN:
            code = "sql_date_dimension" if ref.column.type == "DATE" else "sql_identifier_dimension"
            raise self._places.refusal(code, node, what=ref.name)
        return ref.sql()

    def _spelled_out(self, node: exp.Column) -> exp.Expr:
        meant = self._named[node.name.upper()]
        self._room -= sum(1 for _ in meant.walk())
        if self._room < 0:
            raise self._places.refusal("sql_alias_too_often", node, what=node.name)
        return meant.copy()

    def _readable(self, node: exp.Column) -> ColumnRef:
        ref = self._scope.resolve(node)
        if ref.column.column_class in _IDENTIFYING:
            raise self._places.refusal("sql_identifier_used", node, what=ref.name)
        if self._use is Use.DIMENSION and ref.column.column_class is ColumnClass.MEASURE:
            raise self._places.refusal("sql_measure_dimension", node, what=ref.name)
        return ref

    def _date(self, node: exp.Expr) -> exp.Expr:
        """Build what a coarsening function reads: here, and only here, a dimension may read a date."""
        bare = node.unnest()
        if isinstance(bare, exp.Column) and (bare.table or self._scope.find(bare.name)):
            ref = self._readable(bare)
            if ref.column.type == "DATE":
                return ref.sql()
        return self.build(node)

    def _paren(self, node: exp.Expr) -> exp.Expr:
        inner = self.build(node.this)
        return inner if isinstance(inner, exp.Paren | exp.Column | exp.Literal) else exp.Paren(this=inner)

    def _binary(self, node: exp.Expr) -> exp.Expr:
        self._only(node, "this", "expression")
        settings = {key: node.args.get(key) for key in functions.SETTINGS.get(type(node), ())}
        return type(node)(this=self.build(node.this), expression=self.build(node.expression), **settings)

    def _function(self, node: exp.Expr) -> exp.Expr:
        keys = functions.FUNCTIONS[type(node)]
        self._only(node, *keys)
        if node.args.get("this") is None:
            raise self._refused(node)
        settings = {key: node.args.get(key) for key in functions.SETTINGS.get(type(node), ())}
        built = {key: self._built(node.args.get(key)) for key in keys}
        return type(node)(**settings, **built)

    def _built(self, value: exp.Expr | list[exp.Expr] | None) -> exp.Expr | list[exp.Expr] | None:
        if isinstance(value, list):
            return [self.build(item) for item in value]
        return None if value is None else self.build(value)

    def _not(self, node: exp.Expr) -> exp.Expr:
        return exp.Not(this=self.build(node.this))

    def _negative(self, node: exp.Expr) -> exp.Expr:
        # Bracketed: two minus signs in a row would open a comment.
        return exp.Paren(this=exp.Neg(this=self.build(node.this)))

    def _in(self, node: exp.Expr) -> exp.Expr:
        self._only(node, "this", "expressions")
        return exp.In(this=self.build(node.this), expressions=[self.build(item) for item in node.expressions])

    def _is(self, node: exp.Expr) -> exp.Expr:
        self._only(node, "this", "expression")
        if not isinstance(node.expression, exp.Null | exp.Boolean):
            raise self._refused(node)
        return exp.Is(this=self.build(node.this), expression=self.build(node.expression))

    def _between(self, node: exp.Expr) -> exp.Expr:
        self._only(node, "this", "low", "high")
        return exp.Between(**{key: self.build(node.args[key]) for key in ("this", "low", "high")})

    def _case(self, node: exp.Expr) -> exp.Expr:
        self._only(node, "this", "ifs", "default")
        branches = []
        for branch in node.args["ifs"]:
            self._only(branch, "this", "true")
            branches.append(exp.If(this=self.build(branch.this), true=self.build(branch.args["true"])))
        rest = {key: self._built(node.args.get(key)) for key in ("this", "default")}
        return exp.Case(ifs=branches, **rest)

    def _cast(self, node: exp.Expr) -> exp.Expr:
        self._only(node, "this", "to")
        to = node.args["to"]
        if not isinstance(to, exp.DataType) or to.this not in functions.SIMPLE_TYPES or to.expressions:
            raise self._places.refusal("sql_construct", node, what=node.sql(dialect="duckdb", comments=False))
        inner = self.build(node.this)
        same = isinstance(inner, exp.Cast) and inner.to.this == to.this
        return inner if same else exp.Cast(this=inner, to=exp.DataType(this=to.this))

    def _extract(self, node: exp.Expr) -> exp.Expr:
        self._only(node, "this", "expression")
        return self._part(self._unit(node, node.this, functions.COARSE_UNITS), node.expression)

    def _part(self, part: str, argument: exp.Expr) -> exp.Expr:
        kind = next(kind for kind, name in functions.PARTS.items() if name == part)
        return kind(this=self._date(argument))

    def _truncated(self, node: exp.Expr) -> exp.Expr:
        self._only(node, "this", "unit")
        unit = self._unit(node, node.args.get("unit"), functions.COARSE_UNITS)
        # A day stays a day: without this, its label would end with an hour.
        cut = exp.TimestampTrunc(this=self._date(node.this), unit=exp.Var(this=unit))
        return exp.Cast(this=cut, to=exp.DataType(this=exp.DType.DATE))

    def _difference(self, node: exp.Expr) -> exp.Expr:
        self._only(node, "this", "expression", "unit")
        fine = functions.FINE_UNITS if self._use is Use.CONDITION else frozenset()
        unit = self._unit(node, node.args.get("unit"), functions.COARSE_UNITS | fine)
        operands = {key: self._date(node.args[key]) for key in ("this", "expression")}
        return exp.DateDiff(**operands, unit=exp.Var(this=unit), date_part_boundary=True)

    def _interval(self, node: exp.Expr) -> exp.Expr:
        self._only(node, "this", "unit")
        if not isinstance(node.this, exp.Literal) or not node.this.name.isdecimal():
            raise self._refused(node)
        unit = self._unit(node, node.args.get("unit"), functions.COARSE_UNITS | functions.FINE_UNITS)
        return exp.Interval(this=exp.Literal.string(node.this.name), unit=exp.Var(this=unit))

    def _unit(self, node: exp.Expr, unit: exp.Expr | None, known: frozenset[str]) -> str:
        name = (unit.name if unit is not None else "").upper()
        if name not in known:
            what = f"{node.sql_name().lower()}('{shortened(name.lower())}', …)" if isinstance(node, exp.Func) else name
            raise self._places.refusal("sql_construct", node, what=what)
        return name

    def _literal(self, node: exp.Expr) -> exp.Expr:
        if self._use is Use.DIMENSION and len(node.name) > _LONGEST_LABEL:
            raise self._refused(node)
        return node.copy()
