"""Counts: of rows, or of distinct persons, professionals, establishments; all of them, or those with a property.

A property is written ``FILTER (WHERE …)``, or with CASE. A query has one at most: the difference between two of them
would be a cell that nobody has looked at.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from ecluse_platform.core.disclosure.queries.expressions import Builder, Use
from ecluse_platform.core.disclosure.queries.independence import check_one_look, conjuncts
from ecluse_platform.core.disclosure.queries.places import Places, listed
from ecluse_platform.core.disclosure.queries.scope import ColumnRef, Scope
from ecluse_platform.core.disclosure.query import Unit
from ecluse_platform.core.policy.catalogue import ColumnClass
from ecluse_platform.core.refusals import Refusal

UNITS = {ColumnClass.PROFESSIONAL: Unit.PROFESSIONALS, ColumnClass.ESTABLISHMENT: Unit.ESTABLISHMENTS}
_EXTREMES = (exp.Min, exp.Max, exp.ArgMax, exp.ArgMin, exp.First, exp.Last, exp.AnyValue, exp.Mode)


@dataclass(frozen=True)
class Counted:
    """A count of rows (no column) or of distinct units by a column; of all, or of those with the query's property."""

    unit: Unit
    column: ColumnRef | None
    part: bool = False


class Counts:
    """Reads the counts of one query, and the one property that they may be restricted to."""

    def __init__(self, scope: Scope, places: Places) -> None:
        self._scope = scope
        self._places = places
        self.part: tuple[exp.Expr, ...] = ()

    def read(self, node: exp.Expr) -> Counted:
        """Read one count."""
        if isinstance(node, exp.Filter):
            return self._filtered(node)
        if isinstance(node.this if isinstance(node, exp.IgnoreNulls) else node, _EXTREMES):
            raise self._places.refusal("sql_extreme", node, what=words_of(node))
        counted = node.this
        if not isinstance(node, exp.Count) or node.args.get("expressions"):
            raise self._no_count(node)
        if counted is None or (isinstance(counted, exp.Star) and not any(counted.args.values())):
            return Counted(Unit.ROWS, None)
        if isinstance(counted, exp.Case):
            return self._by_case(node, counted)
        if not isinstance(counted, exp.Distinct) or counted.args.get("on") or len(counted.expressions) != 1:
            raise self._no_count(node)
        key = counted.expressions[0].unnest()
        if isinstance(key, exp.Case):
            return self._by_case(node, key)
        if not isinstance(key, exp.Column):
            raise self._places.refusal("sql_count_column", node, what=words_of(key), known=countable(self._scope))
        return self._units(key)

    def _no_count(self, node: exp.Expr) -> Refusal:
        return self._places.refusal("sql_aggregate", node, what=words_of(node), known=countable(self._scope))

    def _filtered(self, node: exp.Filter) -> Counted:
        inner, where = node.this.unnest(), node.expression
        counted = self.read(inner) if isinstance(inner, exp.Count) and isinstance(where, exp.Where) else None
        if counted is None or counted.part:
            raise self._places.refusal("sql_filter", node, what=words_of(node))
        return self._part_of(counted, where.this)

    def _by_case(self, node: exp.Count, case: exp.Case) -> Counted:
        """Read ``count(DISTINCT CASE WHEN … THEN key END)`` as the FILTER that it means."""
        branches = case.args["ifs"]
        extra = [key for key, value in case.args.items() if value and key != "ifs"]
        if len(branches) != 1 or extra:
            raise self._places.refusal("sql_filter", node, what=words_of(node))
        shown = branches[0].args["true"].unnest()
        if isinstance(node.this, exp.Distinct):
            if not isinstance(shown, exp.Column):
                raise self._places.refusal("sql_filter", node, what=words_of(node))
            return self._part_of(self._units(shown), branches[0].this)
        if not isinstance(shown, exp.Literal):
            raise self._places.refusal("sql_filter", node, what=words_of(node))
        return self._part_of(Counted(Unit.ROWS, None), branches[0].this)

    def _part_of(self, counted: Counted, condition: exp.Expr) -> Counted:
        builder = Builder(self._scope, self._places, Use.CONDITION)
        built = []
        for node in conjuncts(condition):
            part = builder.build(node)
            check_one_look(part, node, Use.CONDITION, self._scope, self._places)
            built.append(part)
        if self.part and [p.sql() for p in self.part] != [p.sql() for p in built]:
            raise self._places.refusal("sql_filter_twice", condition, what=words_of(condition))
        self.part = tuple(built)
        return Counted(counted.unit, counted.column, part=True)

    def _units(self, node: exp.Column) -> Counted:
        ref = self._scope.resolve(node)
        identifying = ref.column.column_class is ColumnClass.PSEUDONYM or ref.column.column_class in UNITS
        if ref.source.null_extended and identifying:
            # Beside a count of all, it would tell how many are missing from the joined table.
            raise self._places.refusal("sql_count_left", node, what=f"{ref.source.alias}.{ref.name}")
        if ref.column.column_class in UNITS and ref.source.private:
            return Counted(UNITS[ref.column.column_class], ref)
        if ref not in person_keys(ref.source.alias, self._scope):
            raise self._places.refusal("sql_count_column", node, what=ref.name, known=countable(self._scope))
        return Counted(Unit.PERSONS, ref)


def countable(scope: Scope) -> str:
    """List the keys of persons that this query can count."""
    refs = [ref for source in scope.sources for ref in person_keys(source.alias, scope)]
    return listed(f"{ref.source.alias}.{ref.name}" for ref in refs)


def person_keys(alias: str, scope: Scope) -> list[ColumnRef]:
    """List the columns of a source that tell persons apart."""
    source = next(s for s in scope.sources if s.alias == alias)
    if source.null_extended or not source.private:
        return []
    names = sorted({name for key in source.table.keys for name in key.columns} & source.granted)
    refs = [ColumnRef(source, name) for name in names]
    return [ref for ref in refs if ref.column.column_class is ColumnClass.PSEUDONYM]


def words_of(node: exp.Expr) -> str:
    """Write a part of a query as a refusal quotes it."""
    return node.sql(dialect="duckdb", comments=False)
