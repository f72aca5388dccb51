"""What an expression means: its type, the base columns behind it, the values it may take where these are public."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Final

from sqlglot import exp

from ecluse_platform.core.privacy.plan import kinds
from ecluse_platform.core.privacy.plan.relation import Meaning
from ecluse_platform.core.privacy.plan.scope import Scope

# Under this name, a subquery carries what its first column means.
FIRST_COLUMN: Final = "ecluse_first_column"
_TEXT: Final = (exp.Substring, exp.Upper, exp.Lower, exp.Trim, exp.Left, exp.Right, exp.Concat, exp.DPipe, exp.Replace)
_WHOLE: Final = (exp.Year, exp.Month, exp.Quarter, exp.Day, exp.DateDiff, exp.Length)
# A count of identifiers, or whether one is there, identifies nobody.
_FORGETTING: Final = (exp.Count, exp.CountIf)


def meaning_of(node: exp.Expr, scope: Scope, years: tuple[int, ...]) -> Meaning:
    """Return what an expression means in a scope; what is not known stays None."""
    bare = node.unalias().unnest()
    if isinstance(bare, exp.Column):
        return scope.meaning((bare.table, bare.name)) or Meaning()
    touches = _touches(bare.this if isinstance(bare, exp.Window) else bare, scope)
    if isinstance(bare, exp.Min | exp.Max):
        return meaning_of(bare.this, scope, years)
    if isinstance(bare, exp.Filter | exp.Try):
        return meaning_of(bare.this, scope, years)
    if isinstance(bare, exp.Literal):
        return _constant(bare)
    if isinstance(bare, exp.Subquery | exp.Select):
        return (bare.this if isinstance(bare, exp.Subquery) else bare).meta.get(FIRST_COLUMN) or Meaning()
    found = _special(bare, scope, years)
    return replace(found, touches=touches)


def _special(bare: exp.Expr, scope: Scope, years: tuple[int, ...]) -> Meaning:
    for types, found in _BY_TYPE.items():
        if isinstance(bare, types):
            return found(bare, scope, years)
    return Meaning(_plain_type(bare, scope, years))


def _plain_type(bare: exp.Expr, scope: Scope, years: tuple[int, ...]) -> str | None:
    if isinstance(bare, _TEXT):
        return "VARCHAR"
    if isinstance(bare, _WHOLE):
        return "BIGINT"
    if isinstance(bare, exp.Add | exp.Sub | exp.Mul | exp.IntDiv | exp.Mod | exp.Neg | exp.Abs):
        parts = [meaning_of(part, scope, years).type for part in bare.iter_expressions()]
        return "BIGINT" if all(kinds.whole(part) for part in parts) else None
    return None


def _touches(bare: exp.Expr, scope: Scope) -> frozenset[tuple[str, str]]:
    if isinstance(bare, _FORGETTING) or (isinstance(bare, exp.Is) and isinstance(bare.expression, exp.Null)):
        return frozenset()
    found: frozenset[tuple[str, str]] = frozenset()
    for part in bare.iter_expressions():
        if isinstance(part, exp.Column):
            meaning = scope.meaning((part.table, part.name))
            found |= meaning.touches if meaning else frozenset()
        elif isinstance(part, exp.Window):
            # By what rows are ordered or parted is not what is said of them.
            found |= _touches(part.this, scope)
        elif not isinstance(part, exp.Query):
            found |= _touches(part, scope)
    return found


def _constant(literal: exp.Literal) -> Meaning:
    if literal.is_string:
        return Meaning("VARCHAR", values=(literal.name,))
    if not literal.name.isdecimal() or len(literal.name) > _MOST_DIGITS:
        return Meaning(None)
    number = int(literal.name)
    kind = next((kind for kind, bits in kinds.BITS.items() if number < 2 ** (bits - 1)), None)
    return Meaning(kind, values=(number,), low=Decimal(number), high=Decimal(number))


def _choice(bare: exp.Expr, scope: Scope, years: tuple[int, ...]) -> Meaning:
    """Return what one of several may be; an age band, ``least(90, … // 10 * 10)``, is one of its bands."""
    results = _results(bare)
    meanings = [meaning_of(result, scope, years) for result in results]
    types = {m.type for m in meanings}
    kind = types.pop() if len(types) == 1 else "BIGINT" if all(kinds.whole(t) for t in types) else None
    bases = {m.base for m in meanings}
    same = bases.pop() if len(bases) == 1 and isinstance(bare, exp.Coalesce) else None
    bands = _bands(bare)
    if bands is not None:
        return Meaning(kind or "BIGINT", values=bands, low=Decimal(bands[0]), high=Decimal(bands[-1]))
    values = _joined([m.values for m in meanings])
    lows, highs = [m.low for m in meanings], [m.high for m in meanings]
    low = None if any(v is None for v in lows) else min(v for v in lows if v is not None)
    high = None if any(v is None for v in highs) else max(v for v in highs if v is not None)
    if len({type(value) for value in values or ()}) > 1:
        values = None
    return Meaning(kind, same, values=values, low=low, high=high)


def _results(bare: exp.Expr) -> list[exp.Expr]:
    if isinstance(bare, exp.Case):
        default = bare.args.get("default")
        return [*(branch.args["true"] for branch in bare.args["ifs"]), *([default] if default is not None else [])]
    if isinstance(bare, exp.If):
        default = bare.args.get("false")
        return [bare.args["true"], *([default] if default is not None else [])]
    return [bare.this, *bare.expressions]


def _joined(lists: Iterable[tuple[str | int, ...] | None]) -> tuple[str | int, ...] | None:
    found: dict[str | int, None] = {}
    for values in lists:
        if values is None:
            return None
        found.update(dict.fromkeys(values))
    return tuple(found)


def _bands(bare: exp.Expr) -> tuple[int, ...] | None:
    """Return the bands of ``least(last, x // width * width)`` from 0 on; None for anything else."""
    if not isinstance(bare, exp.Least):
        return None
    parts = [bare.this.unnest(), *(part.unnest() for part in bare.expressions)]
    last = next((int(p.name) for p in parts if isinstance(p, exp.Literal) and p.name.isdecimal()), None)
    band = next((p for p in parts if isinstance(p, exp.Mul)), None)
    if last is None or band is None or len(parts) != 2:  # noqa: PLR2004 - the two sides of least()
        return None
    divided, width = band.this.unnest(), band.expression.unnest()
    if not isinstance(divided, exp.IntDiv) or divided.expression.unnest() != width or not width.name.isdecimal():
        return None
    step = int(width.name)
    return tuple(range(0, last + 1, step)) if step and last % step == 0 and last // step <= _MOST_BANDS else None


_MOST_BANDS: Final = 200
# A number of more digits fits no whole type.
_MOST_DIGITS: Final = 39


def _cast(bare: exp.Expr, scope: Scope, years: tuple[int, ...]) -> Meaning:
    source, kind = meaning_of(bare.this, scope, years), kinds.written(bare.args["to"])
    if kinds.whole(kind) and source.type == "BOOLEAN":
        return Meaning(kind, values=(0, 1), low=Decimal(0), high=Decimal(1))
    if kind == "VARCHAR" and source.values is not None and (kinds.whole(source.type) or source.type == "VARCHAR"):
        return Meaning(kind, values=tuple(str(value) for value in source.values))
    if kinds.whole(kind) and source.values is not None and kinds.whole(source.type):
        return Meaning(kind, values=source.values, low=source.low, high=source.high)
    kept = source.base if kind == source.type else None
    return Meaning(kind, kept, values=source.values if kept else None, low=source.low, high=source.high)


def _truncated(bare: exp.Expr, scope: Scope, years: tuple[int, ...]) -> Meaning:
    unit = (bare.text("unit") or "").upper()
    kind = meaning_of(bare.this, scope, years).type
    kept = kind if kind in {"DATE", "TIMESTAMP"} else None
    if kind != "DATE" or unit not in _STARTS:
        return Meaning(kept)
    return Meaning(kept, values=tuple(f"{year:04}-{month:02}-01" for year in years for month in _STARTS[unit]))


_STARTS: Final = {"YEAR": (1,), "QUARTER": (1, 4, 7, 10), "MONTH": tuple(range(1, 13))}


def _sum(part: Meaning) -> Meaning:
    digits = kinds.decimal(part.type)
    if kinds.whole(part.type):
        return Meaning("HUGEINT")
    return Meaning(f"DECIMAL(38,{digits[1]})" if digits else None)


def _inside(bare: exp.Expr, scope: Scope, years: tuple[int, ...]) -> Meaning:
    return meaning_of(bare.this, scope, years)


def _always(meaning: Meaning) -> Callable[[exp.Expr, Scope, tuple[int, ...]], Meaning]:
    return lambda _bare, _scope, _years: meaning


# The first that fits decides.
_BY_TYPE: Final[dict[tuple[type[exp.Expr], ...], Callable[[exp.Expr, Scope, tuple[int, ...]], Meaning]]] = {
    (exp.Case, exp.If, exp.Coalesce, exp.Least, exp.Greatest): _choice,
    (exp.Cast, exp.TryCast): _cast,
    (exp.Predicate, exp.And, exp.Or, exp.Not): _always(Meaning("BOOLEAN", values=("false", "true"))),
    (exp.Year,): lambda _bare, _scope, years: Meaning("BIGINT", values=years),
    (exp.Month,): _always(Meaning("BIGINT", values=tuple(range(1, 13)))),
    (exp.Quarter,): _always(Meaning("BIGINT", values=tuple(range(1, 5)))),
    (exp.Sign,): _always(Meaning("TINYINT", values=(-1, 0, 1), low=Decimal(-1), high=Decimal(1))),
    (exp.TimestampTrunc, exp.DateTrunc): _truncated,
    (exp.Count, exp.CountIf, exp.RowNumber, exp.Rank, exp.DenseRank, exp.Ntile): _always(Meaning("BIGINT")),
    (exp.Sum,): lambda bare, scope, years: _sum(meaning_of(bare.this, scope, years)),
    (exp.Avg, exp.Div): _always(Meaning("DOUBLE")),
    (exp.Window,): _inside,
}
