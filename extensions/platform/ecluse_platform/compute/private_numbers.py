"""From an extract to the numbers that may be told: bounded sums of every cell, then noise; the sums stay here."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from ecluse_platform.compute.job import PrivateJob
from ecluse_platform.compute.noise import noised, noised_above
from ecluse_platform.core.privacy.answer import PrivateTable
from ecluse_platform.core.privacy.assembling import Labels, assembled, in_order, known_cells
from ecluse_platform.core.privacy.bounding import LARGEST, Bounding
from ecluse_platform.core.privacy.calibrate import draws
from ecluse_platform.core.privacy.query import PrivateQuery

Numbers = dict[Labels, dict[str, int]]


def answered(connection: duckdb.DuckDBPyConnection, job: PrivateJob, statements: Bounding) -> PrivateTable:
    """Return the private answer; raises what DuckDB raises, of which no word may be told."""
    true, clipped = bounded(connection, job.query, statements)
    told, left_out = with_noise(job.query, true, clipped, job.profile.most_cells)
    return assembled(job.query, job.profile, job.disclosure, told, left_out)


def bounded(connection: duckdb.DuckDBPyConnection, query: PrivateQuery, statements: Bounding) -> tuple[Numbers, int]:
    """Return the exact bounded sums of the cells that somebody is in, and of how many persons something is left out."""
    for statement in statements.prepare:
        connection.execute(statement)
    width = len(query.dimensions)
    found: Numbers = {}
    for row in connection.execute(statements.sums).fetchall():
        numbers = found.setdefault(_labels(row[:width]), {})
        numbers.update(zip(statements.summed, map(_whole, row[width:]), strict=False))
    for name, statement in statements.distinct.items():
        for row in connection.execute(statement).fetchall():
            found.setdefault(_labels(row[:width]), {})[name] = _whole(row[width])
    clipped = 0
    if statements.clipped is not None:
        row_of_one = connection.execute(statements.clipped).fetchone()
        clipped = 0 if row_of_one is None else _whole(row_of_one[0])
    return found, clipped


def with_noise(query: PrivateQuery, true: Numbers, clipped: int, most_cells: int) -> tuple[Numbers, int | None]:
    """Return noised numbers for every known cell, or for those whose noised count passes the threshold.

    Each known cell gets noise, also where nobody is in it. The order of rows is that of their keys.
    """
    needed = draws(query)
    cells, told = known_cells(query), Numbers()
    if cells is None:
        counting = next(draw for draw in needed if draw.vectors == (query.counted,))
        needed = tuple(draw for draw in needed if draw is not counting)
        labels = {str(number): cell for number, cell in enumerate(true)}
        counts = {key: true[cell].get(query.counted, 0) for key, cell in labels.items()}
        passed = noised_above(counts, counting, query.delta)
        told = {labels[key]: {query.counted: number} for key, number in passed.items()}
        # More keys than an answer may have: those of the smallest noised counts are not told.
        largest = sorted(in_order(tuple(told)), key=lambda cell: -told[cell][query.counted])[:most_cells]
        cells = tuple(in_order(largest))
    answer: Numbers = {cell: told.get(cell, {}) for cell in cells}
    left_out: int | None = None
    for draw in needed:
        if not draw.vectors:
            left_out = noised([clipped], draw)[0]
            continue
        places = [(cell, name) for cell in cells for name in draw.vectors]
        numbers = noised([_of(true, cell, name) for cell, name in places], draw)
        for (cell, name), number in zip(places, numbers, strict=True):
            answer[cell][name] = number
    return answer, left_out


def _of(true: Mapping[Labels, Mapping[str, int]], cell: Labels, name: str) -> int:
    return true.get(cell, {}).get(name, 0)


def _labels(row: tuple[object, ...]) -> Labels:
    return tuple(None if label is None else str(label) for label in row)


def _whole(value: object) -> int:
    """Return a sum as a whole number of 64 bits: policy says that none is larger, and none can become an error."""
    return min(max(int(str(value)), -LARGEST), LARGEST) if value is not None else 0
