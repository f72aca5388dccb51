"""A generation that does not end leaves what was there, and what it did not make it does not touch."""

from __future__ import annotations

import errno
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from ecluse_platform.cli.synth import synth
from ecluse_platform.synth import NotOurs, Progress, Settings, generate
from ecluse_platform.synth.settings import MOST_PATIENTS

SMALL = Settings(30, 2021, 2021, 1)


def contents(folder: Path) -> dict[str, bytes]:
    """Read every file below a folder."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def failing(error: BaseException) -> Callable[..., int]:
    """Return a stand-in for the writing of a file that fails."""

    def fail(*_: object) -> int:
        raise error

    return fail


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()])
def test_an_interrupted_generation_leaves_the_earlier_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    """A full disk or Ctrl-C half way: the tables of before are there, byte for byte, and nothing else."""
    generate(SMALL, tmp_path, lambda _: None)
    before = contents(tmp_path)
    monkeypatch.setattr(import_module("ecluse_platform.synth.generate"), "assemble", failing(error))
    with pytest.raises(type(error)):
        generate(Settings(40, 2021, 2021, 2), tmp_path, lambda _: None)
    assert contents(tmp_path) == before


@pytest.mark.parametrize("earlier", [True, False])
def test_tables_take_their_places_all_or_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, earlier: bool
) -> None:
    """When one table cannot be put in its place, those already there go back to what they were, or away."""
    if earlier:
        generate(SMALL, tmp_path, lambda _: None)
    before = contents(tmp_path)
    rename, done = Path.rename, []

    def failing_later(self: Path, target: Path) -> Path:
        done.append(target)
        if len(done) == 15:
            raise OSError(errno.EIO, "Input/output error")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", failing_later)
    with pytest.raises(OSError, match="Input/output"):
        generate(Settings(40, 2021, 2021, 2), tmp_path, lambda _: None)
    assert contents(tmp_path) == before


def test_tables_that_it_does_not_make_stay(tmp_path: Path) -> None:
    """Somebody's own table beside the synthetic ones is not touched; a table made earlier is replaced as a whole."""
    (tmp_path / "MY_TABLE").mkdir()
    (tmp_path / "MY_TABLE" / "data.parquet").write_bytes(b"mine")
    generate(Settings(30, 2020, 2021, 1), tmp_path, lambda _: None)
    generate(SMALL, tmp_path, lambda _: None)
    assert (tmp_path / "MY_TABLE" / "data.parquet").read_bytes() == b"mine"
    assert [p.name for p in sorted((tmp_path / "T_MCO_E").iterdir())] == ["annee=2021"]


@pytest.mark.parametrize("name", ["part-0000.parquet", "notes.txt"])
def test_tables_that_nobody_generated_are_not_written_over(tmp_path: Path, name: str) -> None:
    """A table of the same name that no generation made is somebody's data: refused by name, and left alone."""
    generate(SMALL, tmp_path, lambda _: None)
    theirs = tmp_path / "IR_BEN_R" / name
    pq.write_table(pa.table({"BEN_NIR_PSA": ["real"]}), theirs)
    before = contents(tmp_path)
    with pytest.raises(NotOurs, match="IR_BEN_R"):
        generate(SMALL, tmp_path, lambda _: None)
    assert contents(tmp_path) == before
    told = CliRunner().invoke(synth, ["--patients", "30", "--years", "2021", "--out", str(tmp_path)])
    assert told.exit_code == 2
    assert "was not made by `ecluse synth`" in told.stderr


def test_two_generations_do_not_share_a_folder(tmp_path: Path) -> None:
    """The second is refused while the first writes, and can have the folder afterwards."""
    refused = []

    def again(_: Progress) -> None:
        with pytest.raises(NotOurs, match="Another"):
            generate(SMALL, tmp_path, lambda _: None)
        refused.append(True)

    generate(SMALL, tmp_path, lambda _: None, progress=again)
    assert refused
    generate(SMALL, tmp_path, lambda _: None)


def test_what_a_killed_generation_left_is_removed(tmp_path: Path) -> None:
    """A folder of an earlier, killed generation does not stay for ever."""
    (tmp_path / ".making-old" / "spill").mkdir(parents=True)
    generate(SMALL, tmp_path, lambda _: None)
    assert [p for p in tmp_path.iterdir() if p.name.startswith(".")] == []


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "The disk is full"),
        (PermissionError(errno.EACCES, "Permission denied"), "could not be written: Permission denied"),
        (KeyboardInterrupt(), "Interrupted"),
    ],
)
def test_the_command_says_what_happened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, words: str
) -> None:
    """Each way of not ending has its own words, and the exit code of bad input."""
    monkeypatch.setattr(import_module("ecluse_platform.synth.generate"), "assemble", failing(error))
    told = CliRunner().invoke(synth, ["--patients", "30", "--years", "2021", "--threads", "1", "--out", str(tmp_path)])
    assert told.exit_code == 2
    assert words in told.stderr


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    """The folder to write to cannot be a file."""
    (tmp_path / "source").write_text("a file")
    told = CliRunner().invoke(synth, ["--patients", "30", "--years", "2021", "--out", str(tmp_path / "source")])
    assert told.exit_code == 2
    assert "Choose another folder" in told.stderr


def test_off_a_terminal_progress_is_plain_lines(tmp_path: Path) -> None:
    """Without a terminal there is no bar: lines, without control characters."""
    told = CliRunner().invoke(synth, ["--patients", "30", "--years", "2021", "--threads", "1", "--out", str(tmp_path)])
    assert told.exit_code == 0
    assert "persons: 1 of 1" in told.stderr
    assert "ER_PRS_F: " in told.stderr
    assert "\r" not in told.stderr


def test_more_persons_than_numbers_is_refused() -> None:
    """Statements have nine digits: more persons than that could tell apart are refused at once."""
    with pytest.raises(ValueError, match="at most"):
        Settings(MOST_PATIENTS + 1, 2021, 2021, 1)


def test_blocks_hold_all_persons() -> None:
    """A last block of few persons joins the one before it, and nobody is lost."""
    for patients in (10, 199, 200, 201, 399, 400, 1001):
        chosen = Settings(patients, 2021, 2021, 1, block=200)
        sizes = [chosen.persons_of(block) for block in range(chosen.blocks)]
        assert sum(sizes) == patients
        assert max(sizes) < 2 * 200 or chosen.blocks == 1
