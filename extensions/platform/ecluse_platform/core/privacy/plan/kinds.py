"""Types, as far as they matter: which comparisons cannot fail, and which numbers can be added without overflow."""

from __future__ import annotations

import re
from typing import Final

from sqlglot import exp

_WHOLE: Final = frozenset({"TINYINT", "SMALLINT", "INTEGER", "BIGINT"})
# The types of written whole numbers, by the bits that these take.
BITS: Final = {"INTEGER": 32, "BIGINT": 64, "HUGEINT": 128}
_DECIMAL: Final = re.compile(r"^DECIMAL\((\d+),\s*(\d+)\)$")
# DuckDB keeps a DECIMAL of so many digits in 64 bits; sums of it then fit 128.
DIGITS: Final = 18
_ALIASES: Final = {"INT": "INTEGER", "TEXT": "VARCHAR", "FLOAT": "DOUBLE", "TIMESTAMPNTZ": "TIMESTAMP"}


def written(kind: exp.Expr) -> str:
    """Return the DuckDB name of a type as written in a cast."""
    name = kind.sql(dialect="duckdb").upper().replace(", ", ",")
    return _ALIASES.get(name, name)


def whole(kind: str | None) -> bool:
    """Say whether values are whole numbers of at most 64 bits."""
    return kind in _WHOLE


def decimal(kind: str | None) -> tuple[int, int] | None:
    """Return the digits and decimals of a decimal type, None for any other."""
    found = _DECIMAL.match(kind or "")
    return (int(found[1]), int(found[2])) if found else None


def exact(kind: str | None) -> bool:
    """Say whether sums of it are exact and cannot overflow: whole numbers of 64 bits, decimals of 18 digits."""
    digits = decimal(kind)
    return whole(kind) or (digits is not None and digits[0] <= DIGITS)


def comparable(one: str | None, other: str | None) -> bool:
    """Say whether two types are compared without a cast that can fail."""
    if one is None or other is None:
        return False
    if one == other:
        return True
    numbers = [kind for kind in (one, other) if whole(kind) or kind in {"HUGEINT", "DOUBLE"} or decimal(kind)]
    if len(numbers) < len((one, other)):
        return False
    if "DOUBLE" in numbers or not any(decimal(kind) for kind in numbers):
        return True
    if all(decimal(kind) for kind in numbers):
        return exact(one) and exact(other)
    # A whole number of 64 bits fits a decimal beside so many decimals; HUGEINT does not.
    return "HUGEINT" not in numbers and all((decimal(kind) or (0, 0))[1] <= DIGITS for kind in numbers)


def different(one: str | None, other: str | None) -> bool:
    """Say whether two known types are compared through a cast of text or dates, which may fail row by row."""
    return one is not None and other is not None and _family(one) != _family(other)


def _family(kind: str) -> str:
    if whole(kind) or kind in {"HUGEINT", "DOUBLE"} or decimal(kind):
        return "number"
    return "time" if kind in {"DATE", "TIMESTAMP"} else kind


def narrow(decimals: int | None) -> str:
    """Return the decimal type of 18 digits that holds so many decimals, or the usual number of them."""
    return f"DECIMAL({DIGITS},{_USUAL if decimals is None else min(decimals, DIGITS - _LEAST_WHOLE)})"


# Digits kept after the point where a type does not say, and before it in any case.
_USUAL: Final = 4
_LEAST_WHOLE: Final = 9
