"""Between blocks and tables: what each block made, kept on disk until its place in the tables is known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow import ipc

from ecluse_platform.synth.block import Piece

# Stands for the partition of a table that has none.
WHOLE = -1


@dataclass(frozen=True)
class Made:
    """Where the rows of a block are: how many of a table in a partition, in order or to be put last."""

    table: str
    partition: int
    last: bool
    block: int
    part: int
    batch: int
    rows: int


def keep(folder: Path, block: int, part: int, piece: Piece) -> list[Made]:
    """Write one piece, a record batch per partition; the rows to be put last have batches of their own."""
    rows = len(next(iter(piece.columns.values())))
    partition = np.full(rows, WHOLE, dtype=np.int64) if piece.partition is None else piece.partition
    last = np.zeros(rows, dtype=np.bool_) if piece.last is None else piece.last
    table = pa.table(piece.columns).combine_chunks()
    made: list[Made] = []
    if rows == 0:
        return made
    with pa.OSFile(str(path_of(folder, piece.table, block, part)), "wb") as sink:
        options = ipc.IpcWriteOptions(compression="lz4")
        with ipc.new_file(sink, table.schema, options=options) as writer:
            for is_last in (False, True):
                kept = np.flatnonzero(last == is_last)
                if not len(kept):
                    continue
                chosen = table if len(kept) == rows else table.take(pa.array(kept))
                values, starts = np.unique(partition[kept], return_index=True)
                ends = [*starts[1:].tolist(), len(kept)]
                for value, start, end in zip(values.tolist(), starts.tolist(), ends, strict=True):
                    batch = chosen.slice(start, end - start).combine_chunks().to_batches()[0]
                    writer.write_batch(batch)
                    made.append(Made(piece.table, value, is_last, block, part, len(made), end - start))
    return made


def path_of(folder: Path, table: str, block: int, part: int) -> Path:
    """Return where a piece is kept."""
    return folder / f"{table}.{block:06d}.{part}.arrow"


def read(folder: Path, made: Made) -> Any:
    """Read the rows of one block in one partition."""
    with pa.memory_map(str(path_of(folder, made.table, made.block, made.part))) as source:
        return pa.Table.from_batches([ipc.open_file(source).get_batch(made.batch)])


def index_of(all_made: Iterator[Made]) -> dict[tuple[str, int], list[Made]]:
    """Group what was made by table and partition, in the order in which it is to be written."""
    found: dict[tuple[str, int], list[Made]] = {}
    for made in all_made:
        found.setdefault((made.table, made.partition), []).append(made)
    for group in found.values():
        group.sort(key=lambda m: (m.last, m.block, m.part))
    return dict(sorted(found.items()))
