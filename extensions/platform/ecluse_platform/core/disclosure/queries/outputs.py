"""The columns of a result: dimensions, and numbers computed over the rows of a cell; nothing else comes out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from sqlglot import exp

from ecluse_platform.core.disclosure.queries.counts import Counted, countable
from ecluse_platform.core.disclosure.queries.expressions import Builder, Use
from ecluse_platform.core.disclosure.queries.independence import check_one_look
from ecluse_platform.core.disclosure.queries.joins import Link
from ecluse_platform.core.disclosure.queries.measures import Asked, Reader, is_measure
from ecluse_platform.core.disclosure.queries.places import Places
from ecluse_platform.core.disclosure.queries.scope import Scope
from ecluse_platform.core.disclosure.query import Unit
from ecluse_platform.core.refusals import Refusal

# A name is written in a file and on pages: it starts with a letter and holds nothing that could mean more than a name.
_NAME = re.compile(r"[^\W\d_][\w ]{0,63}")
_MOST_MEASURES = 12


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
class Outputs:
    """All columns, as written (for positions) and by kind; ``part`` restricts the counts that are of a part."""

    columns: tuple[Dimension | Asked, ...]
    part: tuple[exp.Expr, ...]

    @property
    def dimensions(self) -> tuple[Dimension, ...]:
        """Return the columns of labels."""
        return tuple(c for c in self.columns if isinstance(c, Dimension))

    @property
    def measures(self) -> tuple[Asked, ...]:
        """Return the columns of numbers."""
        return tuple(c for c in self.columns if isinstance(c, Asked))

    def named(self, name: str) -> Dimension | Asked | None:
        """Return the column of that name, whatever its case."""
        return next((c for c in self.columns if c.name.upper() == name.upper()), None)


def read_outputs(
    select: exp.Select, scope: Scope, links: tuple[Link, ...], places: Places, most_dimensions: int
) -> Outputs:
    """Read the SELECT list; refuse any column that is neither a dimension nor a number that can be protected."""
    columns: list[Dimension | Asked] = []
    reader = Reader(scope, links, places)
    for node in select.expressions:
        column = _column(node, len(columns), reader, scope, places)
        if isinstance(column, Asked):
            _check_once(column, [c for c in columns if isinstance(c, Asked)], node, places)
        if not _NAME.fullmatch(column.name) or any(c.name.upper() == column.name.upper() for c in columns):
            raise places.refusal("sql_output_name", node, what=column.name)
        columns.append(column)
    outputs = Outputs(tuple(columns), reader.part)
    if not outputs.measures:
        raise Refusal("sql_no_measure", {"known": countable(scope)})
    if len(outputs.dimensions) > most_dimensions:
        raise Refusal("sql_too_many_dimensions", {"count": str(len(outputs.dimensions)), "most": str(most_dimensions)})
    if len(outputs.measures) > _MOST_MEASURES:
        raise Refusal("sql_too_many_measures", {"count": str(len(outputs.measures)), "most": str(_MOST_MEASURES)})
    return outputs


def counts_of(measures: list[Asked] | tuple[Asked, ...]) -> list[Counted]:
    """List the counts that measures are made of."""
    quantities = [quantity for measure in measures for quantity in (measure.of, measure.over)]
    return [quantity for quantity in quantities if isinstance(quantity, Counted)]


def _check_once(new: Asked, before: list[Asked], at: exp.Expr, places: Places) -> None:
    """Refuse the same number twice, and the same unit counted by two columns: their difference would be a cell."""
    if any(new.content == other.content for other in before):
        raise places.refusal("sql_measure_twice", at)
    columns = {(count.unit, count.column) for count in counts_of([*before, new])}
    for unit in Unit:
        if len([column for counted, column in columns if counted is unit]) > 1:
            raise places.refusal("sql_measure_twice", at)


def _column(node: exp.Expr, position: int, reader: Reader, scope: Scope, places: Places) -> Dimension | Asked:
    alias = node.alias if isinstance(node, exp.Alias) else ""
    inner = (node.this if isinstance(node, exp.Alias) else node).unnest()
    if isinstance(inner, exp.Star | exp.Columns) or (
        isinstance(inner, exp.Column) and isinstance(inner.this, exp.Star)
    ):
        raise places.refusal("sql_star", inner)
    window = inner.find(exp.Window)
    if window is not None:
        raise places.refusal("sql_window", window)
    if is_measure(inner):
        return reader.read(inner, alias)
    built = Builder(scope, places, Use.DIMENSION).build(inner)
    check_one_look(built, inner, Use.DIMENSION, scope, places)
    bare = scope.read_back(built).written if isinstance(built, exp.Column) else f"dimension_{position + 1}"
    name = alias or bare
    return Dimension(name, inner, built)
