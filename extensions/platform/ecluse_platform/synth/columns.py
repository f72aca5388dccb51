"""Arrow columns with the storage types of the SNDS."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ecluse_platform.synth.settings import Flags, Ints

Columns = dict[str, Any]


def small(values: npt.NDArray[Any]) -> Any:
    """Make a SMALLINT column."""
    return pa.array(values.astype(np.int16))


def integer(values: npt.NDArray[Any]) -> Any:
    """Make an INTEGER column."""
    return pa.array(values.astype(np.int32))


def big(values: npt.NDArray[Any]) -> Any:
    """Make a BIGINT column."""
    return pa.array(values.astype(np.int64))


def double(values: npt.NDArray[Any] | Sequence[float]) -> Any:
    """Make a DOUBLE column."""
    return pa.array(values, type=pa.float64())


def day(values: Ints) -> Any:
    """Make a DATE column from days since 1970."""
    return pa.array(values.astype(np.int32), type=pa.int32()).view(pa.date32())


def nullable_small(values: Ints, missing: int) -> Any:
    """Make a SMALLINT column in which one value stands for NULL."""
    return pa.array(values.astype(np.int16), mask=values == missing)


def decimal(values: Ints, precision: int, scale: int) -> Any:
    """Make a DECIMAL column from integers already multiplied by ten to the scale."""
    halves = np.empty((len(values), 2), dtype=np.int64)
    halves[:, 0], halves[:, 1] = values, values >> 63
    return pa.Array.from_buffers(pa.decimal128(precision, scale), len(values), [None, pa.py_buffer(halves.tobytes())])


def text(codes: npt.NDArray[Any], words: Sequence[str | None]) -> Any:
    """Make a VARCHAR column, dictionary-encoded: each code is a position in a list of words, which may hold None."""
    # A dictionary that says a word twice is written differently from one run to the next.
    known: dict[str | None, int] = {}
    position = np.array([known.setdefault(word, len(known)) for word in words], dtype=np.int32)
    indices = position[codes.astype(np.int32)]
    missing = known.get(None)
    mask = None if missing is None else indices == missing
    indices = indices if mask is None else np.where(mask, 0, indices).astype(np.int32)
    return pa.DictionaryArray.from_arrays(
        pa.array(indices, mask=mask), pa.array([word or "" for word in known], type=pa.string())
    )


def words(values: Sequence[str | None]) -> Any:
    """Make a VARCHAR column from a list."""
    return pa.array(values, type=pa.string())


def always(word: str, rows: int) -> Any:
    """Make a VARCHAR column of one word."""
    return text(np.zeros(rows, dtype=np.int32), [word])


def same(value: int, rows: int) -> Any:
    """Make a SMALLINT column of one value."""
    return pa.array(np.full(rows, value, dtype=np.int16))


def months(days: Ints, form: str = "%Y%m") -> Any:
    """Make a VARCHAR column of the months of days, written AAAAMM unless another form is asked for."""
    distinct, codes = np.unique(days.astype("datetime64[D]").astype("datetime64[M]"), return_inverse=True)
    return text(codes, [month.item().strftime(form) for month in distinct])


def written_days(days: Ints) -> Any:
    """Make a VARCHAR column of days, written JJMMAAAA as the PMSI does."""
    distinct, codes = np.unique(days, return_inverse=True)
    return text(codes, [d.astype("datetime64[D]").item().strftime("%d%m%Y") for d in distinct])


def chosen(columns: Columns, rows: Ints | Flags) -> Columns:
    """Take some rows of all columns: positions in the order asked, or a mask."""
    positions = pa.array(np.flatnonzero(rows) if rows.dtype == np.bool_ else rows)
    return {name: column.take(positions) for name, column in columns.items()}
