"""Which columns may be summed: exact, bounded measures, over rows that no join repeats."""

from __future__ import annotations

import re

from sqlglot import exp

from ecluse_platform.core.disclosure.queries.joins import Link
from ecluse_platform.core.disclosure.queries.places import Places, listed
from ecluse_platform.core.disclosure.queries.scope import ColumnRef, Source
from ecluse_platform.core.policy.catalogue import ColumnClass

_DECIMAL = re.compile(r"^DECIMAL\((\d+),(\d+)\)$")
_WHOLE = frozenset({"SMALLINT", "INTEGER", "BIGINT"})
_SHORT = frozenset({"SMALLINT", "INTEGER"})
# Digits of decimals of which a million million values, or their squares, add up to a number that the engine can hold.
_WIDEST = 18
_WIDEST_SQUARED = 12


def digits_of(kind: str) -> int:
    """Return the digits after the point of a type."""
    found = _DECIMAL.match(kind)
    return int(found[2]) if found else 0


def check_magnitude(
    ref: ColumnRef, at: exp.Expr, links: tuple[Link, ...], places: Places, summable: list[str], *, squares: bool
) -> None:
    """Refuse a column that is no measure of persons' rows, has no public bounds, or cannot be added up exactly."""
    known = listed(summable)
    if ref.column.column_class is not ColumnClass.MEASURE or not ref.source.private:
        raise places.refusal("sql_sum_column", at, what=ref.name, known=known)
    if not _is_exact(ref.column.type, squares=squares):
        raise places.refusal("sql_sum_inexact", at, what=ref.name)
    repeated = repeating(ref.source, links)
    if repeated is not None:
        raise places.refusal("sql_sum_joined", at, what=ref.name, known=repeated.name)
    if ref.column.bounds is None:
        raise places.refusal("sql_sum_unbounded", at, what=ref.name, known=known)


def _is_exact(kind: str, *, squares: bool) -> bool:
    found = _DECIMAL.match(kind)
    if found is None:
        return kind in (_SHORT if squares else _WHOLE)
    return int(found[1]) <= (_WIDEST_SQUARED if squares else _WIDEST)


def repeating(source: Source, links: tuple[Link, ...]) -> Source | None:
    """Return a table whose join may repeat rows of a source, None when each of them is there once at most.

    A table adds no row when the columns by which it is tied to tables that add none are its whole primary key.
    """
    reached = {source}
    private = [link.source for link in links if link.source.private]
    while True:
        new = [other for other in private if other not in reached and _is_found_once(other, reached, links)]
        if not new:
            return next((other for other in private if other not in reached), None)
        reached.update(new)


def _is_found_once(other: Source, reached: set[Source], links: tuple[Link, ...]) -> bool:
    tied: set[str] = set()
    for link in links:
        for equality in link.equalities:
            sides = (equality.new, equality.old)
            for here, there in (sides, sides[::-1]):
                if here.source == other and there.source in reached:
                    tied.add(here.name)
    key = set(other.table.primary_key)
    return bool(key) and key <= tied
