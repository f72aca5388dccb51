# SQL is the subject of these tests, not something they run on data.
"""Queries over the small world that must be refused."""

from __future__ import annotations

import pytest

import small_world
from ecluse_platform.core.disclosure.queries.plan import plan_query
from ecluse_platform.core.refusals import Refusal

# The year of an invented date is whatever a CASE over several columns decides.
HIDDEN_CASE = "year(CAST(CASE WHEN NAT = 1 THEN '2001-01-01' WHEN SPE = 1 THEN '2002-01-01' END AS DATE))"


def refusal_of(sql: str) -> Refusal:
    """Plan a query that must be refused."""
    with pytest.raises(Refusal) as caught:
        plan_query(small_world.catalogue(), small_world.project(), small_world.profile(), sql, small_world.LONGEST_SQL)
    return caught.value
