"""Who is in which cell, as DuckDB tables: ``members`` (cell, u, n), ``folks`` (u, s), ``sets`` (s, cell).

Persons stay in DuckDB; what comes out of it are sets of cells and how many persons have each, never who.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import numpy as np
from scipy.sparse import csr_matrix

from ecluse_platform.compute.history_files import Memory, MemoryDamaged, text
from ecluse_platform.core.disclosure.history.partition import Partition, Publication
from ecluse_platform.core.disclosure.table import ProtectedTable
from ecluse_platform.core.disclosure.tabular.structure import Integers
from ecluse_platform.core.policy.disclosure import Method
from ecluse_platform.core.refusals import Refusal


def gather(connection: duckdb.DuckDBPyConnection, members: str, table: ProtectedTable) -> Integers:
    """Make ``members`` and return the number of persons of each cell.

    Cell ``i`` is row ``i`` of the table, cell ``rows + i`` its part that has the query's property.

    ``members`` is a SELECT of ``d1``… (labels), ``t1``… (is a total), ``u`` (owner), ``n`` (rows) and ``r`` (rows that
    have the property; 0 where the query has none). Raises MemoryDamaged where it does not fit the table.
    """
    rows, width = len(table.rows), len(table.dimensions)
    columns = ["unnest(range(?)) AS cell"]
    columns += [f"unnest(?::VARCHAR[]) AS l{i + 1}, unnest(?::BOOLEAN[]) AS z{i + 1}" for i in range(width)]
    values: list[object] = [rows]
    for i in range(width):
        values += [[row.labels[i] for row in table.rows], [row.totals[i] for row in table.rows]]
    # An empty list has no length of its own to give the others.
    connection.execute(f"CREATE TEMP TABLE wanted AS SELECT {', '.join(columns)}", values)
    same = [f"w.l{i + 1} IS NOT DISTINCT FROM m.d{i + 1} AND w.z{i + 1} = m.t{i + 1}" for i in range(width)]
    connection.execute(
        f"""CREATE TEMP TABLE found AS SELECT w.cell, m.u, m.n, m.r
        FROM ({members}) m JOIN wanted w ON {" AND ".join(same) or "TRUE"}"""  # noqa: S608 - planned SQL and our own names
    )
    connection.execute(
        f"""CREATE TEMP TABLE members AS SELECT cell::INTEGER AS cell, u::BIGINT AS u, n::BIGINT AS n FROM found
        UNION ALL SELECT (cell + {rows})::INTEGER, u, r::BIGINT FROM found WHERE r > 0"""  # noqa: S608 - a number
    )
    counted = connection.execute("SELECT cell, count(DISTINCT u) FROM members GROUP BY cell").fetchall()
    counts: Integers = np.zeros(2 * rows, dtype=np.int64)
    for cell, persons in counted:
        counts[cell] = persons
    exact = table.obeys.method is Method.SUPPRESSION
    for cell, row in enumerate(table.rows):
        # A row of zeros may be told; any other shown row has the persons that its rules ask for.
        least = 0 if set(row.values) <= {0, "0"} else table.threshold_persons
        if exact and row.finding is None and counts[cell] < least:
            raise MemoryDamaged("a shown row does not have the persons that it shows")
    return counts


def number_sets(connection: duckdb.DuckDBPyConnection) -> None:
    """Make ``folks``, each person with the number of the set of cells that hold this person, and ``sets``."""
    connection.execute(
        "CREATE TEMP TABLE lists AS SELECT u, list(DISTINCT cell ORDER BY cell) AS c FROM members GROUP BY u"
    )
    connection.execute(
        """CREATE TEMP TABLE kinds AS SELECT c, (row_number() OVER (ORDER BY c) - 1)::INTEGER AS s
        FROM (SELECT DISTINCT c FROM lists)"""
    )
    connection.execute("CREATE TEMP TABLE folks AS SELECT u, s FROM lists JOIN kinds USING (c)")
    connection.execute("CREATE TEMP TABLE sets AS SELECT s, unnest(c) AS cell FROM kinds")


def partition_of(
    connection: duckdb.DuckDBPyConnection, earlier: Sequence[Memory], table: Publication, most: int
) -> Partition:
    """Return the common partition of earlier tables and of the one in ``folks``; refuse more than ``most`` atoms."""
    atoms: list[tuple[int, ...]] = [()]
    counts: list[int] = []
    connection.execute("CREATE TEMP TABLE state (u BIGINT, a INTEGER)")
    for source in (*(f"read_parquet({text(str(memory.persons))})" for memory in earlier), "folks"):
        connection.execute(
            f"""CREATE OR REPLACE TEMP TABLE pairs AS
            SELECT coalesce(x.u, y.u) AS u, coalesce(x.a, -1) AS a, coalesce(y.s, -1) AS s
            FROM state x FULL JOIN {source} y ON x.u = y.u"""  # noqa: S608 - a path of our own
        )
        connection.execute(
            """CREATE OR REPLACE TEMP TABLE codes AS
            SELECT a, s, count(*) AS persons, (row_number() OVER (ORDER BY a, s) - 1)::INTEGER AS b
            FROM pairs GROUP BY a, s"""
        )
        found = connection.execute("SELECT a, s, persons FROM codes ORDER BY b LIMIT ?", [most + 1]).fetchall()
        if len(found) > most:
            raise Refusal("history_too_fine", {"most": str(most)})
        nowhere = (-1,) * len(atoms[0])
        atoms = [(*(atoms[a] if a >= 0 else nowhere), s) for a, s, _ in found]
        counts = [persons for _, _, persons in found]
        connection.execute(
            """CREATE OR REPLACE TEMP TABLE state AS
            SELECT u, b AS a FROM pairs JOIN codes ON pairs.a = codes.a AND pairs.s = codes.s"""
        )
    sources = (*(f"read_parquet({text(str(memory.sets))})" for memory in earlier), "sets")
    used = [sorted({atom[place] for atom in atoms} - {-1}) for place in range(len(sources))] if counts else []
    known = [_cells_of(connection, source, numbers) for source, numbers in zip(sources, used, strict=False)]
    return _assembled((*(publication_of(memory) for memory in earlier), table), known, atoms, counts)


def _cells_of(connection: duckdb.DuckDBPyConnection, source: str, numbers: list[int]) -> dict[int, list[int]]:
    found = connection.execute(
        f"SELECT s, list(cell ORDER BY cell) FROM {source} WHERE s IN (SELECT unnest(?::INTEGER[])) GROUP BY s",  # noqa: S608 - a path of our own
        [numbers],
    ).fetchall()
    return {int(number): [int(cell) for cell in cells] for number, cells in found}


def _assembled(
    tables: tuple[Publication, ...], known: list[dict[int, list[int]]], atoms: list[tuple[int, ...]], counts: list[int]
) -> Partition:
    first = np.cumsum([0, *(publication.size for publication in tables)])
    rows: list[int] = []
    columns: list[int] = []
    try:
        for column, atom in enumerate(atoms[: len(counts)]):
            for start, cells, number in zip(first.tolist(), known, atom, strict=False):
                if number >= 0:
                    rows += [start + cell for cell in cells[number]]
                    columns += [column] * len(cells[number])
        shape = (int(first[-1]), len(counts))
        members = csr_matrix((np.ones(len(rows), dtype=np.int64), (rows, columns)), shape=shape, dtype=np.int64)
        return Partition(tables[:-1], tables[-1], np.array(counts, dtype=np.int64), members)
    except (ValueError, KeyError) as error:
        raise MemoryDamaged("memories that do not fit together") from error


def publication_of(memory: Memory) -> Publication:
    """Return the cells of a memory."""
    meta = memory.meta
    return Publication(
        meta.item, meta.labels, np.array(meta.shown, dtype=np.bool_), np.array(meta.primary, dtype=np.bool_)
    )
