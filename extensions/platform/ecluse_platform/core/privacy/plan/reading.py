"""From text to a tree whose every column has its source and every source a name of its own."""

from __future__ import annotations

import re

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.qualify import qualify

from ecluse_platform.core.disclosure.queries.parsing import DIALECT
from ecluse_platform.core.privacy.plan.wording import RESERVED
from ecluse_platform.core.privacy.plan.world import World
from ecluse_platform.core.quality import DUPLICATES, DUPLICATES_UNTIL
from ecluse_platform.core.refusals import Refusal

# What the library says of a column that the source before its point does not have.
_UNKNOWN = re.compile(r"Unknown column: (?P<name>\w+)")


def check_names(tree: exp.Expr, world: World) -> None:
    """Refuse names that the planner keeps for itself: its own could be mistaken for them."""
    for found in tree.find_all(exp.Identifier):
        if found.name.startswith(RESERVED):
            raise world.places.refusal("private_reserved_name", found, what=found.name)
    for cte in tree.find_all(exp.CTE):
        if cte.alias.lower() in {*world.tables, DUPLICATES}:
            raise world.places.refusal("private_alias_twice", cte, what=cte.alias)


def with_views(tree: exp.Select, world: World) -> exp.Select:
    """Return the query with the definitions of the quality-filter views and of the single years that it reads."""
    needed: dict[str, exp.Expr] = {}
    _need(tree, world, {cte.alias.lower() for cte in tree.find_all(exp.CTE)}, needed)
    if needed:
        ctes = [
            exp.CTE(this=needed[name], alias=exp.TableAlias(this=exp.to_identifier(name)))
            for name in (*world.yearly, *world.views)
            if name in needed
        ]
        if DUPLICATES in needed:
            ctes.insert(0, exp.CTE(this=needed[DUPLICATES], alias=exp.TableAlias(this=exp.to_identifier(DUPLICATES))))
        before = tree.args.get("with_")
        if before is None:
            tree.set("with_", exp.With(expressions=ctes))
        else:
            before.set("expressions", [*ctes, *before.expressions])
    return tree


def qualified(tree: exp.Select, world: World) -> exp.Select:
    """Return the query with stars, USING and positions written out, and sources under names that occur once."""
    try:
        found = qualify(tree, dialect=DIALECT, schema=dict(world.schema), validate_qualify_columns=False)
    except SqlglotError as error:
        said = " ".join(str(error).split())
        unknown = _UNKNOWN.fullmatch(said)
        if unknown is not None:
            raise _no_column(tree, unknown["name"], world) from None
        raise world.places.refusal("private_names_unclear", tree, what=said) from None
    if not isinstance(found, exp.Select):
        raise world.places.refusal("private_not_select", world.places.start, what=world.places.first_word)
    _rename_sources(found, world)
    return found


def _no_column(tree: exp.Select, name: str, world: World) -> Refusal:
    """Say why a name after a point is no column, where it is written, from the tables that the query reads."""
    at = next((column for column in tree.find_all(exp.Column) if column.name.lower() == name.lower()), tree)
    read = (table.name.lower() for table in tree.find_all(exp.Table))
    return world.no_column(at, name, [world.relation(table) for table in read if table in world.tables])


def _need(tree: exp.Expr, world: World, own: set[str], needed: dict[str, exp.Expr], *, view: str = "") -> None:
    """Gather the definitions that a tree reads; a name that the query gives to a WITH of its ``own`` is no view."""
    for table in tree.find_all(exp.Table):
        name = table.name.lower()
        if name in own and name in world.views and view:
            raise world.places.refusal("private_alias_twice", table, what=name)
        if table.db or name in needed or name in own:
            continue
        if name == DUPLICATES:
            needed[name] = _duplicates(table, world)
        if name in world.views or name in world.yearly:
            select = world.yearly[name] if name in world.yearly else world.views[name].select
            definition = sqlglot.parse_one(select, dialect=DIALECT)
            place = table.this.meta.get("start") if isinstance(table.this, exp.Identifier) else None
            for node in definition.walk():
                # What is refused inside a view is shown where the query names the view.
                node.meta.clear()
            if place is not None:
                definition.meta["start"] = place
            needed[name] = definition
            _need(definition, world, own, needed, view=name)


def _duplicates(table: exp.Table, world: World) -> exp.Expr:
    """Return the establishments that report twice: none in the years of a project that begins after they stopped."""
    if min(world.project.data.years) <= DUPLICATES_UNTIL:
        raise world.places.refusal("private_view_years", table, year=str(DUPLICATES_UNTIL))
    return sqlglot.parse_one("SELECT CAST(NULL AS VARCHAR) AS ETA_NUM WHERE 1 = 0", dialect=DIALECT)


def _rename_sources(tree: exp.Select, world: World) -> None:
    """Give each source its own name, innermost first, so that no inner name hides an outer one."""
    for number, select in enumerate(reversed(list(tree.find_all(exp.Select)))):
        first = select.args.get("from_")
        nodes = [*([first.this] if first else []), *(join.this for join in select.args.get("joins") or [])]
        names: dict[str, str] = {}
        for place, node in enumerate(nodes):
            alias = node.args.get("alias")
            if alias is None or not node.alias_or_name:
                continue
            if node.alias_or_name in names:
                raise world.places.refusal("private_alias_twice", node, what=node.alias_or_name)
            names[node.alias_or_name] = f"__t{number}_{place}"
        for found in select.find_all(exp.Column):
            if found.table in names:
                found.set("table", exp.to_identifier(names[found.table], quoted=True))
        for node in nodes:
            alias = node.args.get("alias")
            if alias is not None and node.alias_or_name in names:
                alias.set("this", exp.to_identifier(names[node.alias_or_name], quoted=True))
