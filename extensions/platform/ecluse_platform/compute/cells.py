"""The cells of a query: which there are, in every grouping set, and columns of numbers laid out in their order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import duckdb
import numpy as np

from ecluse_platform.core.disclosure.queries import statements
from ecluse_platform.core.disclosure.queries.lattice import tied
from ecluse_platform.core.disclosure.query import VerifiedQuery
from ecluse_platform.core.disclosure.tabular.structure import Dimension, Flags, Integers, Layout

Shown = tuple[bool, ...]
Row = tuple[object, ...]


class TooManyCells(Exception):
    """The table has more cells than anybody may review (``shown``), or than can be protected together."""

    def __init__(self, *, shown: bool) -> None:
        """Say which of the two limits is passed."""
        super().__init__()
        self.shown = shown


class Cells:
    """The cells of the grouping sets that are shown and of those that tie them, the finest set first.

    ``connection`` holds the table of facts of the query. Within a set, cells come in the order of their labels.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, query: VerifiedQuery) -> None:
        """Take the facts; no cell is known before ``found``."""
        self._connection = connection
        self._query = query
        self._sets = tied(query.sets)
        self._places: dict[Shown, dict[Row, int]] = {}
        self.size = 0

    def found(self, written: Callable[[Shown], str], most_shown: int, most: int) -> list[Row]:
        """Compute the numbers of all cells by a statement per grouping set: this also says which cells there are."""
        rows: list[Row] = []
        shown = 0
        for flags in self._sets:
            published = flags in self._query.sets
            room = most - len(rows)
            left = most_shown - shown if published else room
            some: list[Row] = self._connection.execute(written(flags)).fetchmany(min(room, left) + 1)
            if len(some) > min(room, left):
                raise TooManyCells(shown=left < room)
            shown += len(some) if published else 0
            width = sum(flags)
            self._places[flags] = {row[:width]: len(rows) + at for at, row in enumerate(some)}
            rows.extend(row[width:] for row in some)
        self.size = len(rows)
        return rows

    def numbers(self, written: Callable[[Shown], str], empty: Row, *, shown_only: bool = False) -> list[Row]:
        """Compute further numbers of the cells that were found; ``empty`` stands where a statement has no row."""
        rows = [empty] * self.size
        for flags, places in self._places.items():
            if shown_only and flags not in self._query.sets:
                continue
            width = sum(flags)
            for row in self._connection.execute(written(flags)).fetchall():
                rows[places[row[:width]]] = row[width:]
        return rows

    def layout(self, total_label: str) -> Layout:
        """Return where the cells are; the categories of a dimension are in the order of its values."""
        named = zip(self._query.dimensions, self._query.sensitive, strict=True)
        dimensions = tuple(
            replace(Dimension.flat(name, self._leaves(axis), total_label), sensitive=sensitive)
            for axis, (name, sensitive) in enumerate(named, 1)
        )
        codes = np.empty((self.size, len(dimensions)), dtype=np.int64)
        for axis, dimension in enumerate(dimensions):
            codes[:, axis] = _codes(axis, dimension, self._places)
        return Layout(dimensions, codes, self._published())

    def _leaves(self, axis: int) -> tuple[str | None, ...]:
        rows = self._connection.execute(statements.categories(axis)).fetchall()
        return tuple(None if row[0] is None else str(row[0]) for row in rows)

    def _published(self) -> Flags:
        published = np.zeros(self.size, dtype=np.bool_)
        for flags, places in self._places.items():
            published[_positions(places)] = flags in self._query.sets
        return published


def _codes(axis: int, dimension: Dimension, places: dict[Shown, dict[Row, int]]) -> Integers:
    code_of: dict[object, int] = {leaf: code for code, leaf in enumerate(dimension.categories[: dimension.total])}
    codes = np.full(sum(map(len, places.values())), dimension.total, dtype=np.int64)
    for flags, some in places.items():
        if flags[axis]:
            at = sum(flags[:axis])
            codes[_positions(some)] = [code_of[labels[at]] for labels in some]
    return codes


def _positions(places: dict[Row, int]) -> list[int]:
    return list(places.values())
