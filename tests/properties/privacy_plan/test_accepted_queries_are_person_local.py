from __future__ import annotations

import pytest

from ecluse_platform.core.refusals import Refusal
from private_generator import Writer
from private_queries import ACCEPTED, BENCHMARKS
from private_rows import Database, problems
from private_world import asked_for, golden, planned
from private_written import as_written

# Even numbers: keys are true, with twins; odd ones: keys are broken, with NULL keys and owners.
GENERATED = 120


@pytest.fixture(scope="module", params=range(2), ids=lambda seed: f"{'broken' if seed % 2 else 'clean'} {seed}")
def database(request: pytest.FixtureRequest) -> Database:
    """Return a small database whose keys are true, or broken."""
    return Database(request.param, broken=request.param % 2 == 1)


def wrong(database: Database, sql: str, given: dict[str, object]) -> list[str]:
    """Return what does not hold of a query that the planner accepts."""
    query = planned(sql, **given)
    return problems(database, query, as_written(sql, query))


def test_one_person_changes_only_their_own_rows(database: Database) -> None:
    """Each hand-written query: it runs, is free of order, loses exactly a person's rows, and means what was written."""
    assert {sql: found for sql in ACCEPTED if (found := wrong(database, sql, asked_for(sql)))} == {}


def test_so_do_the_benchmark_queries(database: Database) -> None:
    """The questions of the reference, through the quality filters and over up to nine tables."""
    queries = {name: golden(name) for name in BENCHMARKS}
    assert {name: found for name, sql in queries.items() if (found := wrong(database, sql, asked_for(name)))} == {}


def test_so_does_whatever_is_accepted_of_random_queries(database: Database) -> None:
    """Nothing that is put together at random and accepted shows another person's absence."""
    accepted = 0
    bad: dict[str, list[str]] = {}
    for seed in range(GENERATED):
        sql = Writer(seed).query()
        try:
            found = wrong(database, sql, {})
        except Refusal:
            continue
        accepted += 1
        if found:
            bad[sql] = found
    assert bad == {}
    assert accepted > GENERATED // 8
