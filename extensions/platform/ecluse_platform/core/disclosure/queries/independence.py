"""One look per expression: cells stay a product, so that no cell can be made the total of others.

A person has many rows. With ``CASE WHEN year = 2022 THEN 'all' WHEN sex = 1 THEN … END`` one cell would hold all
persons and two others the same persons by sex: a hidden cell would be a subtraction away. So each dimension, and each
condition joined by AND, looks at one column, or at one of the two pairs that studies cannot do without: an age, and the
order of dates. Whether tables of *different* requests can be subtracted is another question, left to the data stewards.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from ecluse_platform.core.disclosure.queries.expressions import Use
from ecluse_platform.core.disclosure.queries.places import Places, listed
from ecluse_platform.core.disclosure.queries.scope import Scope

_ORDERS = (exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Between)


def conjuncts(node: exp.Expr) -> Iterator[exp.Expr]:
    """Yield the conditions that AND joins, through parentheses."""
    bare = node.unnest()
    if isinstance(bare, exp.And):
        yield from conjuncts(bare.this)
        yield from conjuncts(bare.expression)
    else:
        yield node


def check_one_look(built: exp.Expr, at: exp.Expr, use: Use, scope: Scope, places: Places) -> None:
    """Refuse an expression that looks at several columns; a dimension must look at one at least."""
    looks = _looks(built, use, scope)
    if len(looks) > 1:
        names = sorted({name for look in looks for name in look})
        raise places.refusal("sql_several_columns", at, what=listed(name.partition(".")[2] for name in names))
    if not looks and use is Use.DIMENSION:
        raise places.refusal("sql_constant_dimension", at)
    twice = scope.private_tables_read_twice
    if use is Use.DIMENSION and twice and any(len(look) > 1 for look in looks):
        # Through a second reading, conditions can demand care in two years: each person then has two ages, and the age
        # that two years of birth share is the total of the two others.
        raise places.refusal("sql_pair_read_twice", at, what=listed(twice))


def _looks(node: exp.Expr, use: Use, scope: Scope) -> set[frozenset[str]]:
    columns = frozenset(f"{column.table}.{column.name}" for column in node.find_all(exp.Column))
    if len(columns) <= 1:
        return {columns} - {frozenset()}
    if _is_age(node) or (use is Use.CONDITION and _is_order_of_dates(node, scope)):
        return {columns}
    return {look for child in node.iter_expressions() for look in _looks(child, use, scope)}


def _is_age(node: exp.Expr) -> bool:
    """Recognise ``year(date) - year of birth`` and ``datediff`` of two dates; no factor may scale either side."""
    if isinstance(node, exp.DateDiff):
        return all(isinstance(node.args[key], exp.Column) for key in ("this", "expression"))
    if not isinstance(node, exp.Sub):
        return False
    birth = _bare(node.expression)
    return _is_year_of_column(_bare(node.this)) and (isinstance(birth, exp.Column) or _is_year_of_column(birth))


def _is_year_of_column(node: exp.Expr) -> bool:
    # Of a bare column: inside year(…), a CASE could look at any number of them.
    return isinstance(node, exp.Year) and isinstance(node.this, exp.Column)


def _bare(node: exp.Expr) -> exp.Expr:
    while isinstance(node, exp.Paren | exp.Cast):
        node = node.this
    return node


def _is_order_of_dates(node: exp.Expr, scope: Scope) -> bool:
    if not isinstance(node, _ORDERS):
        return False
    return all(_is_date(side, scope) for side in node.iter_expressions())


def _is_date(node: exp.Expr, scope: Scope) -> bool:
    """Recognise a date column, perhaps shifted by a constant or replaced by one where it is missing."""
    if isinstance(node, exp.Column):
        return scope.read_back(node).column.type == "DATE"
    if isinstance(node, exp.Paren):
        return _is_date(node.this, scope)
    if isinstance(node, exp.Add | exp.Sub):
        return _is_date(node.this, scope) and isinstance(node.expression, exp.Interval | exp.Literal)
    if isinstance(node, exp.Coalesce):
        return _is_date(node.this, scope) and all(not rest.find(exp.Column) for rest in node.expressions)
    return not node.find(exp.Column)
