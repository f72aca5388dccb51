"""Columns of a partition in memory, as numbers: what lines and persons held in memory are looked up with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from ecluse_platform.extract.source import PLACES_IN_FILE, SourceFile
from ecluse_platform.extract.texts import ABSENT, Texts

Numbers = npt.NDArray[np.int64]
Marks = npt.NDArray[np.bool_]

# Partitions of more rows, and sources of more persons, are left to SQL, which spills to the disk.
MOST_ROWS = 1 << 22


def rows_in(files: Iterable[SourceFile]) -> int:
    """Return how many rows files have together."""
    return sum(file.metadata.num_rows for file in files)


def has_all(files: Iterable[SourceFile], columns: Iterable[str]) -> bool:
    """Say whether each file holds each column, under whatever name."""
    wanted = tuple(columns)
    return all(file.names[column] is not None for file in files for column in wanted)


def read_rows(file: SourceFile, columns: tuple[str, ...]) -> pa.Table:
    """Return columns that a file has, under their names of today, text as numbers into its values."""
    names = {column: str(file.names[column]) for column in columns}
    metadata = file.metadata
    schema = metadata.schema.to_arrow_schema()
    text = [name for name in names.values() if pa.types.is_string(schema.field(name).type)]
    with pq.ParquetFile(file.path, metadata=metadata, read_dictionary=text) as reader:
        found = reader.read(columns=list(names.values())).unify_dictionaries()
    return pa.table({column: found.column(name).combine_chunks() for column, name in names.items()})


def places_of(files: Iterable[SourceFile]) -> Iterator[tuple[SourceFile, int]]:
    """Yield each file with the place of its first row."""
    for turn, file in enumerate(files):
        yield file, turn * PLACES_IN_FILE


def numbers(column: pa.ChunkedArray) -> tuple[Numbers, Marks | None]:
    """Return whole numbers or days as numbers, and which of them are not NULL (None: all)."""
    values = column.combine_chunks()
    if pa.types.is_date32(values.type):
        values = values.view(pa.int32())
    if not values.null_count:
        return values.to_numpy().astype(np.int64, copy=False), None
    known = values.is_valid().to_numpy(zero_copy_only=False)
    return values.fill_null(pa.scalar(0, values.type)).to_numpy().astype(np.int64, copy=False), known


def turns(column: pa.ChunkedArray, values: Texts) -> Numbers:
    """Return where each text of a column stands among ``values``, ``ABSENT`` when nowhere."""
    coded = column.combine_chunks()
    if not pa.types.is_dictionary(coded.type):
        coded = coded.dictionary_encode()
    found = values.turns(coded.dictionary.cast(values.values.type))
    turn = np.append(found, ABSENT)
    indices = coded.indices
    if indices.null_count:
        indices = indices.fill_null(pa.scalar(len(found), indices.type))
    taken: Numbers = turn[indices.to_numpy()]
    return taken
