"""Cohorts, crossings, full disks, two builds at once: what a permit or a machine does not allow is said, and undone."""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ecluse_platform.core.policy.project import Cohort
from ecluse_platform.extract import ExtractProblem, differences
from ecluse_platform.extract.publish import only_build
from integration.extract.extract_kit import NOW, Extracts, places

PROJECT = "antibio-national"
LATER = NOW + timedelta(hours=1)
SQL = "SELECT BEN_NIR_PSA, BEN_RNG_GEM FROM IR_BEN_R WHERE BEN_SEX_COD = 2 AND BEN_NAI_ANN < '1950'"


def with_data(extracts: Extracts, project: str = PROJECT, **changes: Any) -> Extracts:
    """Return the same extracts with other words in the permit."""
    permit = extracts.bundle.projects[project]
    permit = permit.model_copy(update={"data": permit.data.model_copy(update=changes)})
    return replace(extracts, bundle=replace(extracts.bundle, projects={**extracts.bundle.projects, project: permit}))


def test_a_cohort_by_query_limits_every_table(fresh: Extracts) -> None:
    """Only the persons that the query gives are in any table; lines and details of others are not."""
    cohort = with_data(fresh, cohort=Cohort(persons=None, sql=SQL))
    cohort.build(PROJECT)
    connection = cohort.open(PROJECT)
    expected = connection.execute(f"SELECT count(*) FROM ({SQL.replace('IR_BEN_R', 'src_IR_BEN_R')})").fetchall()[0][0]
    owners = "SELECT count(DISTINCT __u), count(*) - count(__u) FROM {}"
    persons, unknown = connection.execute(owners.format("IR_BEN_R")).fetchall()[0]
    assert 0 < persons <= expected
    assert unknown == 0
    for table in ("ER_PRS_F", "ER_PHA_F"):
        assert (
            connection.execute(
                f"SELECT count(*), count(*) FILTER (__u IN (SELECT __u FROM IR_BEN_R)) FROM {table}"
            ).fetchall()[0]
            == connection.execute(f"SELECT count(*), count(__u) FROM {table}").fetchall()[0]
        )
    sexes = connection.execute("SELECT DISTINCT BEN_SEX_COD FROM IR_BEN_R").fetchall()
    assert sexes == [(2,)]


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_cohort_by_list_is_read_from_the_extractors_folder(fresh: Extracts, ending: str) -> None:
    """A file of persons does the same, and never lies in the policies."""
    fresh.places.cohorts.mkdir(parents=True)
    source = f"'{fresh.places.source}/IR_BEN_R/**/*.parquet'"
    duckdb.sql(
        f"COPY (SELECT BEN_IDT_ANO FROM {source} WHERE BEN_CDI_NIR = '00' ORDER BY 1 LIMIT 200) "
        f"TO '{fresh.places.cohorts}/list.{ending}'"
    )
    cohort = with_data(fresh, cohort=Cohort(persons=f"list.{ending}", sql=None))
    cohort.build(PROJECT)
    persons = cohort.open(PROJECT).execute("SELECT count(DISTINCT __u) FROM IR_BEN_R").fetchall()[0][0]
    assert 180 <= persons <= 200


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        (f"{SQL} ORDER BY 1 LIMIT 1", "fewer than 11 persons"),
        (f"SELECT * FROM ({SQL} ORDER BY 1 LIMIT 1), range(500)", "does not say who"),
        ("SELECT BEN_SEX_COD FROM IR_BEN_R", "does not say who"),
        ("SELECT BEN_IDT_ANO FROM NOWHERE", "cannot be run"),
        ("SELECT content FROM read_text('/etc/passwd')", "cannot be run"),
        ("COPY IR_BEN_R TO '/tmp/stolen.csv'", "not one SELECT"),
        ("SET threads = 1; SELECT BEN_IDT_ANO FROM IR_BEN_R", "not one SELECT"),
        ("SELECT BEN_IDT_ANO FROM IR_BEN_R; DROP VIEW IR_BEN_R", "not one SELECT"),
    ],
)
def test_a_cohort_too_small_or_out_of_bounds_is_refused(fresh: Extracts, sql: str, words: str) -> None:
    """One person, one person many times over, no person, no such table, other files, anything but reading."""
    with pytest.raises(ExtractProblem, match=words) as refused:
        with_data(fresh, cohort=Cohort(persons=None, sql=sql)).build(PROJECT)
    assert "/etc" not in str(refused.value)
    assert not (fresh.places.extracts / PROJECT / "current").exists()


def test_a_list_whose_rank_is_no_number_is_refused_without_quoting_it(fresh: Extracts) -> None:
    """What is wrong is said, not what the line holds."""
    fresh.places.cohorts.mkdir(parents=True)
    (fresh.places.cohorts / "list.csv").write_text("BEN_NIR_PSA,BEN_RNG_GEM\nSECRET,first\n")
    with pytest.raises(ExtractProblem, match="BEN_RNG_GEM that is no number") as refused:
        with_data(fresh, cohort=Cohort(persons="list.csv", sql=None)).build(PROJECT)
    assert "first" not in str(refused.value)


def test_a_missing_list_is_refused_without_a_word_of_other_lists(fresh: Extracts) -> None:
    """The file is named as the permit names it."""
    with pytest.raises(ExtractProblem, match=r"list of persons gone\.csv cannot be read"):
        with_data(fresh, cohort=Cohort(persons="gone.csv", sql=None)).build(PROJECT)


def test_a_region_is_its_departements(fresh: Extracts) -> None:
    """Région 11 grants what its eight départements grant."""
    by_region = with_data(fresh, departments=None, regions=("11",))
    first = by_region.build(PROJECT)
    by_department = with_data(fresh, departments=("75", "77", "78", "91", "92", "93", "94", "95"), regions=None)
    second = by_department.build(PROJECT, LATER)
    assert {n: t.rows for n, t in first.tables.items()} == {n: t.rows for n, t in second.tables.items()}
    with pytest.raises(ExtractProblem, match="not the code of a région"):
        with_data(fresh, regions=("99",)).build(PROJECT)


def granting(extracts: Extracts, *columns: str, **changes: Any) -> Extracts:
    """Return the extracts with further columns of IR_BEN_R granted."""
    tables = extracts.bundle.projects[PROJECT].data.tables
    tables = tuple(
        t.model_copy(update={"columns": (*t.columns, *columns)}) if t.name == "IR_BEN_R" else t for t in tables
    )
    return with_data(extracts, tables=tables, **changes)


def test_potential_identifiers_leave_one_at_a_time(fresh: Extracts) -> None:
    """A second one is refused unless the permit names the crossing; the coarser column is offered."""
    with pytest.raises(ExtractProblem, match="does not name") as unnamed:
        granting(fresh, "BEN_DCD_DTE").build(PROJECT)
    assert "grant BEN_DCD_AME instead of BEN_DCD_DTE" in str(unnamed.value)
    both = ("EXE_SOI_DTD", "BEN_DCD_DTE")
    with pytest.raises(ExtractProblem, match="crosses two potential identifiers, BEN_DCD_DTE and EXE_SOI_DTD"):
        granting(fresh, "BEN_DCD_DTE", potential_identifiers=both).build(PROJECT)
    granting(fresh, "BEN_DCD_DTE", potential_identifiers=both, crossings=(both,)).build(PROJECT)


def test_an_unknown_column_is_refused(fresh: Extracts) -> None:
    """The catalogue does not know it."""
    with pytest.raises(ExtractProblem, match=r"no column IR_BEN_R\.NO_SUCH"):
        granting(fresh, "NO_SUCH").build(PROJECT)


def _with_room(build: Callable[[], object], room: int) -> None:
    """Run in a process that may write no file larger than ``room`` bytes; leave with what the error says."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
    try:
        build()
    except ExtractProblem as problem:
        raise SystemExit(3 if "stays as it was" in str(problem) else 4) from None


@pytest.mark.parametrize("room", [4096, 60_000])
def test_a_full_disk_leaves_the_old_version(fresh: Extracts, room: int) -> None:
    """Files stop growing early or late in the build: a clear error, the old version current and whole, no leftovers."""
    fresh.build("diabete-idf")
    before = fresh.folder("diabete-idf")
    # Without its signature nothing of the old version is taken over, so that there is something to write.
    (before / "manifest.sig").rename(before / "kept")
    process = get_context("fork").Process(
        target=_with_room, args=(lambda: fresh.build("diabete-idf", LATER), room), daemon=True
    )
    process.start()
    process.join(timeout=120)
    (before / "kept").rename(before / "manifest.sig")
    assert process.exitcode == 3
    assert fresh.folder("diabete-idf") == before
    assert differences(before, fresh.public) == ()
    assert sorted(p.name for p in before.parent.iterdir()) == [before.name, "current"]
    assert len(list(fresh.places.journal.iterdir())) == 1


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, of 64 MiB in memory; only root may mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    command = [str(mount), "-t", "tmpfs", "-o", "size=64m", "none", str(folder)]
    if mount is None or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("this user may not mount a tmpfs")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def _fill(disk: Path, room: int) -> None:
    """Leave so many bytes of a disk free."""
    with (disk / "filler").open("wb") as filler, contextlib.suppress(OSError):
        while True:
            filler.write(bytes(1 << 16))
            filler.flush()
    os.truncate(disk / "filler", (disk / "filler").stat().st_size - room)


@pytest.mark.parametrize("room", [0, 1 << 20])
def test_a_disk_that_is_really_full_leaves_the_old_version(fresh: Extracts, disk: Path, room: int) -> None:
    """The same on a file system without space, at once or in the middle of the build."""
    on_disk = replace(fresh, places=places(fresh.places.source, disk))
    on_disk.build("diabete-idf")
    before = on_disk.folder("diabete-idf")
    (before / "manifest.sig").rename(before / "kept")
    _fill(disk, room)
    with pytest.raises(ExtractProblem, match="the published version stays as it was"):
        on_disk.build("diabete-idf", LATER)
    (before / "kept").rename(before / "manifest.sig")
    assert on_disk.folder("diabete-idf") == before
    assert differences(before, on_disk.public) == ()
    assert sorted(p.name for p in before.parent.iterdir()) == [before.name, "current"]
    (disk / "filler").unlink()
    on_disk.build("diabete-idf", LATER)


def test_two_builds_at_once_the_second_is_refused(fresh: Extracts, tmp_path: Path) -> None:
    """The first goes on undisturbed."""
    with only_build(fresh.places.extracts / PROJECT), pytest.raises(ExtractProblem, match="another build of antibio"):
        fresh.build(PROJECT)
    fresh.build(PROJECT)
