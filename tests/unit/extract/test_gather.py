"""Rows gathered from the source by place: the right ones, in the given order, and nothing of any other row."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ecluse_platform.extract.gather import ROW_GROUP, Gathering, together
from ecluse_platform.extract.source import PLACE, SourceFile

ROWS = 2 * ROW_GROUP + 1000
SCHEMA = pa.schema([("who", pa.string()), ("kind", pa.string()), ("amount", pa.int32()), ("rank", pa.int64())])


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> SourceFile:
    """A file of several row groups: persons, a few kinds with some NULL, and the number of each row."""
    path = tmp_path_factory.mktemp("source") / "part.parquet"
    rows = range(ROWS)
    table = pa.table(
        {
            "who": [f"person{i // 5}" for i in rows],
            "kind": [None if i % 11 == 0 else f"kind{i % 7}" for i in rows],
            "amount": pa.array(rows, pa.int32()),
        }
    )
    pq.write_table(table, path, row_group_size=ROW_GROUP)
    names = ("who", "kind", "amount")
    return SourceFile(str(path), {n: n for n in names}, {n: n for n in names})


def gathered(source: SourceFile, places: list[int], to: Path, rename: Callable[[pa.Array], pa.Array]) -> pq.ParquetFile:
    """Write the rows at some places, handed over in small batches as DuckDB does, and open what was written."""
    batches = [
        pa.record_batch(
            {PLACE: pa.array(places[i : i + 1000], pa.int64()), "rank": pa.array(places[i : i + 1000], pa.int64())}
        )
        for i in range(0, len(places), 1000)
    ]
    Gathering((source,), frozenset(), {"who": rename}).write(to, SCHEMA, together(batches))
    return pq.ParquetFile(to, read_dictionary=["kind"])


def hidden(values: pa.Array) -> pa.Array:
    """Rename as an extract does, in a way that a test can undo."""
    return pa.array([f"new{name}" for name in values.to_pylist()])


def test_each_row_keeps_its_values_in_the_order_asked_for(source: SourceFile, tmp_path: Path) -> None:
    """Over several row groups, and whatever the batches that hand the places over."""
    places = np.random.default_rng(1).permutation(ROWS).tolist()
    with gathered(source, places, tmp_path / "all.parquet", hidden) as written:
        assert [written.metadata.row_group(i).num_rows for i in range(3)] == [ROW_GROUP, ROW_GROUP, 1000]
        found = written.read().to_pydict()
    assert found["amount"] == places == found["rank"]
    assert found["who"] == [f"newperson{i // 5}" for i in places]
    assert found["kind"] == [None if i % 11 == 0 else f"kind{i % 7}" for i in places]


def test_dictionaries_hold_the_values_of_their_own_rows_and_no_others(source: SourceFile, tmp_path: Path) -> None:
    """In the order in which the rows show them, which is the project's own."""
    places = [i for i in range(ROWS) if i % 7 in {5, 2} and i % 11] * 2
    with gathered(source, places, tmp_path / "some.parquet", hidden) as written:
        for group in range(written.num_row_groups):
            kinds = written.read_row_group(group, columns=["kind"]).column("kind")
            assert kinds.chunk(0).dictionary.to_pylist() == list(dict.fromkeys(kinds.to_pylist()))


def test_only_values_that_leave_are_looked_up_and_each_once(source: SourceFile, tmp_path: Path) -> None:
    """A value of a row that is not granted has no pseudonym, and needs none."""
    asked: list[str] = []

    def rename(values: pa.Array) -> pa.Array:
        asked.extend(values.to_pylist())
        return hidden(values)

    gathered(source, [9, 7, 8, 1, 2, 500], tmp_path / "few.parquet", rename).close()
    assert sorted(asked) == ["person0", "person1", "person100"]


def test_no_row_makes_an_empty_file_of_the_same_columns(source: SourceFile, tmp_path: Path) -> None:
    """A table of which nothing is granted is still a table."""
    with gathered(source, [], tmp_path / "none.parquet", hidden) as written:
        assert (written.metadata.num_rows, written.schema_arrow.names) == (0, SCHEMA.names)
