"""The planner: from SQL to a query of which one person changes a bounded amount, or a refusal with the way forward.

It reads the text, the catalogue and the permit, never the data: planning tells nothing and costs nothing.
"""

from __future__ import annotations

from decimal import Decimal

from sqlglot import exp

from ecluse_platform.core.disclosure.queries.parsing import DIALECT, parse_one
from ecluse_platform.core.policy.catalogue import Catalogue
from ecluse_platform.core.policy.privacy import PrivacyProfile
from ecluse_platform.core.policy.project import Project
from ecluse_platform.core.privacy.ask import PrivacyAsk
from ecluse_platform.core.privacy.plan import asking, contributions, dimensions, margins, outer, reading, vectors
from ecluse_platform.core.privacy.plan.calculus import Calculus
from ecluse_platform.core.privacy.plan.relation import OWNER, Relation
from ecluse_platform.core.privacy.plan.world import World
from ecluse_platform.core.privacy.query import Combine, Dimension, PrivateQuery
from ecluse_platform.core.refusals import Refusal

__all__ = ["plan_private"]

_PER_PERSON = frozenset({Combine.ANY, Combine.NONE})


def plan_private(
    catalogue: Catalogue, project: Project, profile: PrivacyProfile, sql: str, sql_characters: int, ask: PrivacyAsk
) -> PrivateQuery:
    """Return what a question is once it is proven to be person-local and bounded; refuse any other."""
    asking.check(ask, profile)
    tree, places = parse_one(sql, sql_characters)
    world = World(catalogue, project, places)
    if not isinstance(tree, exp.Select):
        raise places.refusal("private_not_select", places.start, what=places.first_word)
    reading.check_names(tree, world)
    names = outer.check_before(tree, world)
    written = margins.taken_out(tree, profile, world)
    query = reading.qualified(reading.with_views(tree, world), world)
    sets = margins.finest_only(query, written)
    canonical = query.sql(dialect=DIALECT, pretty=True, comments=False)
    split = outer.take_apart(query, names, world)
    calculus = Calculus(world)
    relation = calculus.query(split.inner)
    if not relation.private:
        raise places.refusal("private_nothing_private", places.start)
    asking.check_names(ask, [one.name for one in split.dimensions], [one.name for _, one in split.measures])
    built = vectors.Built()
    for number, one in split.measures:
        vectors.add(built, number, one, relation, ask, world)
    dims = _dimensions(split, relation, ask, world)
    contributions.check_size(dims, profile)
    rows_count = any(vector.combine not in _PER_PERSON for vector in built.vectors)
    bounds = contributions.contribution(relation, dims, ask, profile, rows_count=rows_count)
    counted = vectors.counted(built, bounds.rows)
    groupings = margins.groupings(query, sets, split, world)
    margins.check(groupings, built.outputs, dims, bounds.cells, split, profile, world)
    contributions.check_sums(tuple(built.vectors), bounds.rows, profile)
    return PrivateQuery(
        accounting=profile.accounting,
        epsilon=ask.epsilon,
        delta=_delta(dims, ask),
        tables=tuple(sorted(calculus.tables)),
        canonical_sql=canonical,
        inner_sql=_inner_sql(split, dims, built, relation),
        dimensions=dims,
        columns=built.columns,
        cells=bounds.cells,
        rows=bounds.rows,
        vectors=tuple(built.vectors),
        measurements=tuple(built.measurements),
        outputs=tuple(built.outputs),
        counted=counted,
        clipped_percent=profile.clipped_percent if built.clamped or not bounds.proven else 0,
        groupings=groupings,
    )


def _dimensions(split: outer.Outer, relation: Relation, ask: PrivacyAsk, world: World) -> tuple[Dimension, ...]:
    return tuple(
        dimensions.dimension_of(one, relation.columns[one.dimension or ""], ask.keys, world) for one in split.dimensions
    )


def _delta(dims: tuple[Dimension, ...], ask: PrivacyAsk) -> Decimal:
    """Return what unknown keys may cost; nothing where every key is known."""
    unknown = [dim.name for dim in dims if dim.keys is None]
    if not unknown:
        return Decimal(0)
    if ask.delta is None:
        raise Refusal("private_keys_missing", {"what": ", ".join(unknown)})
    return ask.delta


def _inner_sql(split: outer.Outer, dims: tuple[Dimension, ...], built: vectors.Built, relation: Relation) -> str:
    columns = [dimensions.column_sql(dim.column, dim, relation.columns[dim.column]) for dim in dims]
    columns += built.selected.values()
    rows = split.inner.sql(dialect=DIALECT, comments=False)
    shown = ", ".join([*columns, f'"{OWNER}"'])
    return f'SELECT {shown} FROM ({rows}) AS "__q" WHERE "{OWNER}" IS NOT NULL'  # noqa: S608 - from a checked tree
