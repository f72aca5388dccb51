"""Numbers of a file, exactly: counts are whole, amounts have few enough digits to be whole in some unit."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

import numpy as np

from ecluse_platform.core.disclosure.tabular.structure import Integers
from ecluse_platform.core.refusals import Refusal

# Sums of many such numbers, times percentages, still fit in 64 bits.
LARGEST = 2**50
MOST_DECIMALS = 6
# Digits that are below LARGEST whatever they are: nearly every count, and nearly every column of them at once.
_SHORT = 15
# The first line of a file is its header.
FIRST_LINE = 2


def counts(column: str, texts: Sequence[str]) -> Integers:
    """Read whole numbers of 0 or more; raise Refusal with the line of the first that is none."""
    together = "".join(texts)
    if together.isascii() and together.isdigit() and all(texts) and max(map(len, texts)) <= _SHORT:
        return np.array(list(map(int, texts)), dtype=np.int64)
    return np.array([_count(column, line, text) for line, text in enumerate(texts, FIRST_LINE)], dtype=np.int64)


def amounts(columns: dict[str, Sequence[str]]) -> tuple[int, dict[str, Integers]]:
    """Read amounts that share a unit; return the digits after the point that they need, and them in that unit."""
    read = {
        column: [_amount(column, line, text) for line, text in enumerate(texts, FIRST_LINE)]
        for column, texts in columns.items()
    }
    decimals = [-int(number.as_tuple().exponent) for numbers in read.values() for number in numbers]
    scale = max([0, *decimals])
    found = {}
    for column, numbers in read.items():
        whole = [int(number.scaleb(scale)) for number in numbers]
        for line, number in enumerate(whole, FIRST_LINE):
            if abs(number) > LARGEST or scale > MOST_DECIMALS:
                raise Refusal("table_number_too_large", {"line": str(line), "column": column})
        found[column] = np.array(whole, dtype=np.int64)
    return scale, found


def _count(column: str, line: int, text: str) -> int:
    if len(text) <= _SHORT and text.isascii() and text.isdigit():
        return int(text)
    number = _number(column, line, text)
    where = {"line": str(line), "column": column}
    if number < 0:
        raise Refusal("table_count_negative", where)
    if number != number.to_integral_value():
        raise Refusal("table_count_fraction", where)
    if number > LARGEST:
        raise Refusal("table_number_too_large", where)
    return int(number)


def _amount(column: str, line: int, text: str) -> Decimal:
    number = _number(column, line, text)
    if number == 0:
        return Decimal(0)
    if number.adjusted() > len(str(LARGEST)):
        raise Refusal("table_number_too_large", {"line": str(line), "column": column})
    # Without an exponent, and without zeros at the end: 1200 is a whole number however it was written.
    plain = number.normalize()
    return plain.quantize(Decimal(1)) if int(plain.as_tuple().exponent) > 0 else plain


def _number(column: str, line: int, text: str) -> Decimal:
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        raise Refusal("table_not_a_number", {"line": str(line), "column": column}) from None
    if not number.is_finite():
        raise Refusal("table_not_a_number", {"line": str(line), "column": column})
    return number
