"""The functions and operators that a query may use: total ones, deterministic, of one row only."""

from __future__ import annotations

from sqlglot import exp

# Operators written back as they are, from their two operands. Their meaning cannot depend on anything else.
BINARY: frozenset[type[exp.Expr]] = frozenset(
    {
        exp.And,
        exp.Or,
        exp.EQ,
        exp.NEQ,
        exp.LT,
        exp.LTE,
        exp.GT,
        exp.GTE,
        exp.NullSafeEQ,
        exp.NullSafeNEQ,
        exp.Like,
        exp.ILike,
        exp.Add,
        exp.Sub,
        exp.Mul,
        exp.Div,
        exp.IntDiv,
        exp.Mod,
        exp.Nullif,
    }
)
# Arguments that the parser adds by itself for an operator of this dialect; any other argument is refused.
SETTINGS: dict[type[exp.Expr], frozenset[str]] = {
    exp.Div: frozenset({"typed", "safe"}),
    exp.Coalesce: frozenset({"is_nvl", "is_null"}),
    exp.Least: frozenset({"ignore_nulls"}),
    exp.Greatest: frozenset({"ignore_nulls"}),
    exp.DateDiff: frozenset({"date_part_boundary"}),
    exp.Length: frozenset({"binary", "encoding"}),
    exp.TryCast: frozenset({"safe", "requires_string"}),
}
# Functions of expressions, with the names of their arguments in the parser's tree.
FUNCTIONS: dict[type[exp.Expr], tuple[str, ...]] = {
    exp.Abs: ("this",),
    exp.Coalesce: ("this", "expressions"),
    exp.Greatest: ("this", "expressions"),
    exp.Least: ("this", "expressions"),
    exp.Left: ("this", "expression"),
    exp.Length: ("this",),
    exp.Lower: ("this",),
    exp.Substring: ("this", "start", "length"),
    exp.Upper: ("this",),
}
# Functions that coarsen a date; alone they may read a date that becomes a dimension.
PARTS: dict[type[exp.Expr], str] = {exp.Year: "YEAR", exp.Quarter: "QUARTER", exp.Month: "MONTH"}
COARSE_UNITS = frozenset({"YEAR", "QUARTER", "MONTH"})
FINE_UNITS = frozenset({"WEEK", "DAY"})
SIMPLE_TYPES = frozenset(
    {
        exp.DType.VARCHAR,
        exp.DType.TEXT,
        exp.DType.DATE,
        exp.DType.SMALLINT,
        exp.DType.INT,
        exp.DType.BIGINT,
        exp.DType.DOUBLE,
        exp.DType.BOOLEAN,
    }
)
KNOWN = (
    "year, quarter, month, date_trunc, extract, datediff, substr, left, upper, lower, length, abs, least, greatest, "
    "coalesce, nullif, cast"
)
