"""Arrow columns with the storage types of the SNDS, and files that are the same bytes each time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ecluse_platform.synth.settings import Ints

ROW_GROUP = 122_880


def small(values: Ints) -> Any:
    """Make a SMALLINT column."""
    return pa.array(values.astype(np.int16))


def integer(values: Ints) -> Any:
    """Make an INTEGER column."""
    return pa.array(values.astype(np.int32))


def big(values: Ints) -> Any:
    """Make a BIGINT column."""
    return pa.array(values.astype(np.int64))


def day(values: Ints) -> Any:
    """Make a DATE column from days since 1970."""
    return pa.array(values.astype(np.int32), type=pa.int32()).cast(pa.date32())


def nullable_small(values: Ints, missing: int) -> Any:
    """Make a SMALLINT column in which one value stands for NULL."""
    return pa.array(values.astype(np.int16), mask=values == missing)


def decimal(values: Ints, precision: int, scale: int) -> Any:
    """Make a DECIMAL column from integers already multiplied by ten to the scale."""
    halves = np.empty((len(values), 2), dtype=np.int64)
    halves[:, 0], halves[:, 1] = values, values >> 63
    return pa.Array.from_buffers(pa.decimal128(precision, scale), len(values), [None, pa.py_buffer(halves.tobytes())])


def text(codes: Ints, words: Sequence[str | None]) -> Any:
    """Make a VARCHAR column: each code is a position in a list of words."""
    return pa.array(words, type=pa.string()).take(pa.array(codes))


def double(values: Sequence[float]) -> Any:
    """Make a DOUBLE column."""
    return pa.array(values, type=pa.float64())


def chosen(columns: Mapping[str, Any], rows: Ints) -> dict[str, Any]:
    """Take some rows of all columns, in the order asked."""
    positions = pa.array(rows)
    return {name: column.take(positions) for name, column in columns.items()}


def words(values: Sequence[str | None]) -> Any:
    """Make a VARCHAR column from a list."""
    return pa.array(values, type=pa.string())


def write(path: Path, columns: Mapping[str, Any]) -> int:
    """Write one Parquet file and return its rows."""
    path.parent.mkdir(parents=True, exist_ok=True)
    table = pa.table(dict(columns))
    pq.write_table(table, path, compression="zstd", row_group_size=ROW_GROUP, store_schema=False)
    return int(table.num_rows)
