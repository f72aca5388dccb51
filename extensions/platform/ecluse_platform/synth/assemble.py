"""Tables out of the blocks' pieces: one file per partition, in row groups that do not depend on the blocks' size."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute
import pyarrow.parquet as pq

from ecluse_platform.synth.origin import MARK
from ecluse_platform.synth.schema import complete
from ecluse_platform.synth.spill import WHOLE, Made, read

ROW_GROUP = 122_880
# Numbers that hardly repeat: a dictionary of them would only cost.
_PLAIN = frozenset({"DCT_ORD_NUM", "RSA_NUM", "SEQ_NUM", "RHA_NUM", "RHAD_NUM", "RIP_NUM", "ID_CARTO", "DCD_IDT_ENC"})
_BY_MONTH = "ER_"
# What the rows of nobody are sorted by, at the end of each file; other tables keep the blocks' order.
_TAIL_ORDER = {"ER_PRS_F": ("BEN_NIR_PSA", "EXE_SOI_DTD"), "T_MCO_C": ("NIR_ANO_17", "EXE_SOI_DTD")}
_FEW_WORDS = 64
_LARGEST_DICTIONARY = 4 << 20


def file_of(table: str, partition: int) -> Path:
    """Return the path of a partition's file, relative to the source folder."""
    if partition == WHOLE:
        return Path(table, "part-0000.parquet")
    if table.startswith(_BY_MONTH):
        return Path(table, f"flx_month={1970 + partition // 12:04d}-{partition % 12 + 1:02d}", "part-0000.parquet")
    return Path(table, f"annee={partition:04d}", "part-0000.parquet")


def assemble(spill: Path, out: Path, made: list[Made]) -> int:
    """Write the file of one table and partition from its pieces, in their order, and return its rows.

    Memory holds at most one row group and one piece, whatever the number of pieces.
    """
    table = made[0].table
    path = out / file_of(table, made[0].partition)
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = 0
    with ExitStack() as stack:
        writer = None
        for parts in _row_groups(_pieces(spill, made)):
            whole = _whole(table, parts)
            if writer is None:
                writer = stack.enter_context(_writer(path, whole.schema))
            writer.write_table(whole, row_group_size=ROW_GROUP)
            rows += whole.num_rows
        if writer is not None:
            writer.add_key_value_metadata(dict(MARK))
    return rows


def _writer(path: Path, schema: Any) -> Any:
    return pq.ParquetWriter(
        path,
        schema,
        compression="zstd",
        use_dictionary=[name for name in schema.names if name not in _PLAIN],
        store_schema=False,
        dictionary_pagesize_limit=_LARGEST_DICTIONARY,
    )


def _row_groups(pieces: Iterator[Any]) -> Iterator[list[Any]]:
    """Cut the pieces into groups of ROW_GROUP rows."""
    waiting: list[Any] = []
    held = 0
    for piece in pieces:
        start = 0
        while start < piece.num_rows:
            taken = piece.slice(start, ROW_GROUP - held)
            waiting.append(taken)
            held += taken.num_rows
            start += taken.num_rows
            if held == ROW_GROUP:
                yield waiting
                waiting, held = [], 0
    if waiting:
        yield waiting


def _pieces(spill: Path, made: list[Made]) -> Iterator[Any]:
    """Yield the pieces in order; those to be put last come as one, sorted."""
    for one in made:
        if not one.last:
            yield _compact(read(spill, one))
    tail = [_compact(read(spill, one)) for one in made if one.last]
    if tail:
        joined = pa.concat_tables(tail).unify_dictionaries().combine_chunks()
        yield _sorted(joined, _TAIL_ORDER.get(made[0].table, ()))


def _sorted(table: Any, keys: tuple[str, ...]) -> Any:
    if not keys:
        return table
    plain = {
        key: table[key].cast(pa.string()) if pa.types.is_dictionary(table[key].type) else table[key] for key in keys
    }
    order = pa.compute.sort_indices(pa.table(plain), sort_keys=[(key, "ascending") for key in keys])
    return table.take(order)


def _compact(table: Any) -> Any:
    """Drop the words that no row uses from large dictionaries: a block has all its pseudonyms, a month some of them."""
    columns = []
    for column in table.columns:
        array = column.chunk(0)
        if pa.types.is_dictionary(array.type) and len(array.dictionary) > _FEW_WORDS:
            columns.append(_compacted(array))
        else:
            columns.append(array)
    return pa.table(columns, names=table.column_names)


def _compacted(array: Any) -> Any:
    missing = np.asarray(array.indices.is_null())
    indices = np.asarray(array.indices.fill_null(0))
    used = np.zeros(len(array.dictionary), dtype=np.bool_)
    used[indices] = True
    position = (np.cumsum(used) - 1).astype(np.int32)
    return pa.DictionaryArray.from_arrays(
        pa.array(position[indices], mask=missing), array.dictionary.take(pa.array(np.flatnonzero(used)))
    )


def _whole(table: str, parts: list[Any]) -> Any:
    joined = pa.concat_tables(parts).unify_dictionaries().combine_chunks()
    return complete(table, {name: joined[name] for name in joined.column_names}, joined.num_rows)
