"""Write a partition: SQL says which rows, in which order; their values are taken from the source's files by place.

Sorting and copying wide rows is what an extract costs most. So DuckDB sorts nothing but places and computed values.
Of a column that is re-keyed, each different value is looked up once. Memory holds ``ROWS_AT_ONCE`` rows, whatever the
partition has: the source is read once for each that many, once for most.

Only values are written, never the source's dictionaries: they would hold values of rows that are not granted, in an
order that two projects share.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from ecluse_platform.extract.problems import ExtractProblem
from ecluse_platform.extract.source import PLACE, PLACES_IN_FILE, SourceFile

ROW_GROUP = 122_880
ROWS_AT_ONCE = 32 * ROW_GROUP

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Gathering:
    """What a partition is written from.

    ``void`` columns are NULL in all files; ``new_names`` gives, for each column that is re-keyed, the pseudonyms of
    different values.
    """

    files: tuple[SourceFile, ...]
    void: frozenset[str]
    new_names: Mapping[str, Callable[[pa.Array], pa.Array]]

    def write(self, path: Path, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> None:
        """Write one Parquet file of ``schema``, its rows in the order of ``batches``.

        Each batch holds the rows' places, as ``PLACE``, and the columns whose values were computed.
        """
        writer = pq.ParquetWriter(path, schema, compression="zstd", store_schema=False, store_decimal_as_integer=True)
        with writer:
            for batch in batches:
                found = dict(zip(batch.schema.names, batch.columns, strict=True))
                places = found.pop(PLACE).to_numpy()
                left = pa.schema([f for f in schema if f.name not in found and f.name not in self.void])
                found.update(self._taken(left, places))
                rows = [found[f.name] if f.name in found else pa.nulls(len(places), f.type) for f in schema]
                writer.write_table(pa.Table.from_arrays(rows, schema=schema), row_group_size=ROW_GROUP)

    def _taken(self, schema: pa.Schema, places: Rows) -> dict[str, pa.Array]:
        """Return the columns of ``schema`` for the rows at ``places``, in that order, identifiers re-keyed."""
        if not schema.names or not len(places):
            return {}
        order = np.argsort(places, kind="stable")
        back = np.empty_like(order)
        back[order] = np.arange(len(order))
        found = pa.concat_tables(self._pieces(schema, places[order])).unify_dictionaries().combine_chunks().take(back)
        taken = {}
        for name, column in zip(found.column_names, found.combine_chunks().columns, strict=True):
            values = column.chunk(0)
            taken[name] = self._renamed(name, values) if name in self.new_names else values
        return taken

    def _pieces(self, schema: pa.Schema, places: Rows) -> Iterator[pa.Table]:
        """Yield, row group by row group, the rows at ``places``, which ascend."""
        schema = pa.schema([_coded(field) if field.name in self.new_names else field for field in schema])
        for turn, file in enumerate(self.files):
            names = {known: name for name in schema.names if (known := file.names[name]) is not None}
            coded = [known for known, name in names.items() if name in self.new_names]
            first, reader = turn * PLACES_IN_FILE, pq.ParquetFile(file.path, read_dictionary=coded)
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

    def _renamed(self, name: str, coded: pa.DictionaryArray) -> pa.Array:
        new = self.new_names[name](coded.dictionary).take(coded.indices)
        if new.null_count != coded.indices.null_count:
            raise ExtractProblem(
                f"a value of {name} has no pseudonym; nothing was published.", "Report this to the developers."
            )
        return new


def _coded(field: pa.Field) -> pa.Field:
    return field.with_type(pa.dictionary(pa.int32(), field.type))


def void_columns(files: tuple[SourceFile, ...], columns: Iterable[str]) -> frozenset[str]:
    """Return the columns that hold nothing but NULL in all the files, by the files' own statistics."""
    void = frozenset(columns)
    for file in files:
        void -= _present(pq.read_metadata(file.path), file, void)
    return void


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
