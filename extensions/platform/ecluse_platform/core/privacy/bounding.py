"""SQL that bounds what one person changes: whatever the extract holds, and whatever the planner believed of it.

A few statements, run one after the other on one connection. The first makes one row per owner and cell; the next find
the owners beyond their bounds and keep at most so many cells of each; the last add up what is kept. Which rows and
cells are kept is drawn by a hash under a secret salt from the owner's own rows: the same question gives the same draw,
nobody can foresee it, and no other person has a part in it. Owners within their bounds skip the draw.
"""

# ruff: noqa: S608 - the texts come from the planner, which writes them itself, and from here
from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from math import prod
from typing import Final

from ecluse_platform.core.privacy.query import Combine, Dimension, PrivateQuery, Vector

OWNER: Final = '"__u"'
_CELLS: Final = '"__cells"'
_KEPT: Final = '"__kept"'
_CUT: Final = '"__cut"'
_BEYOND: Final = '"__beyond"'
_NUMBER: Final = '"__n"'
_ONE: Final = "1"
_TEXT: Final = "VARCHAR"
_SALT: Final = re.compile(r"^[0-9a-f]{32,128}$")
# Twice the largest sum still fits 64 bits; policy sees to it that no sum comes near.
LARGEST: Final = 2**62


@dataclass(frozen=True)
class Bounding:
    """The statements of one question.

    ``sums`` gives the dimensions as text, then one whole number per vector that is a sum, in the order of ``summed``.
    ``distinct`` gives, for each vector of distinct values, the dimensions and a number. ``clipped`` gives one number:
    the owners of whom something was left out or clamped.
    """

    prepare: tuple[str, ...]
    summed: tuple[str, ...]
    sums: str
    distinct: dict[str, str]
    clipped: str | None

    @property
    def all(self) -> tuple[str, ...]:
        """Return every statement in the order in which they run."""
        last = () if self.clipped is None else (self.clipped,)
        return (*self.prepare, self.sums, *self.distinct.values(), *last)


def bounding(query: PrivateQuery, salt: str) -> Bounding:
    """Write the statements of a question; ``salt`` is a secret of the extract, as hexadecimal digits."""
    if not _SALT.match(salt):
        raise ValueError("the salt of samples is not hexadecimal")
    written = _Writer(query, salt)
    summed = tuple(vector.name for vector in query.vectors if vector.combine is not Combine.DISTINCT)
    return Bounding(
        prepare=(written.cells(), written.beyond(), written.kept()),
        summed=summed,
        sums=written.sums(summed),
        distinct={
            vector.name: written.distinct(vector) for vector in query.vectors if vector.combine is Combine.DISTINCT
        },
        clipped=written.clipped() if query.clipped else None,
    )


class _Writer:
    """Writes the statements; names of its own begin with two underscores, which no query may use."""

    def __init__(self, query: PrivateQuery, salt: str) -> None:
        self._query = query
        self._salt = salt
        self._dimensions = [_quoted(dimension.column) for dimension in query.dimensions]
        self._group = ", ".join([OWNER, *self._dimensions])
        self._added = [vector for vector in query.vectors if vector.combine is Combine.ADD]
        # Rows that all count one need no draw: any so many of them add up to the same.
        self._draws = any(not _is_one(vector) for vector in self._added)

    def cells(self) -> str:
        """Make one row per owner and cell, with its whole numbers: at most so many rows of the owner are in them."""
        columns = [f"{self._combined(vector)} AS {_quoted(vector.name)}" for vector in self._query.vectors]
        columns = [self._group, *columns, *([f"({cut}) AS {_CUT}"] if (cut := self._cut()) else [])]
        return f"CREATE TEMP TABLE {_CELLS} AS SELECT {', '.join(columns)} FROM ({self._rows()}) GROUP BY {self._group}"

    def beyond(self) -> str:
        """List the owners who are in more cells than they may be in, and those of whom something else is left out."""
        many = f"count(*) > {self._query.cells}"
        cut = f" OR coalesce(bool_or({_CUT}), false)" if self._cut() else ""
        return (
            f'CREATE TEMP TABLE {_BEYOND} AS SELECT {OWNER}, {many} AS "__many" '
            f"FROM ({self._known()}) GROUP BY {OWNER} HAVING {many}{cut}"
        )

    def kept(self) -> str:
        """Keep of each owner the cells that are known, and at most so many of them."""
        if self._fits():
            return f"CREATE TEMP VIEW {_KEPT} AS {self._known()}"
        many = f'SELECT {OWNER} FROM {_BEYOND} WHERE "__many"'
        order = ", ".join([self._hash([OWNER, *self._dimensions]), *self._dimensions])
        return (
            f'CREATE TEMP VIEW {_KEPT} AS WITH "__k" AS ({self._known()}), "__m" AS ({many}) '
            f'SELECT * FROM "__k" ANTI JOIN "__m" USING ({OWNER}) '
            f'UNION ALL SELECT * FROM "__k" SEMI JOIN "__m" USING ({OWNER}) '
            f"QUALIFY row_number() OVER (PARTITION BY {OWNER} ORDER BY {order}) <= {self._query.cells}"
        )

    def sums(self, names: Iterable[str]) -> str:
        """Add up what is kept, cell by cell."""
        sums = [f"sum({_quoted(name)})" for name in names]
        return f"SELECT {', '.join([*self._labels(), *sums] or [_ONE])} FROM {_KEPT}{self._by_cell()}"

    def distinct(self, vector: Vector) -> str:
        """Count the distinct values that are kept, cell by cell."""
        shown = [*self._labels(), 'count(DISTINCT "__w".v)']
        source = ", ".join([*self._dimensions, f'unnest({_quoted(vector.name)}) AS "__w"'])
        return f"SELECT {', '.join(shown)} FROM (SELECT {source} FROM {_KEPT}){self._by_cell()}"

    def clipped(self) -> str:
        """Count the owners of whom a cell, a row or a part of a value is left out."""
        return f"SELECT count(*) FROM {_BEYOND}"

    def _rows(self) -> str:
        """Give each row its whole numbers, and its place among the rows of its owner and cell where some stay out."""
        query = self._query
        values = [f"{_value(vector)} AS {_quoted(vector.name)}" for vector in query.vectors]
        if query.clipped and (clamped := _outside(self._added)):
            values.append(f"{clamped} AS {_CUT}")
        grouped = [OWNER, *map(_grouped, query.dimensions)]
        rows = f"SELECT {', '.join([*grouped, *values])} FROM ({query.inner_sql}) WHERE {OWNER} IS NOT NULL"
        if not self._draws:
            return rows
        # A row that adds nothing is never kept instead of one that does.
        added = [_quoted(vector.name) for vector in self._added]
        order = ", ".join([self._adds_nothing(), self._hash([OWNER, *self._dimensions, *added]), *added])
        return f"SELECT *, row_number() OVER (PARTITION BY {self._group} ORDER BY {order}) AS {_NUMBER} FROM ({rows})"

    def _combined(self, vector: Vector) -> str:
        name, rows = _quoted(vector.name), self._query.rows
        match vector.combine:
            case Combine.ANY:
                return "CAST(1 AS BIGINT)" if _is_one(vector) else _clamped(f"max({name})", vector)
            case Combine.NONE:
                return f"1 - {_clamped(f'max({name})', vector)}"
            case Combine.ADD if self._draws:
                return f"coalesce(sum({name}) FILTER (WHERE {_NUMBER} <= {rows}), 0)"
            case Combine.ADD:
                return f"least(count(*), {rows})"
            case Combine.DISTINCT:
                hashed = self._hash([OWNER, name])
                found = f"list(DISTINCT {{'h': {hashed}, 'v': {name}}}) FILTER (WHERE {name} IS NOT NULL)"
                return f"list_slice(list_sort({found}), 1, {rows})"

    def _cut(self) -> str:
        """Say whether something of an owner in a cell is left out or clamped; empty where nothing of it is told."""
        if not self._query.clipped:
            return ""
        rows = self._query.rows
        cut = [f"bool_or({_CUT})"] if _outside(self._added) else []
        if self._draws:
            cut.append(f"count(*) FILTER (WHERE NOT {self._adds_nothing()}) > {rows}")
        elif self._added:
            cut.append(f"count(*) > {rows}")
        cut += [
            f"count(DISTINCT {_quoted(vector.name)}) > {rows}"
            for vector in self._query.vectors
            if vector.combine is Combine.DISTINCT
        ]
        return " OR ".join(cut)

    def _adds_nothing(self) -> str:
        return f"({' AND '.join(f'{_quoted(vector.name)} = 0' for vector in self._added)})"

    def _fits(self) -> bool:
        """Say whether there are no more cells than one owner may be in."""
        known = [dimension.keys for dimension in self._query.dimensions]
        cells = prod(len(keys or ()) for keys in known)
        return all(keys is not None for keys in known) and cells <= self._query.cells

    def _known(self) -> str:
        conditions = [_is_known(dimension) for dimension in self._query.dimensions if dimension.keys is not None]
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        return f"SELECT * FROM {_CELLS}{where}"

    def _labels(self) -> list[str]:
        return [f"CAST({dimension} AS VARCHAR)" for dimension in self._dimensions]

    def _by_cell(self) -> str:
        return f" GROUP BY {', '.join(self._dimensions)}" if self._dimensions else ""

    def _hash(self, columns: Iterable[str]) -> str:
        return f"md5(concat_ws('|', '{self._salt}', {', '.join(columns)}))"


def _is_one(vector: Vector) -> bool:
    return vector.sql.strip() == _ONE and vector.least <= 1 <= vector.most


def _value(vector: Vector) -> str:
    """Write the whole number of a row; what is added is within its bounds whatever the row holds."""
    if _is_one(vector):
        return "CAST(1 AS BIGINT)"
    return _clamped(f"({vector.sql})", vector) if vector.combine is Combine.ADD else f"({vector.sql})"


def _clamped(number: str, vector: Vector) -> str:
    """Write a number within the bounds of a vector; NULL is 0, and so is what no row has."""
    return f"CAST(greatest(least(coalesce({number}, 0), ({vector.most})), ({vector.least})) AS BIGINT)"


def _outside(added: Iterable[Vector]) -> str:
    """Say whether a value of a row is clamped; empty where none can be."""
    found = []
    for vector in added:
        if vector.outside is not None:
            found.append(f"coalesce({vector.outside}, false)")
        if not _is_one(vector):
            found.append(f"coalesce(({vector.sql}) NOT BETWEEN ({vector.least}) AND ({vector.most}), false)")
    return f"({' OR '.join(found)})" if found else ""


def _grouped(dimension: Dimension) -> str:
    """Write a dimension as it is grouped by: known texts by their places, far faster to group by than texts are.

    What is none of them becomes NULL, which is then no known category.
    """
    column = _quoted(dimension.column)
    if not _has_places(dimension):
        return column
    texts = ", ".join(_text(str(key)) for key in dict.fromkeys(dimension.keys or ()))
    return f"TRY_CAST({column} AS ENUM({texts})) AS {column}"


def _has_places(dimension: Dimension) -> bool:
    """Say whether a dimension's categories are texts, all of them known and none of them absent."""
    return dimension.type == _TEXT and bool(dimension.keys) and None not in (dimension.keys or ())


def _is_known(dimension: Dimension) -> str:
    """Say whether a row is in one of the categories to answer for."""
    keys = dimension.keys or ()
    column = _quoted(dimension.column)
    if _has_places(dimension):
        return f"{column} IS NOT NULL"
    named = ", ".join(str(key) if isinstance(key, int) else _text(key) for key in keys if key is not None)
    parts = [f"{column} IN ({named})"] if named else []
    if None in keys:
        parts.append(f"{column} IS NULL")
    return f"({' OR '.join(parts) or 'false'})"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
