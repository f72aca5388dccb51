"""ROLLUP, CUBE and GROUPING SETS outside: only the finest is asked of the data, the others are sums of its cells."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from sqlglot import exp

from ecluse_platform.core.disclosure.queries.totals import Shown, Totals, asks_for_totals, in_order, written
from ecluse_platform.core.policy.privacy import Margins, PrivacyProfile
from ecluse_platform.core.privacy.margins import adds_up
from ecluse_platform.core.privacy.plan.measures import is_aggregate
from ecluse_platform.core.privacy.plan.outer import Outer
from ecluse_platform.core.privacy.plan.world import World
from ecluse_platform.core.privacy.query import Dimension, Output, OutputKind
from ecluse_platform.core.refusals import Refusal

Groupings = tuple[tuple[bool, ...], ...]
_NAMES = "ROLLUP, CUBE, GROUPING SETS"


def taken_out(tree: exp.Select, profile: PrivacyProfile, world: World) -> tuple[Shown, ...] | None:
    """Leave a plain GROUP BY of all that is grouped by, and return the sets that were written, as positions in it.

    None where the query asks for its cells alone. What is read, noised and charged is then the plain query.
    """
    group = tree.args.get("group")
    if group is None or not asks_for_totals(group):
        return None
    if profile.margins is Margins.NONE:
        raise world.places.refusal("private_outer_margins", group, what=_NAMES)
    if group.args.get("all"):
        raise world.places.refusal("sql_set_twice", group)
    grouped: dict[str, exp.Expr] = {}

    def position(node: exp.Expr) -> int:
        bare = node.unnest()
        grouped.setdefault(written(bare), bare)
        return list(grouped).index(written(bare))

    # Every set has one row at least.
    sets = Totals(position, world.places).sets(
        group, everything=Shown(), most=profile.most_cells, too_many=lambda found: _too_many(found, profile)
    )
    tree.set("group", exp.Group(expressions=[node.copy() for node in grouped.values()]) if grouped else None)
    return tuple(sets)


def finest_only(query: exp.Select, sets: tuple[Shown, ...] | None) -> list[frozenset[str]] | None:
    """Write GROUP BY in the order of SELECT, and return the sets by the text of what they group by.

    Names and positions are written out by now. A question is the same, and paid once, however it was grouped.
    """
    group = query.args.get("group")
    if group is None:
        return None if sets is None else [frozenset() for _ in sets]
    shown = [node.unalias() for node in query.expressions if not is_aggregate(node.unalias())]
    nodes = shown if group.args.get("all") else group.expressions
    texts = [written(node) for node in nodes]
    order = {text: place for place, text in enumerate(map(written, shown))}
    once = {text: node.copy() for text, node in zip(texts, nodes, strict=True)}
    ordered = [once[text] for text in sorted(once, key=lambda text: order.get(text, len(order)))]
    query.set("group", exp.Group(expressions=ordered) if ordered else None)
    return None if sets is None else [frozenset(texts[at] for at in one) for one in sets]


def groupings(query: exp.Select, sets: list[frozenset[str]] | None, split: Outer, world: World) -> Groupings:
    """Return what is shown, the finest first; nothing where it is the cells alone."""
    if sets is None:
        return ()
    names = [written(one.node.unalias()) for one in split.dimensions]
    found = [Shown(names.index(text) for text in one) for one in sets]
    if len(set(found)) != len(found):
        raise world.places.refusal("sql_set_twice", query.args.get("group") or "GROUP BY")
    everything = Shown(range(len(names)))
    return () if found == [everything] else in_order(found, len(names))


def check(
    shown: Groupings,
    outputs: Sequence[Output],
    dimensions: Sequence[Dimension],
    cells: int,
    split: Outer,
    profile: PrivacyProfile,
    world: World,
) -> None:
    """Refuse margins of what does not add up over cells, and more rows than an answer may have."""
    if not shown:
        return
    for output in outputs:
        if not adds_up(output.kind, cells):
            node = next(one.node for _, one in split.measures if one.name == output.name)
            code = "private_margin_persons" if output.kind is OutputKind.PERSONS else "private_margin_not_additive"
            raise world.places.refusal(code, node, what=output.name)
    keys = [dimension.keys for dimension in dimensions]
    if None not in keys:
        sizes = [len(known or ()) for known in keys]
        rows = sum(prod(n for n, held in zip(sizes, one, strict=True) if held) for one in shown)
        if rows > profile.most_cells:
            raise _too_many(rows, profile)


def _too_many(rows: int, profile: PrivacyProfile) -> Refusal:
    return Refusal("private_too_many_cells", {"cells": str(rows), "most": str(profile.most_cells)})
