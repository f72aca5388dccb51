"""Quality filters as sources of a verified query: rows made of the project's tables, each still with its one person.

The calculus of private queries writes the filter's SQL with the owner of every row and says what its columns are made
of. A column that is one of a table keeps what the catalogue says of it; one that is computed keeps the class of what it
is made of where that is one, and is left out where it is not. So whatever a query may do with a table, it may do with a
filter, and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sqlglot import exp

from ecluse_platform.core.disclosure.queries.parsing import DIALECT
from ecluse_platform.core.disclosure.queries.places import Places
from ecluse_platform.core.policy.catalogue import Catalogue, Key, Table, TableKind
from ecluse_platform.core.policy.columns import TYPE_PATTERN, Column, ColumnClass
from ecluse_platform.core.policy.project import Project
from ecluse_platform.core.privacy.plan import reading
from ecluse_platform.core.privacy.plan.calculus import Calculus
from ecluse_platform.core.privacy.plan.relation import OWNER, ROW, Meaning, Relation
from ecluse_platform.core.privacy.plan.world import World
from ecluse_platform.core.quality import QUALITY_VIEWS

_COMPUTED = frozenset({ColumnClass.DIMENSION, ColumnClass.DATE})
_OF_CARE = frozenset({ColumnClass.PROFESSIONAL, ColumnClass.ESTABLISHMENT})
_FILTERS = {view.name.upper(): view for view in QUALITY_VIEWS}


@dataclass(frozen=True)
class Filter:
    """A quality filter as a table: what its columns are, which tables it ``reads``, and its SQL with the owner of rows.

    ``untold`` names the columns of those tables that tell who gave the care and that the filter does not hand on,
    ``own`` those of the filter that no table has, in capitals like all others.
    """

    table: Table
    reads: tuple[str, ...]
    sql: str
    untold: tuple[str, ...]
    own: frozenset[str]


def is_filter(name: str) -> bool:
    """Say whether a name, in capitals, is that of a quality filter."""
    return name in _FILTERS


def filter_of(name: str, at: exp.Expr, catalogue: Catalogue, project: Project, places: Places) -> Filter:
    """Return a quality filter over what the permit grants; refuse it where the permit grants too little for it."""
    world = World(catalogue, project, places)
    table = exp.to_table(_FILTERS[name].name)
    table.this.meta.update(_place(at))
    tree = reading.qualified(reading.with_views(exp.select("*").from_(table), world), world)
    calculus = Calculus(world)
    relation = calculus.query(tree)
    reads = tuple(sorted(calculus.tables))
    read = {column.upper(): _column(meaning, world) for column, meaning in relation.columns.items()}
    columns = {name: column for name, column in read.items() if column is not None}
    keys = tuple(
        Key(domain=key.domain, columns=tuple(column.upper() for column in key.columns))
        for key in relation.keys
        if key.grouping and {column.upper() for column in key.columns} <= set(columns)
    )
    described = Table(
        title=_FILTERS[name].label,
        kind=TableKind.PRIVATE,
        primary_key=_primary_key(relation, set(columns)),
        keys=keys,
        owner=keys[0].domain,
        care_date=None,
        columns=columns,
    )
    own = frozenset(column.upper() for column in _FILTERS[name].columns if column.islower())
    sql = tree.sql(dialect=DIALECT, comments=False)
    return Filter(described, reads, sql, _untold(reads, columns, world), own)


def _place(at: exp.Expr) -> dict[str, object]:
    """Return where a name stands in the text, so that a refusal of what it stands for points there."""
    return {key: value for node in at.walk() for key, value in node.meta.items() if key == "start"}


def _column(meaning: Meaning, world: World) -> Column | None:
    """Return what a column of a filter may be used for; None where nothing safe can be said."""
    made_of = [world.column(base) for base in sorted(meaning.touches)]
    if meaning.type is None or re.match(TYPE_PATTERN, meaning.type) is None or not made_of:
        return None
    alike = {column.column_class for column in made_of}
    if meaning.base is None and not (len(alike) == 1 and alike <= _COMPUTED):
        return None
    of = made_of[0] if meaning.base is None else world.column(meaning.base)
    sensitive = any(column.sensitive for column in made_of)
    return of.model_copy(update={"type": meaning.type, "coarser": None, "sensitive": sensitive})


def _primary_key(relation: Relation, columns: set[str]) -> tuple[str, ...]:
    """Return the fewest columns that are never twice the same; none where no such columns are known."""
    known = [
        tuple(sorted(column.upper() for column in left))
        for left, right in relation.rules
        if ROW in right and OWNER not in left and {column.upper() for column in left} <= columns
    ]
    return min(known, key=_fewest, default=())


def _fewest(names: tuple[str, ...]) -> tuple[int, tuple[str, ...]]:
    return len(names), names


def _untold(reads: tuple[str, ...], columns: Mapping[str, Column], world: World) -> tuple[str, ...]:
    """List the granted columns of persons' tables that name professionals or establishments and have no such column.

    A column of the same name and numbers is the same fact: tables of one stay are joined by it.
    """
    told = {(name, column.pseudonym) for name, column in columns.items() if column.column_class in _OF_CARE}
    of_persons = [table for table in reads if world.catalogue.tables[table].kind is TableKind.PRIVATE]
    granted = [(table, low.upper()) for table in of_persons for low in world.schema[table.lower()]]
    of_care = [base for base in granted if world.column(base).column_class in _OF_CARE]
    return tuple(sorted({base[1] for base in of_care if (base[1], world.column(base).pseudonym) not in told}))
