# ruff: noqa: INP001 - R loads it by path
"""DuckDB results as columns that R reads without loss: raw numbers, where values are missing, the levels of texts.

Debian's reticulate cannot read the arrays of NumPy 2; a bytearray becomes a raw vector in one copy, and R reads it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

# R marks a missing integer with the smallest one.
_MISSING = -(2**31)
_SMALL = {pa.int8(), pa.int16(), pa.int32(), pa.uint8(), pa.uint16()}


def columns(result: Any) -> list[dict[str, Any]]:
    """Return, per column: name, R class, numbers (int32 or float64), rows without a value, levels of a text."""
    table = result.to_arrow_table()
    return [_column(name, table.column(name).combine_chunks()) for name in table.column_names]


def _column(name: str, values: Any) -> dict[str, Any]:
    kind = values.type
    levels: list[str] = []
    if kind in _SMALL:
        shape, numbers = "integer", _integers(values)
    elif pa.types.is_boolean(kind):
        shape, numbers = "logical", _integers(pc.cast(values, pa.int32()))
    elif pa.types.is_date32(kind):
        shape, numbers = "Date", _doubles(pc.cast(values, pa.int32()))
    elif pa.types.is_timestamp(kind):
        micro = pc.cast(pc.cast(values, pa.timestamp("us", tz=kind.tz)), pa.int64())
        shape, numbers = "POSIXct", _doubles(micro) / 1e6
    elif pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        shape, numbers = "numeric", _doubles(values)
    else:
        encoded = pc.dictionary_encode(_texts(values))
        shape, numbers = "character", _integers(pc.cast(encoded.indices, pa.int32()))
        levels = encoded.dictionary.to_pylist()
    return {
        "name": name,
        "class": shape,
        "numbers": bytearray(numbers.tobytes()),
        "missing": bytearray(
            np.flatnonzero(values.is_null().to_numpy(zero_copy_only=False)).astype(np.int32).tobytes()
        ),
        "rows": len(values),
        "levels": levels,
    }


def _missing(values: Any) -> Any:
    return np.flatnonzero(values.is_null().to_numpy(zero_copy_only=False)).astype(np.int32)


def _texts(values: Any) -> Any:
    try:
        return pc.cast(values, pa.string())
    except pa.ArrowNotImplementedError:
        # A list or a struct: R gets what Python would print.
        return pa.array([None if value is None else str(value) for value in values.to_pylist()], pa.string())


def _integers(values: Any) -> Any:
    return pc.fill_null(pc.cast(values, pa.int32()), _MISSING).to_numpy(zero_copy_only=False)


def _doubles(values: Any) -> Any:
    return pc.fill_null(pc.cast(values, pa.float64(), safe=False), 0.0).to_numpy(zero_copy_only=False)
