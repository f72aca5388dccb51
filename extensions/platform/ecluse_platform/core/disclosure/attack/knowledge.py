"""From a publication to rows of a linear system: everything that an outsider knows about the cells, and nothing else.

Written from the definition of a table, apart from what the suppressor builds: an error there must not be shared here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

from ecluse_platform.core.disclosure.attack.completing import MOST_CELLS, completed
from ecluse_platform.core.disclosure.attack.lines import Lines, lines_of
from ecluse_platform.core.disclosure.attack.publication import Publication, PublishedTable, Reals
from ecluse_platform.core.disclosure.tabular.structure import ROOT, Flags, Integers


@dataclass(frozen=True, eq=False)
class Knowledge:
    """``low <= x <= high`` and ``row_low <= rows @ x <= row_high``, with ``whole`` where x is known to be whole."""

    low: Reals
    high: Reals
    whole: Flags
    rows: csr_matrix
    row_low: Reals
    row_high: Reals


class _Rows:
    """Rows under construction, as triples."""

    def __init__(self) -> None:
        self.count = 0
        self.parts: list[tuple[Integers, Integers, Reals]] = []
        self.low: list[Reals] = []
        self.high: list[Reals] = []

    def add(self, count: int, row: Integers, column: Integers, weight: Reals, high: float) -> None:
        """Add ``count`` rows of at least 0 and at most ``high``; ``row`` counts from the first of them."""
        self.parts.append((row + self.count, column, weight))
        self.low.append(np.zeros(count))
        self.high.append(np.full(count, high))
        self.count += count


def complements(publication: Publication) -> tuple[tuple[int, int], ...]:
    """List the pairs (margin, part) along the dimensions that do not add up: their difference counts persons too.

    The margin is at any level above the part.
    """
    pairs: list[tuple[int, int]] = []
    for start, table in zip(publication.starts, publication.tables, strict=False):
        for line in lines_of(table):
            if table.additive[line.dimension]:
                continue
            part, margin = line.parts, line.above[line.parts]
            while part.size:
                pairs.extend(zip((margin + start).tolist(), (part + start).tolist(), strict=True))
                higher = line.above[margin] != ROOT
                part, margin = part[higher], line.above[margin[higher]]
    return tuple(pairs)


def know(publication: Publication, most_cells: int = MOST_CELLS) -> Knowledge:
    """Write down all that ties the cells of a publication together.

    Cells that nobody published but that exist all the same come last: see ``completed``.
    """
    rows = _Rows()
    low, high, whole = [], [], []
    beyond = publication.size
    for start, table in zip(publication.starts, publication.tables, strict=False):
        full = completed(table, most_cells)
        added = full.size - table.size
        place = np.concatenate([start + np.arange(table.size), beyond + np.arange(added)])
        beyond += added
        lines = lines_of(full)
        for line in lines:
            if table.additive[line.dimension]:
                _adds_up(rows, place, line)
            else:
                _is_a_union(rows, place, line)
        _unions_of_what_is_left(rows, place, table, lines)
        low.append(full.low)
        high.append(full.high)
        whole.append(np.full(full.size, table.whole))
    _differences(rows, publication)
    for number, equation in enumerate(publication.equations):
        column = np.fromiter(equation.weights, np.int64)
        weight = np.fromiter(equation.weights.values(), float)
        rows.parts.append((np.full(column.size, rows.count + number), column, weight))
    row_low = np.concatenate([*rows.low, [equation.low for equation in publication.equations]])
    row_high = np.concatenate([*rows.high, [equation.high for equation in publication.equations]])
    triples = [np.concatenate(part) for part in zip(*rows.parts, strict=True)] if rows.parts else [np.zeros(0)] * 3
    matrix = csr_matrix(
        (triples[2], (triples[0].astype(np.int64), triples[1].astype(np.int64))), shape=(row_low.size, beyond)
    )
    return Knowledge(
        _in_place(publication, low, 0.0),
        _in_place(publication, high, np.inf),
        _in_place(publication, whole, fill=True).astype(bool),
        matrix,
        row_low,
        row_high,
    )


def _in_place(publication: Publication, parts: list[Reals] | list[Flags], fill: float) -> Reals:
    """Put what is published first, then the complements, then what was added to each table."""
    sizes = [table.size for table in publication.tables]
    published = [part[:size] for part, size in zip(parts, sizes, strict=True)]
    added = [part[size:] for part, size in zip(parts, sizes, strict=True)]
    return np.concatenate([*published, np.full(len(publication.complements), fill), *added]).astype(float)


def _adds_up(rows: _Rows, place: Integers, line: Lines) -> None:
    """Say that a group is the sum of its categories."""
    _margins(rows, place, line, high=0.0)


def _is_a_union(rows: _Rows, place: Integers, line: Lines) -> None:
    """Say that a group holds at most the sum of its categories, and at least each of them."""
    _margins(rows, place, line, high=np.inf)
    parts = line.parts
    count = np.arange(parts.size)
    above, one = place[line.above[parts]], np.ones(parts.size)
    columns, weights = np.concatenate([above, place[parts]]), np.concatenate([one, -one])
    rows.add(parts.size, np.concatenate([count, count]), columns, weights, np.inf)


def _margins(rows: _Rows, place: Integers, line: Lines, high: float) -> None:
    parts = line.parts
    margins, row = np.unique(line.above[parts], return_inverse=True)
    columns = place[np.concatenate([parts, margins])]
    weights = np.concatenate([np.ones(parts.size), -np.ones(margins.size)])
    rows.add(margins.size, np.concatenate([row, np.arange(margins.size)]), columns, weights, high)


def _unions_of_what_is_left(rows: _Rows, place: Integers, table: PublishedTable, lines: tuple[Lines, ...]) -> None:
    """Bound complements by complements, along pairs of dimensions that do not add up.

    Who is in (p, q) but not in (p, b) has a row in some (a, q), with a inside p, and none in (a, b):
    N(p, q) - N(p, b) <= sum over a of N(a, q) - N(a, b). This does not follow from the margins alone.
    """
    loose = [line for line in lines if not table.additive[line.dimension]]
    for first in loose:
        for second in loose:
            if first.dimension != second.dimension:
                _left_over(rows, place, first, second)


def _left_over(rows: _Rows, place: Integers, first: Lines, second: Lines) -> None:
    # One row for each cell (p, b) that is a part along the second dimension and a margin along the first.
    inside = first.parts
    margins = np.unique(first.above[inside])
    bases = margins[second.above[margins] != ROOT]
    tops = second.above[bases]
    number = np.full(first.above.size, ROOT, np.int64)
    number[bases] = np.arange(bases.size)
    # The cells (a, b) of each base, and the cells (a, q) of its top. Where the two are not cut alike (régions here,
    # départements there) the sums do not compare: no row.
    taken = inside[number[first.above[inside]] != ROOT]
    base_of_taken = number[first.above[taken]]
    opposite = second.above[taken]
    alike = (opposite != ROOT) & (first.above[opposite] == tops[base_of_taken])
    keep = np.ones(bases.size, bool)
    keep[base_of_taken[~alike]] = False
    order = np.argsort(first.above[inside], kind="stable")
    parts, above = inside[order], first.above[inside][order]
    begin, end = np.searchsorted(above, tops, "left"), np.searchsorted(above, tops, "right")
    counts = end - begin
    row = np.repeat(np.arange(bases.size), counts)
    offset = np.arange(row.size) - np.repeat(np.cumsum(counts) - counts, counts)
    given = parts[np.repeat(begin, counts) + offset]
    columns = np.concatenate([given, taken, bases, tops])
    weights = np.concatenate([np.ones(given.size), -np.ones(taken.size), np.ones(bases.size), -np.ones(tops.size)])
    index = np.concatenate([row, base_of_taken, np.arange(bases.size), np.arange(bases.size)])
    renumbered = np.cumsum(keep) - 1
    used = keep[index]
    rows.add(int(keep.sum()), renumbered[index[used]], place[columns[used]], weights[used], np.inf)


def _differences(rows: _Rows, publication: Publication) -> None:
    pairs = np.asarray(publication.complements, np.int64).reshape(-1, 2)
    count = np.arange(len(pairs))
    columns = np.concatenate([pairs[:, 0], pairs[:, 1], count + publication.starts[-1]])
    weights = np.repeat([1.0, -1.0, -1.0], len(pairs))
    rows.add(len(pairs), np.tile(count, 3), columns, weights, 0.0)
