"""The allow-list of expressions: deterministic, a function of one row, independent of the order of rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlglot import exp

from ecluse_platform.core.privacy.plan.relation import OWNER, inside
from ecluse_platform.core.privacy.plan.scope import Scope
from ecluse_platform.core.privacy.plan.wording import words

if TYPE_CHECKING:
    from ecluse_platform.core.privacy.plan.calculus import Calculus

# What no row may see: sqlglot's names of functions and constructs, by what DuckDB does with them.
_ROW_FUNCTIONS: Final = frozenset(
    {
        "and", "or", "not", "case", "if", "coalesce", "nullif", "least", "greatest", "abs", "sign", "round",
        "floor", "ceil", "sqrt", "ln", "exp", "pow", "cast", "trycast", "try", "year", "month", "day",
        "quarter", "week", "dayofweek", "dayofyear", "timestamptrunc", "datetrunc", "datediff", "dateadd",
        "datesub", "extract", "lastday", "tsordstodate", "upper", "lower", "trim", "length", "substring",
        "left", "right", "concat", "dpipe", "replace", "startswith", "strposition", "regexplike",
        "regexpfullmatch", "similarto", "like", "ilike", "array", "struct", "unnest", "explode",
        "generateseries", "exists",
    }
)  # fmt: skip
AGGREGATES: Final = frozenset(
    {
        "count", "countif", "sum", "avg", "min", "max", "logicalor", "logicaland", "median",
        "percentilecont", "percentiledisc", "quantile",
    }
)  # fmt: skip
TIED_WINDOWS: Final = frozenset({"rownumber", "ntile", "lag", "lead", "firstvalue", "lastvalue", "nthvalue"})
WINDOWS: Final = TIED_WINDOWS | {"rank", "denserank", "percentrank", "cumedist"}
_VOLATILE: Final = frozenset({"rand", "uuid", "currentdate", "currenttimestamp", "currenttime", "localtimestamp"})
_VOLATILE_NAMES: Final = frozenset({"random", "now", "today", "gen_random_uuid", "get_current_timestamp", "nextval"})
_ORDERED: Final = frozenset(
    {
        "arrayagg", "groupconcat", "first", "last", "mode", "argmin", "argmax", "stddev", "stddevpop",
        "stddevsamp", "variance", "variancepop", "anyvalue", "approxdistinct", "approxquantile",
    }
)  # fmt: skip
# Node types that are no functions, and harmless.
_PLAIN: Final = (
    exp.Column, exp.Identifier, exp.Literal, exp.Boolean, exp.Null, exp.Paren, exp.Tuple, exp.Alias, exp.Distinct,
    exp.Star, exp.Binary, exp.Unary, exp.Between, exp.In, exp.Is, exp.Interval, exp.Var, exp.DataType,
    exp.DataTypeParam, exp.Ordered, exp.Order, exp.Group, exp.Where, exp.Having, exp.Qualify, exp.Window,
    exp.WindowSpec, exp.Filter, exp.Subquery, exp.Query, exp.Values, exp.PropertyEQ, exp.Bracket, exp.TableAlias,
    exp.IgnoreNulls, exp.RespectNulls, exp.IntervalSpan,
)  # fmt: skip
_NOT_PLAIN: Final = (exp.Lambda, exp.Kwarg, exp.Collate, exp.AtTimeZone, exp.Operator, exp.Dot, exp.RegexpILike)


def check(
    node: exp.Expr, scope: Scope | None, calculus: Calculus, *, aggregates: bool, subqueries: bool = True
) -> None:
    """Hold one clause against the allow-list, then each subquery in it against the calculus.

    ``scope`` is None where a clause sees no column. Without ``subqueries``, none over persons is possible (ON, GROUP
    BY).
    """
    for found in list(node.walk(prune=lambda n: isinstance(n, exp.Query))):
        if not isinstance(found, exp.Query):
            _check_node(found, calculus)
            _check_column(found, scope, calculus)
        if not aggregates and _misplaced(found):
            raise calculus.refuse("private_aggregate_place", found)
    below = list(node.walk(prune=lambda n: isinstance(n, exp.Query) and n is not node))
    for query in [n for n in below if isinstance(n, exp.Query)]:
        calculus.subquery(query.this if isinstance(query, exp.Subquery) else query, scope if subqueries else None)


def _check_node(found: exp.Expr, calculus: Calculus) -> None:
    key = found.key
    if isinstance(found, exp.Anonymous | exp.AnonymousAggFunc):
        code = "private_volatile" if found.name.lower() in _VOLATILE_NAMES else "private_function"
        raise calculus.refuse(code, found, what=found.name)
    if key in _VOLATILE:
        raise calculus.refuse("private_volatile", found, what=words(found))
    if key in _ORDERED:
        raise calculus.refuse("private_order_dependent", found, what=words(found))
    if isinstance(found, exp.TableColumn):
        raise calculus.refuse("private_row_as_value", found, what=found.name)
    if isinstance(found, exp.Star) and not isinstance(found.parent, exp.Count):
        raise calculus.refuse("private_function", found, what="*")
    if isinstance(found, exp.Func) and not isinstance(found, exp.And | exp.Or | exp.Not):
        if key not in _ROW_FUNCTIONS | AGGREGATES | WINDOWS:
            raise calculus.refuse("private_function", found, what=words(found))
    elif not isinstance(found, _PLAIN) or isinstance(found, _NOT_PLAIN):
        raise calculus.refuse("private_function", found, what=words(found))
    check_range(found, calculus)
    check_counts(found, calculus)


def check_range(found: exp.Expr, calculus: Calculus) -> None:
    """Refuse a series whose length comes from data: one person could make as many rows as they like."""
    series = isinstance(found, exp.GenerateSeries | exp.Unnest | exp.Explode)
    if series and found.find(exp.GenerateSeries) and inside(found, exp.Column):
        raise calculus.refuse("private_variable_range", found, what=words(found))


def check_counts(found: exp.Expr, calculus: Calculus) -> None:
    """Refuse a number of rows that comes from data, or is none: DuckDB would stop where there are rows."""
    several = isinstance(found, exp.Min | exp.Max) and any(v for name, v in found.args.items() if name != "this")
    parts = [found.args.get("start"), found.args.get("end")] if isinstance(found, exp.WindowSpec) else []
    frame = [part for part in parts if isinstance(part, exp.Expr)]
    moving = any(not isinstance(part, exp.Literal | exp.Interval) or part.find(exp.Column) for part in frame)
    tiles = found.this if isinstance(found, exp.Ntile) else None
    untold = tiles is not None and not (isinstance(tiles, exp.Literal) and tiles.name.strip("0").isdecimal())
    if several or moving or untold:
        raise calculus.refuse("private_function", found, what=words(found))


def _check_column(found: exp.Expr, scope: Scope | None, calculus: Calculus) -> None:
    if not isinstance(found, exp.Column) or isinstance(found.this, exp.Star):
        return
    if not found.table:
        raise calculus.no_column(found, scope)
    if found.name == OWNER:
        # Written by the planner: a name that begins so is refused before.
        return
    holder = None if scope is None else next((s for s in scope.chain() if found.table in s.sources), None)
    if holder is None:
        raise calculus.refuse("private_lateral", found, what=words(found))
    if found.name not in holder.sources[found.table].columns:
        raise calculus.no_column(found, scope)


def _misplaced(found: exp.Expr) -> bool:
    return isinstance(found, exp.AggFunc) and not isinstance(found.parent, exp.Window) and found.key not in WINDOWS
