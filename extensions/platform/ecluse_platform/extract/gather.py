"""Write a partition: SQL says which rows, in which order; their values are taken from the source's files by place.

Sorting and copying wide rows is what an extract costs most. So DuckDB sorts nothing but places and computed values.
Text is moved as numbers into dictionaries, and of a column that is re-keyed each different value is looked up once.
A writer holds ``ROWS_AT_ONCE`` rows, whatever the partition has: the source is read once for each that many, once for
most.

The source's dictionaries are never written: they would hold values of rows that are not granted, in an order that two
projects share. What is written holds the values of its own rows, in the order in which these rows show them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from ecluse_platform.extract.plan import OWNER_COLUMN
from ecluse_platform.extract.problems import ExtractProblem
from ecluse_platform.extract.source import PLACE, PLACES_IN_FILE, SourceFile

ROW_GROUP = 122_880
ROWS_AT_ONCE = 32 * ROW_GROUP

# A dictionary shortens a column whose values come at least so often, on average.
ROWS_TO_A_VALUE = 4
# Nearly each row, or person, has another: a dictionary would only be longer.
_MANY_VALUES = frozenset({"DCT_ORD_NUM", OWNER_COLUMN})

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Gathering:
    """What a partition is written from.

    ``void`` columns are NULL in all files; ``new_names`` gives, for each column that is re-keyed, the pseudonyms of
    different values; ``constant`` the columns that have one value in all rows of all files: they are not read.
    """

    files: tuple[SourceFile, ...]
    void: frozenset[str]
    new_names: Mapping[str, Callable[[pa.Array], pa.Array]]
    constant: Mapping[str, object] = field(default_factory=dict)

    def write(self, path: Path, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> None:
        """Write one Parquet file of ``schema``, its rows in the order of ``batches``.

        Each batch holds the rows' places, as ``PLACE``, and the columns whose values were computed. The source is read
        once for each batch: see ``together``.
        """
        writer = None
        try:
            for batch in batches:
                columns = self._columns(schema, batch)
                if writer is None:
                    writer = _writer(path, pa.schema([f.with_type(columns[f.name].type) for f in schema]))
                coded = writer.schema
                for first in range(0, len(batch), ROW_GROUP):
                    rows = [_coded(columns[f.name], f.type, first) for f in coded]
                    writer.write_table(pa.Table.from_arrays(rows, schema=coded), row_group_size=ROW_GROUP)
            writer = writer or _writer(path, schema)
        finally:
            if writer is not None:
                writer.close()

    def _columns(self, schema: pa.Schema, batch: pa.RecordBatch) -> dict[str, pa.Array]:
        """Return every column of the rows at a batch's places, as numbers into its values where that is shorter."""
        found = dict(zip(batch.schema.names, batch.columns, strict=True))
        places = found.pop(PLACE).to_numpy()
        nulls = {f.type: pa.nulls(len(places), f.type) for f in schema if f.name in self.void}
        found.update({f.name: nulls[f.type] for f in schema if f.name in self.void})
        for field_ in schema:
            if field_.name in self.constant and field_.name not in found:
                value = pa.scalar(self.constant[field_.name], field_.type)
                found[field_.name] = pa.repeat(value, len(places))
        taken = self._taken(pa.schema([_as_numbers(f) for f in schema if f.name not in found]), places)
        return {**found, **taken}

    def _taken(self, schema: pa.Schema, places: Rows) -> dict[str, pa.Array]:
        """Return the columns of ``schema`` for the rows at ``places``, in that order, identifiers re-keyed."""
        if not schema.names or not len(places):
            return {}
        order = np.argsort(places)
        back = np.empty_like(order)
        back[order] = np.arange(len(order))
        found = pa.concat_tables(self._pieces(schema, places[order])).unify_dictionaries().combine_chunks().take(back)
        return {
            name: self._named(name, column.chunk(0))
            for name, column in zip(found.column_names, found.columns, strict=True)
        }

    def _pieces(self, schema: pa.Schema, places: Rows) -> Iterator[pa.Table]:
        """Yield, row group by row group, the rows at ``places``, which ascend."""
        for turn, file in enumerate(self.files):
            names = {known: name for name in schema.names if (known := file.names[name]) is not None}
            coded = [known for known, name in names.items() if pa.types.is_dictionary(schema.field(name).type)]
            first, reader = (
                turn * PLACES_IN_FILE,
                pq.ParquetFile(file.path, metadata=file.metadata, read_dictionary=coded),
            )
            for group in range(reader.num_row_groups):
                rows = reader.metadata.row_group(group).num_rows
                begin, end = np.searchsorted(places, [first, first + rows])
                if begin != end:
                    table = reader.read_row_group(group, columns=list(names))
                    if end - begin != rows:
                        table = table.take(places[begin:end] - first)
                    found = {names[n]: column for n, column in zip(table.column_names, table.columns, strict=True)}
                    columns = [
                        found[f.name].cast(f.type) if f.name in found else pa.nulls(table.num_rows, f.type)
                        for f in schema
                    ]
                    yield pa.Table.from_arrays(columns, schema=schema)
                first += rows

    def _named(self, name: str, values: pa.Array) -> pa.Array:
        """Return the values under their new names, if they get some; as text again where nearly each is another."""
        if not pa.types.is_dictionary(values.type):
            return values
        used = np.flatnonzero(_shown(values))
        if name in self.new_names:
            new = self.new_names[name](values.dictionary.take(pa.array(used)))
            if new.null_count:
                raise ExtractProblem(
                    f"a value of {name} has no pseudonym; nothing was published.", "Report this to the developers."
                )
            turn = np.full(len(values.dictionary), len(used))
            turn[used] = np.arange(len(used))
            names = new.take(pa.array(turn, mask=turn == len(used)))
            values = pa.DictionaryArray.from_arrays(values.indices, names)
        return values.dictionary_decode() if len(used) * ROWS_TO_A_VALUE > len(values) else values


def together(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Yield the same rows, as many at once as memory may hold: DuckDB cuts what it sorted into small batches."""
    held: list[pa.RecordBatch] = []
    for batch in batches:
        if held and sum(map(len, held)) + len(batch) > ROWS_AT_ONCE:
            yield pa.concat_batches(held)
            held = []
        held.append(batch)
    if held:
        yield pa.concat_batches(held)


def _writer(path: Path, schema: pa.Schema) -> pq.ParquetWriter:
    return pq.ParquetWriter(
        path,
        schema,
        compression="zstd",
        use_dictionary=[f.name for f in schema if f.name not in _MANY_VALUES and not pa.types.is_string(f.type)],
        # Values are written a row group at a time.
        write_batch_size=ROW_GROUP,
        store_schema=False,
        store_decimal_as_integer=True,
    )


def _as_numbers(field: pa.Field) -> pa.Field:
    return field.with_type(pa.dictionary(pa.int32(), field.type)) if pa.types.is_string(field.type) else field


def _coded(column: pa.Array, kind: pa.DataType, first: int) -> pa.Array:
    """Return the values of the row group that starts at row ``first``, as they are written."""
    values = column.slice(first, ROW_GROUP)
    if values.type != kind:
        return values.dictionary_decode() if pa.types.is_dictionary(values.type) else values.dictionary_encode()
    return _compact(values) if pa.types.is_dictionary(kind) else values


def _positions(values: pa.DictionaryArray) -> npt.NDArray[np.int32]:
    """Return the position of each value in the dictionary; one past its end for NULL."""
    positions: npt.NDArray[np.int32] = (
        values.indices.fill_null(pa.scalar(len(values.dictionary), pa.int32())).to_numpy()
        if values.indices.null_count
        else values.indices.to_numpy()
    )
    return positions


def _shown(values: pa.DictionaryArray) -> npt.NDArray[np.bool_]:
    """Say of each value of the dictionary whether a row shows it."""
    shown = np.zeros(len(values.dictionary) + 1, np.bool_)
    shown[_positions(values)] = True
    return shown[:-1]


def _compact(values: pa.DictionaryArray) -> pa.DictionaryArray:
    """Return a column with a dictionary of its own values and no others, in the order in which its rows show them."""
    size, nothing, old = len(values), len(values.dictionary), _positions(values)
    seen = np.full(nothing + 1, size, np.int32)
    # Of the rows that show a value, the last to be assigned stays: the first row, as they are assigned backwards.
    seen[old[::-1]] = np.arange(size - 1, -1, -1, dtype=np.int32)
    used = np.flatnonzero(seen[:nothing] < size)
    used = used[np.argsort(seen[used])]
    new = np.zeros(nothing + 1, np.int32)
    new[used] = np.arange(len(used), dtype=np.int32)
    indices = pa.array(new[old], mask=old == nothing if values.indices.null_count else None)
    return pa.DictionaryArray.from_arrays(indices, values.dictionary.take(pa.array(used)))


def void_columns(files: tuple[SourceFile, ...], columns: Iterable[str]) -> frozenset[str]:
    """Return the columns that hold nothing but NULL in all the files, by the files' own statistics."""
    void = frozenset(columns)
    for file in files:
        void -= _present(file.metadata, file, void)
    return void


def constant_columns(files: tuple[SourceFile, ...], columns: Iterable[str]) -> dict[str, object]:
    """Return the columns that have one number or day in all rows of all the files, by the files' own statistics."""
    found: dict[str, set[object]] = {column: set() for column in columns}
    for file in files:
        metadata = file.metadata
        positions = {metadata.schema.column(i).path: i for i in range(metadata.num_columns)}
        for column in list(found):
            name = file.names[column]
            several = {None, False} if name is None else _extremes(metadata, positions[name])
            found[column] |= several
            if len(found[column]) > 1:
                del found[column]
    return {column: values.pop() for column, values in found.items() if values}


def _extremes(metadata: pq.FileMetaData, position: int) -> set[object]:
    """Return the least and the greatest value of a column of numbers or days without NULL; two things if unknown."""
    found: set[object] = set()
    for group in range(metadata.num_row_groups):
        statistics = metadata.row_group(group).column(position).statistics
        if statistics is None or not statistics.has_min_max or statistics.null_count != 0:
            return {None, False}
        extremes = {statistics.min, statistics.max}
        if any(isinstance(value, bool) or not isinstance(value, int | date | Decimal) for value in extremes):
            return {None, False}
        found |= extremes
        if len(found) > 1:
            break
    return found


def _present(metadata: pq.FileMetaData, file: SourceFile, columns: frozenset[str]) -> frozenset[str]:
    """Return the columns of which a file may hold a value."""
    positions = {metadata.schema.column(i).path: i for i in range(metadata.num_columns)}
    found = set()
    for column in columns:
        name = file.names[column]
        for group in range(metadata.num_row_groups) if name is not None else ():
            chunk = metadata.row_group(group).column(positions[name])
            statistics = chunk.statistics
            if statistics is None or not statistics.has_null_count or statistics.null_count != chunk.num_values:
                found.add(column)
                break
    return frozenset(found)
