"""The columns of a result: dimensions, and counts of persons or rows; nothing else comes out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from sqlglot import exp

from ecluse_platform.core.disclosure.queries.expressions import Builder, Use
from ecluse_platform.core.disclosure.queries.independence import check_one_look
from ecluse_platform.core.disclosure.queries.places import Places, listed
from ecluse_platform.core.disclosure.queries.scope import ColumnRef, Scope
from ecluse_platform.core.disclosure.query import Unit
from ecluse_platform.core.policy.catalogue import ColumnClass
from ecluse_platform.core.refusals import Refusal

# A name is written in a file and on pages: it starts with a letter and holds nothing that could mean more than a name.
_NAME = re.compile(r"[^\W\d_][\w ]{0,63}")
_NAMES = {Unit.PERSONS: "persons", Unit.ROWS: "rows"}


@dataclass(frozen=True)
class Dimension:
    """One column of labels: its name, what was written, what is run."""

    name: str
    written: exp.Expr
    built: exp.Expr

    @cached_property
    def text(self) -> str:
        """What is run, as text: the same expression written again reads the same."""
        return self.built.sql(dialect="duckdb")


@dataclass(frozen=True)
class Count:
    """One column of counts; ``key`` is what distinguishes persons, None for rows."""

    name: str
    unit: Unit
    key: ColumnRef | None


@dataclass(frozen=True)
class Outputs:
    """All columns, as written (for positions) and by kind."""

    columns: tuple[Dimension | Count, ...]

    @property
    def dimensions(self) -> tuple[Dimension, ...]:
        """Return the columns of labels."""
        return tuple(c for c in self.columns if isinstance(c, Dimension))

    @property
    def counts(self) -> tuple[Count, ...]:
        """Return the columns of counts."""
        return tuple(c for c in self.columns if isinstance(c, Count))

    def named(self, name: str) -> Dimension | Count | None:
        """Return the column of that name, whatever its case."""
        return next((c for c in self.columns if c.name.upper() == name.upper()), None)


def read_outputs(select: exp.Select, scope: Scope, places: Places, most: int) -> Outputs:
    """Read the SELECT list; refuse any column that is neither a dimension nor a count."""
    columns: list[Dimension | Count] = []
    for node in select.expressions:
        column = _column(node, len(columns), scope, places)
        if isinstance(column, Count) and any(isinstance(c, Count) and c.unit is column.unit for c in columns):
            raise places.refusal("sql_measure_twice", node)
        if not _NAME.fullmatch(column.name) or any(c.name.upper() == column.name.upper() for c in columns):
            raise places.refusal("sql_output_name", node, what=column.name)
        columns.append(column)
    outputs = Outputs(tuple(columns))
    if not outputs.counts:
        raise Refusal("sql_no_measure", {"known": countable(scope)})
    if len(outputs.dimensions) > most:
        raise Refusal("sql_too_many_dimensions", {"count": str(len(outputs.dimensions)), "most": str(most)})
    return outputs


def countable(scope: Scope) -> str:
    """List the keys of persons that this query can count."""
    refs = [ref for source in scope.sources for ref in _person_keys(scope, source.alias)]
    return listed(f"{ref.source.alias}.{ref.name}" for ref in refs)


def _person_keys(scope: Scope, alias: str) -> list[ColumnRef]:
    source = next(s for s in scope.sources if s.alias == alias)
    if source.null_extended or not source.private:
        return []
    names = sorted({name for key in source.table.keys for name in key.columns} & source.granted)
    refs = [ColumnRef(source, name) for name in names]
    return [ref for ref in refs if ref.column.column_class is ColumnClass.PSEUDONYM]


def _column(node: exp.Expr, position: int, scope: Scope, places: Places) -> Dimension | Count:
    alias = node.alias if isinstance(node, exp.Alias) else ""
    inner = (node.this if isinstance(node, exp.Alias) else node).unnest()
    if isinstance(inner, exp.Star | exp.Columns) or (
        isinstance(inner, exp.Column) and isinstance(inner.this, exp.Star)
    ):
        raise places.refusal("sql_star", inner)
    if isinstance(inner, exp.Window):
        raise places.refusal("sql_window", inner)
    if isinstance(inner, exp.AggFunc | exp.Filter | exp.WithinGroup | exp.IgnoreNulls | exp.RespectNulls):
        return _count(inner, alias, scope, places)
    built = Builder(scope, places, Use.DIMENSION).build(inner)
    check_one_look(built, inner, Use.DIMENSION, scope, places)
    name = alias or (inner.name.upper() if isinstance(inner, exp.Column) else f"dimension_{position + 1}")
    return Dimension(name, inner, built)


def _count(node: exp.Expr, alias: str, scope: Scope, places: Places) -> Count:
    counted = node.this if isinstance(node, exp.Count) else None
    plain = isinstance(node, exp.Count) and not node.args.get("expressions")
    if plain and (counted is None or (isinstance(counted, exp.Star) and not any(counted.args.values()))):
        return Count(alias or _NAMES[Unit.ROWS], Unit.ROWS, None)
    if not plain or not isinstance(counted, exp.Distinct) or counted.args.get("on") or len(counted.expressions) != 1:
        words = node.sql(dialect="duckdb", comments=False)
        raise places.refusal("sql_aggregate", node, what=words, known=countable(scope))
    key = counted.expressions[0].unnest()
    if not isinstance(key, exp.Column):
        words = key.sql(dialect="duckdb", comments=False)
        raise places.refusal("sql_count_column", node, what=words, known=countable(scope))
    return Count(alias or _NAMES[Unit.PERSONS], Unit.PERSONS, _key(key, scope, places))


def _key(node: exp.Column, scope: Scope, places: Places) -> ColumnRef:
    ref = scope.resolve(node)
    if ref.source.null_extended and ref.column.column_class is ColumnClass.PSEUDONYM:
        # Beside a count of all, it would tell how many are missing from the joined table.
        raise places.refusal("sql_count_left", node, what=f"{ref.source.alias}.{ref.name}")
    if ref not in _person_keys(scope, ref.source.alias):
        raise places.refusal("sql_count_column", node, what=ref.name, known=countable(scope))
    return ref
