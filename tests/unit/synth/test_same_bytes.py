"""Bytes depend on the settings alone: not on the number of processes, nor on the blocks' order of completion."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from hashlib import sha256
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecluse_platform.synth import Progress, Settings, Written, generate
from ecluse_platform.synth import columns as c
from ecluse_platform.synth.assemble import ROW_GROUP, assemble
from ecluse_platform.synth.block import Piece
from ecluse_platform.synth.spill import index_of, keep

SEVERAL = Settings(700, 2021, 2021, 5, block=200)
TINY = Settings(60, 2020, 2020, 7, block=20)
GOLDEN = Path(__file__).with_name("golden_rows.json")
MEASURE = """
import resource, sys
from pathlib import Path
from ecluse_platform.synth import Settings, generate
generate(Settings(int(sys.argv[1]), 2021, 2021, 5, block=400), Path(sys.argv[2]), lambda _: None)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def digests(folder: Path) -> dict[str, str]:
    """Hash every file of a source."""
    return {str(p.relative_to(folder)): sha256(p.read_bytes()).hexdigest() for p in sorted(folder.rglob("*.parquet"))}


def rows_of(folder: Path) -> dict[str, str]:
    """Hash the rows of every table: what is in the files, however the libraries of the day encode it."""
    found = {}
    for table in sorted(p.name for p in folder.iterdir()):
        digest = sha256()
        for file in sorted((folder / table).rglob("*.parquet")):
            digest.update(repr(pq.read_table(file).to_pylist()).encode())
        found[table] = digest.hexdigest()
    return found


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A source of several blocks, made by this process."""
    folder = tmp_path_factory.mktemp("alone")
    generate(SEVERAL, folder, lambda _: None)
    return folder


def test_processes_change_no_byte(tmp_path: Path, alone: Path) -> None:
    """Three processes write what one writes."""
    generate(SEVERAL, tmp_path, lambda _: None, threads=3)
    assert digests(tmp_path) == digests(alone)


def test_nothing_is_left_but_the_tables(alone: Path) -> None:
    """The folder in which everything was made is gone."""
    assert [p for p in alone.iterdir() if p.name.startswith(".")] == []


def test_rows_are_those_written_down(tmp_path: Path) -> None:
    """The rows of a tiny source are those of the golden file, which running this module writes anew."""
    generate(TINY, tmp_path, lambda _: None)
    assert rows_of(tmp_path) == json.loads(GOLDEN.read_text())


def test_progress_goes_from_first_to_last_and_tables_come_once(tmp_path: Path) -> None:
    """Each phase counts from 1 to its total; each table is reported once, with the rows that it has."""
    seen: list[Progress] = []
    tables: list[Written] = []
    generate(TINY, tmp_path, tables.append, progress=seen.append)
    for what in ("persons", "files"):
        steps = [p for p in seen if p.what == what]
        assert [p.done for p in steps] == list(range(1, steps[0].total + 1))
    assert len({w.table for w in tables}) == len(tables)
    for written in tables:
        files = sorted((tmp_path / written.table).rglob("*.parquet"))
        assert sum(pq.read_metadata(file).num_rows for file in files) == written.rows


def test_memory_does_not_grow_with_the_number_of_persons(tmp_path: Path) -> None:
    """Four times the persons take hardly more memory: a block and a row group at a time."""

    def peak(patients: int) -> int:
        command = [sys.executable, "-c", MEASURE, str(patients), str(tmp_path / str(patients))]
        return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)

    assert peak(3200) < 1.25 * peak(800)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.lists(st.tuples(st.integers(600, 602), st.integers(0, 9), st.booleans()), max_size=12),
        min_size=1,
        max_size=5,
    )
)
def test_no_row_is_lost_between_blocks_and_files(blocks: list[list[tuple[int, int, bool]]]) -> None:
    """Whatever the blocks hold, each partition's file has its rows: in block order, those to be put last at the end."""
    with tempfile.TemporaryDirectory() as scratch:
        spill, out = Path(scratch, "spill"), Path(scratch, "out")
        spill.mkdir()
        made = []
        for number, block in enumerate(blocks):
            rows = sorted(block, key=lambda row: row[0])
            months = np.array([row[0] for row in rows], dtype=np.int64)
            piece = Piece(
                "ER_BIO_F",
                {"BIO_ACT_QSN": c.integer(np.array([row[1] for row in rows], dtype=np.int64))},
                months,
                np.array([row[2] for row in rows], dtype=np.bool_),
            )
            made += keep(spill, number, 0, piece)
        for (_, month), group in index_of(iter(made)).items():
            assemble(spill, out, group)
            ordered = [
                [
                    row
                    for block in blocks
                    for row in sorted(block, key=lambda r: r[0])
                    if row[0] == month and row[2] is last
                ]
                for last in (False, True)
            ]
            (file,) = (out / "ER_BIO_F").glob(f"flx_month={1970 + month // 12:04d}-{month % 12 + 1:02d}/*.parquet")
            assert pq.read_table(file)["BIO_ACT_QSN"].to_pylist() == [row[1] for row in ordered[0] + ordered[1]]


def test_row_groups_are_full_whatever_the_blocks(tmp_path: Path) -> None:
    """Pieces smaller than a row group are joined, larger ones are cut."""
    sizes = (ROW_GROUP // 2, ROW_GROUP * 2, 10)
    made = []
    for number, size in enumerate(sizes):
        piece = Piece("ER_BIO_F", {"BIO_ACT_QSN": c.integer(np.arange(size))}, np.full(size, 600, dtype=np.int64))
        made += keep(tmp_path, number, 0, piece)
    assert assemble(tmp_path, tmp_path / "out", made) == sum(sizes)
    (file,) = (tmp_path / "out").rglob("*.parquet")
    metadata = pq.read_metadata(file)
    groups = [metadata.row_group(i).num_rows for i in range(metadata.num_row_groups)]
    assert groups == [ROW_GROUP, ROW_GROUP, ROW_GROUP // 2 + 10]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.sampled_from([None, "a", "b", "ç"]), min_size=1, max_size=8), st.data())
def test_words_are_written_once(words: list[str | None], data: st.DataObject) -> None:
    """A column of words says each once in its dictionary, whatever the list, and reads as the words themselves."""
    codes = data.draw(st.lists(st.integers(0, len(words) - 1), max_size=20))
    column = c.text(np.array(codes, dtype=np.int64), words)
    assert column.to_pylist() == [words[code] for code in codes]
    dictionary = column.dictionary.to_pylist()
    assert len(dictionary) == len(set(dictionary))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        generate(TINY, Path(folder), lambda _: None)
        GOLDEN.write_text(json.dumps(rows_of(Path(folder)), indent=1) + "\n")
