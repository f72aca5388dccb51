"""A new table held against all that the project was told, person by person, inside the container that computes it.

Memories say who is in a hidden cell, so they never leave, and their folder is mounted nowhere else. Owners keep their
number ``u`` when an extract is built again, so that tables over older data are compared exactly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
from numpy.typing import NDArray

from ecluse_platform.compute.history_files import Memory, read_memory, text, write_memory
from ecluse_platform.compute.history_sets import gather, number_sets, partition_of
from ecluse_platform.core.disclosure.history.comparing import Compared, Proof, Suppress, compare
from ecluse_platform.core.disclosure.history.naming import MOST_NAMED
from ecluse_platform.core.disclosure.history.partition import Partition, Publication
from ecluse_platform.core.disclosure.history.wording import WORDING, words_of
from ecluse_platform.core.disclosure.query import Kind, Unit
from ecluse_platform.core.disclosure.table import ProtectedTable, Role, Rule
from ecluse_platform.core.disclosure.tabular.structure import Integers
from ecluse_platform.core.refusals import Refusal

_TOTALS_KEPT = 10.0


@dataclass(frozen=True)
class Earlier:
    """A table that counts, and the hash that its memory had when it was written."""

    item: str
    sha256: str


@dataclass(frozen=True)
class Memories:
    """Where a project's memories are, the name of the new one, those that count, and the policy's bound."""

    folder: Path
    item: str
    earlier: tuple[Earlier, ...]
    most_atoms: int


@dataclass(frozen=True, eq=False)
class Found:
    """The table as it may leave, its memory's hash, for each earlier table the rows hidden because of it, the proof."""

    table: ProtectedTable
    memory_sha256: str
    because: Mapping[str, tuple[int, ...]]
    proof: Proof | None


def remember_and_compare(
    connection: duckdb.DuckDBPyConnection, members: str, table: ProtectedTable, memories: Memories, suppress: Suppress
) -> Found:
    """Compare a protected table with the earlier ones that count, hide what must be hidden further, and remember it.

    ``members`` is a SELECT as ``history_sets.gather`` takes it. Raises Refusal where nothing of the table could leave,
    or where comparing would take more atoms than policy allows; MemoryDamaged where an earlier table is not remembered
    as it was written.
    """
    events = any(measure.unit is not Unit.PERSONS or measure.kind is not Kind.COUNT for measure in table.measures)
    counts = gather(connection, members, table)
    earlier = [read_memory(connection, memories.folder, known.item, known.sha256) for known in memories.earlier]
    new = _publication(memories.item, table, counts)
    if events:
        _check_rows(connection, table, new, earlier)
    number_sets(connection)
    compared = Compared((), {}, None)
    if earlier:
        partition = partition_of(connection, earlier, new, memories.most_atoms)
        compared = compare(partition, table.threshold_persons, _costs(partition, table), suppress)
    hidden = table.hiding(_rows(compared.hidden, table), Rule.HISTORY, WORDING) if compared.hidden else table
    new = _publication(memories.item, hidden, counts)
    sha256 = write_memory(connection, memories.folder, new, events=events)
    because = {item: _rows(cells, table) for item, cells in compared.because.items()}
    return Found(hidden, sha256, because, compared.proof)


def _rows(cells: Sequence[int], table: ProtectedTable) -> tuple[int, ...]:
    """Return the rows of cells: a row and its part with the query's property are shown or hidden together."""
    return tuple(sorted({cell % len(table.rows) for cell in cells}))


def _publication(item: str, table: ProtectedTable, counts: Integers) -> Publication:
    """Return the cells of a table; a small count that rounding veils is as open to an outsider as a hidden one."""
    labels = tuple(words_of(table, row) for row in table.rows)
    told = np.array([row.finding is None for row in table.rows], dtype=np.bool_)
    primary = np.array([row.finding is not None and row.finding.role is Role.PRIMARY for row in table.rows])
    shown = np.tile(told, 2) & ((counts == 0) | (counts >= table.threshold_persons))
    return Publication(item, labels * 2, shown, np.tile(primary, 2) & ~shown)


def _costs(partition: Partition, table: ProtectedTable) -> NDArray[np.float64]:
    """Return what hiding each cell costs: totals last, then large cells; a row costs once for both of its cells."""
    counts = partition.counts[partition.first_new :].astype(np.float64)
    above = np.array([sum(row.totals) for row in table.rows], dtype=np.float64)
    cost: NDArray[np.float64] = (10.0 + np.log1p(counts)) * _TOTALS_KEPT ** np.tile(above, 2)
    return cost


def _check_rows(
    connection: duckdb.DuckDBPyConnection, table: ProtectedTable, new: Publication, earlier: Sequence[Memory]
) -> None:
    """Refuse a shown cell whose rows differ from those of an earlier shown one for a few persons only.

    The persons may be the same and their rows not: a year, and the year without its last month. What is subtracted are
    then the rows of those whose numbers differ; exact for each pair of cells.
    """
    shown = ", ".join(str(cell) for cell in np.flatnonzero(new.shown).tolist())
    for memory in earlier:
        theirs = ", ".join(str(cell) for cell, seen in enumerate(memory.meta.shown) if seen)
        if memory.events is None or not shown or not theirs:
            continue
        found = connection.execute(
            f"""WITH a AS (SELECT cell, u, n FROM members WHERE cell IN ({shown})),
            b AS (SELECT cell, u, n FROM read_parquet({text(str(memory.events))}) WHERE cell IN ({theirs})),
            common AS (SELECT a.cell AS x, b.cell AS y, count(*) AS c, count(*) FILTER (a.n <> b.n) AS d
                FROM a JOIN b ON a.u = b.u GROUP BY ALL),
            sizes AS (SELECT cell, count(*) AS c FROM a GROUP BY cell),
            theirs AS (SELECT cell, count(*) AS c FROM b GROUP BY cell)
            SELECT DISTINCT x FROM common JOIN sizes ON sizes.cell = x JOIN theirs ON theirs.cell = y
            WHERE sizes.c - common.c + theirs.c - common.c + d BETWEEN 1 AND {table.threshold_persons - 1} ORDER BY x"""  # noqa: S608 - numbers and a path of our own
        ).fetchall()
        if found:
            labels = dict.fromkeys(new.labels[cell] for (cell,) in found)
            raise Refusal(
                "history_discloses", {"earlier": memory.meta.item, "cells": "; ".join(list(labels)[:MOST_NAMED])}
            )
