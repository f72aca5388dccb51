"""The rows of a private query as its author wrote it, before any owner was threaded through: what it must mean."""

from __future__ import annotations

import re

from ecluse_platform.core.disclosure.queries.parsing import parse_one
from ecluse_platform.core.privacy.plan import margins, outer, reading
from ecluse_platform.core.privacy.plan.world import World
from ecluse_platform.core.privacy.query import PrivateQuery
from private_world import PROJECT, policies

# Ties are broken otherwise in what is run than in what was written: both are right.
_TIED = re.compile(r"row_number|ntile|lag\(|lead\(|first_value|last_value|nth_value|rows ", re.IGNORECASE)


def as_written(sql: str, query: PrivateQuery) -> str | None:
    """Return SQL for the rows that the text itself means, in the types of the planned query; None with ties."""
    if _TIED.search(sql):
        return None
    held = policies()
    tree, places = parse_one(sql, 20_000)
    world = World(held.catalogue, held.projects[PROJECT], places)
    names = outer.check_before(tree, world)
    sets = margins.taken_out(tree, held.privacy["snds"], world)
    whole = reading.qualified(reading.with_views(tree, world), world)
    margins.finest_only(whole, sets)
    split = outer.take_apart(whole, names, world)
    shown = query.inner_sql.split('"__u" FROM (', 1)[0].rstrip().removesuffix(",")
    if shown == "SELECT":
        split.inner.select("1", copy=False)
        shown = "SELECT 1"
    return f"{shown} FROM ({split.inner.sql(dialect='duckdb')}) AS q"
