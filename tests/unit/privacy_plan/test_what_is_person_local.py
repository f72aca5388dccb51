from __future__ import annotations

import duckdb
import pytest

from ecluse_platform.core.refusals import Refusal
from private_queries import ACCEPTED, BENCHMARKS, REFUSED
from private_world import asked_for, create_tables, golden, planned


@pytest.fixture(scope="module")
def empty() -> duckdb.DuckDBPyConnection:
    """Return a database with the project's tables and no row."""
    connection = duckdb.connect()
    create_tables(connection)
    return connection


@pytest.mark.parametrize("sql", ACCEPTED)
def test_a_person_local_query_is_accepted_and_duckdb_can_run_it(empty: duckdb.DuckDBPyConnection, sql: str) -> None:
    """What is accepted becomes SQL with its dimensions, its columns and the owner of each row."""
    query = planned(sql, **asked_for(sql))
    described = empty.execute(f"DESCRIBE {query.inner_sql}").fetchall()
    found = {str(row[0]): str(row[1]) for row in described}
    wanted = {**{dim.column: dim.type for dim in query.dimensions}, **query.columns, "__u": "BIGINT"}
    assert found == wanted


@pytest.mark.parametrize(("code", "sql"), REFUSED)
def test_any_other_query_is_refused_with_its_reason(code: str, sql: str) -> None:
    """Each refusal has its own code, so that what to do next can be said."""
    with pytest.raises(Refusal) as refused:
        planned(sql)
    assert refused.value.code == code


@pytest.mark.parametrize("name", BENCHMARKS)
def test_benchmark_queries_are_accepted_as_written(empty: duckdb.DuckDBPyConnection, name: str) -> None:
    """Seven of the eight questions of the reference are asked as an epidemiologist wrote them."""
    query = planned(golden(name), **asked_for(name))
    empty.execute(query.inner_sql)


def test_the_eighth_benchmark_query_asks_for_a_maximum() -> None:
    """No noise makes a maximum private: it is refused, without its column the query is accepted."""
    with pytest.raises(Refusal) as refused:
        planned(golden("b7"))
    assert refused.value.code == "private_outer_aggregate"
    without = golden("b7").replace(", max(p.PRS_PAI_MNT)/nullif(sum(p.PRS_PAI_MNT),0) part_max", "")
    assert [output.name for output in planned(without).outputs] == ["n", "mnt"]
