"""Bad input: a clear error, and the published version stays as it was."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from ecluse_platform.core.refusals import Refusal
from ecluse_platform.extract import ExtractProblem, build_extract, current_version, differences
from integration.extract.extract_kit import SECRETS, Extracts

LATER = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)


def damage(damaged: Path, change: Callable[[Path], None]) -> None:
    """Change the one file of IR_BEN_R."""
    change(next((damaged / "IR_BEN_R").glob("*.parquet")))


def rewrite(file: Path, select: str) -> None:
    """Write a Parquet file again with other columns."""
    other = file.with_suffix(".other")
    duckdb.sql(f"COPY (SELECT {select} FROM '{file}') TO '{other}' (FORMAT parquet)")
    other.replace(file)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda f: f.unlink(), "no Parquet file for IR_BEN_R"),
        (lambda f: f.write_bytes(f.read_bytes()[:-200]), "not a complete Parquet file"),
        (lambda f: rewrite(f, "* EXCLUDE BEN_SEX_COD"), "no column BEN_SEX_COD"),
        (lambda f: rewrite(f, "* REPLACE (BEN_SEX_COD::VARCHAR AS BEN_SEX_COD)"), "BEN_SEX_COD is VARCHAR"),
    ],
    ids=["missing", "truncated", "column missing", "column of another type"],
)
def test_a_damaged_source_changes_nothing(
    fresh: Extracts, tmp_path: Path, change: Callable[[Path], None], words: str
) -> None:
    """Missing file, truncated file, missing column, other type: said by name, old version untouched."""
    fresh.build("diabete-idf")
    before = fresh.folder("diabete-idf")
    damaged = tmp_path / "damaged"
    shutil.copytree(fresh.places.source, damaged)
    damage(damaged, change)
    with pytest.raises(ExtractProblem, match=words):
        replace(fresh, places=replace(fresh.places, source=damaged)).build("diabete-idf", LATER)
    assert fresh.folder("diabete-idf") == before
    assert differences(before, fresh.public) == ()
    assert not list(before.parent.glob(".building-*"))


@pytest.mark.parametrize("place", ["ER_PRS_F/flx_month=2022-06", "ER_PHA_F/flx_month=2022-06", "IR_PHA_R"])
def test_a_file_damaged_in_the_middle_is_found_by_its_partition(fresh: Extracts, tmp_path: Path, place: str) -> None:
    """What a file says of itself is right, its rows cannot be read: the old version stays, the partition is named."""
    fresh.build("diabete-idf")
    before = fresh.folder("diabete-idf")
    damaged = tmp_path / "damaged"
    shutil.copytree(fresh.places.source, damaged)
    file = damaged / place / "part-0000.parquet"
    content = file.read_bytes()
    file.write_bytes(content[:8] + bytes(len(content) // 2) + content[8 + len(content) // 2 :])
    with pytest.raises(ExtractProblem, match=rf"stopped at {place} \(\w+\); the published version stays as it was"):
        replace(fresh, places=replace(fresh.places, source=damaged)).build("diabete-idf", LATER)
    assert fresh.folder("diabete-idf") == before
    assert differences(before, fresh.public) == ()


@pytest.mark.parametrize(
    "lost", [("ER_PHA_F/flx_month=2022-06",), ("ER_PHA_F/flx_month=2022-06", "ER_PRS_F/flx_month=2022-06")]
)
def test_a_month_that_the_source_lost_changes_nothing(fresh: Extracts, tmp_path: Path, lost: tuple[str, ...]) -> None:
    """A partition of which the published version was made is gone: said by name, unless the operator accepts it."""
    before_rows = fresh.build("diabete-idf").tables["ER_PHA_F"].rows
    before = fresh.folder("diabete-idf")
    smaller = tmp_path / "smaller"
    shutil.copytree(fresh.places.source, smaller)
    for partition in lost:
        shutil.rmtree(smaller / partition)
    extracts = replace(fresh, places=replace(fresh.places, source=smaller))
    with pytest.raises(ExtractProblem, match=f"lost {', '.join(lost)}, of which"):
        extracts.build("diabete-idf", LATER)
    assert fresh.folder("diabete-idf") == before
    assert differences(before, fresh.public) == ()
    after = build_extract(
        fresh.bundle, "diabete-idf", extracts.places, SECRETS, "operator1", LATER, lambda _: None, accept_lost=True
    )
    assert 0 < after.tables["ER_PHA_F"].rows < before_rows
    # What was accepted once is not asked for again.
    extracts.build("diabete-idf", LATER + timedelta(hours=1))


def test_granted_years_that_the_source_lacks_are_told(fresh: Extracts) -> None:
    """A permit may grant years to come: they are no error, and the operator learns of each."""
    project = fresh.bundle.projects["diabete-idf"]
    data = project.data.model_copy(update={"years": (2022, 2023, 2031)})
    projects = {**fresh.bundle.projects, "diabete-idf": project.model_copy(update={"data": data})}
    steps: list[str] = []
    granting = replace(fresh, bundle=replace(fresh.bundle, projects=projects))
    granting.build("diabete-idf", report=lambda step: steps.append(step.what))
    assert [step for step in steps if "nothing of" in step] == ["the source has nothing of 2031 in ER_PRS_F, ER_PHA_F"]


def test_a_build_interrupted_at_any_step_leaves_the_old_version(fresh: Extracts) -> None:
    """Stopped after each step in turn: the old version is still current and intact."""
    fresh.build("diabete-idf")
    before = fresh.folder("diabete-idf")
    for stop_after in range(10):
        steps: list[object] = []

        def stop(step: object, steps: list[object] = steps, last: int = stop_after) -> None:
            steps.append(step)
            if len(steps) > last:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            fresh.build("diabete-idf", LATER, stop)
        assert fresh.folder("diabete-idf") == before
        assert differences(before, fresh.public) == ()


@pytest.mark.parametrize(
    ("day", "code"), [(date(2031, 1, 1), "permit_expired"), (date(2020, 1, 1), "permit_not_started")]
)
def test_outside_the_permits_dates_nothing_is_built(fresh: Extracts, day: date, code: str) -> None:
    """An expired or future permit refuses, before any data is read."""
    now = datetime(day.year, day.month, day.day, tzinfo=UTC)
    with pytest.raises(Refusal) as refused:
        fresh.build("diabete-idf", now)
    assert refused.value.code == code
    assert not fresh.places.extracts.exists()


def test_an_unknown_project_is_refused(fresh: Extracts) -> None:
    """Nothing is made for an id that no permit has, whatever characters are in it."""
    for project in ("nobody", "../diabete-idf"):
        with pytest.raises(Refusal, match="unknown_project"):
            fresh.build(project)


def test_a_rebuild_becomes_current_and_keeps_pseudonyms(fresh: Extracts) -> None:
    """Same source, same key: a new version with the same tables, byte for byte."""
    fresh.build("diabete-idf")
    first = fresh.folder("diabete-idf")
    fresh.build("diabete-idf", LATER)
    second = fresh.folder("diabete-idf")
    assert first != second
    for file in first.rglob("*.parquet"):
        assert file.read_bytes() == (second / file.relative_to(first)).read_bytes()


def flip(file: Path, position: int) -> None:
    """Change one bit."""
    content = bytearray(file.read_bytes())
    content[position] ^= 1
    file.write_bytes(content)


def test_verify_names_what_changed(fresh: Extracts) -> None:
    """One flipped bit, a missing file, an extra file, a changed manifest: each is named."""
    fresh.build("diabete-idf")
    folder = fresh.folder("diabete-idf")
    assert differences(folder, fresh.public) == ()
    lines = max((folder / "ER_PRS_F").rglob("*.parquet"))
    shown = lines.relative_to(folder).as_posix()
    flip(lines, lines.stat().st_size // 2)
    assert differences(folder, fresh.public) == (f"{shown}: changed",)
    lines.unlink()
    (folder / "ER_PRS_F" / "more.parquet").write_bytes(b"")
    assert differences(folder, fresh.public) == (
        f"{shown}: missing",
        "ER_PRS_F/more.parquet: not in the manifest",
    )
    flip(folder / "snds.duckdb", 5000)
    assert "snds.duckdb: changed" in differences(folder, fresh.public)


def test_verify_sees_any_changed_byte_of_the_manifest(fresh: Extracts) -> None:
    """The version's name holds the manifest's hash, so the list itself cannot change unseen."""
    fresh.build("antibio-national")
    folder = fresh.folder("antibio-national")
    manifest = folder / "manifest.json"
    content = manifest.read_text()
    for old, new in (('"rows": ', '"rows": 1'), ("\n", "\n\n"), ('"unowned_rows": ', '"unowned_rows":  ')):
        manifest.write_text(content.replace(old, new, 1))
        assert any(found.startswith("manifest.json") for found in differences(folder, fresh.public)), old
    manifest.write_text(content)
    assert differences(folder, fresh.public) == ()
    assert current_version(folder.parent) == folder
