"""Versions: switched to in one step, one build at a time, the old one kept, leftovers removed."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecluse_platform.extract.problems import ExtractProblem
from ecluse_platform.extract.publish import current_version, only_build, publish, unfinished_version


def build(project: Path, version: str) -> None:
    """Publish a version with one file."""
    with only_build(project), unfinished_version(project) as folder:
        (folder / "T").mkdir()
        (folder / "T" / "part.parquet").write_text(version)
        publish(folder, version)


VERSIONS = [f"2026112{n}T120000Z-0000000{n}" for n in range(1, 5)]


def test_the_current_version_is_the_last_published_and_the_one_before_is_kept(tmp_path: Path) -> None:
    """Running workspaces still have the previous version mounted; older ones go."""
    for version in VERSIONS:
        build(tmp_path / "p", version)
    assert current_version(tmp_path / "p") == tmp_path / "p" / VERSIONS[-1]
    assert sorted(p.name for p in (tmp_path / "p").iterdir()) == [*VERSIONS[-2:], "current"]


def test_published_files_can_be_read_by_all(tmp_path: Path) -> None:
    """Another uid mounts them: folders 0755, files 0644."""
    build(tmp_path / "p", VERSIONS[0])
    modes = {p.name: oct(p.stat().st_mode & 0o777) for p in (tmp_path / "p").rglob("*")}
    assert modes == {VERSIONS[0]: "0o755", "T": "0o755", "part.parquet": "0o644", "current": "0o644"}


def test_an_interrupted_build_leaves_the_old_version(tmp_path: Path) -> None:
    """Whatever stops a build, the published version stays, and nothing of the new one does."""
    build(tmp_path / "p", VERSIONS[0])

    def interrupted() -> None:
        with only_build(tmp_path / "p"), unfinished_version(tmp_path / "p") as folder:
            (folder / "half").write_text("")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert current_version(tmp_path / "p") == tmp_path / "p" / VERSIONS[0]
    assert not list((tmp_path / "p").glob(".building-*"))


def test_what_a_killed_build_left_is_removed_by_the_next(tmp_path: Path) -> None:
    """A build that was killed could not clean up after itself."""
    (tmp_path / "p" / ".building-x" / "T").mkdir(parents=True)
    build(tmp_path / "p", VERSIONS[0])
    assert not list((tmp_path / "p").glob(".building-*"))


def test_a_second_build_at_the_same_time_is_refused(tmp_path: Path) -> None:
    """Two builds never write at once; the first goes on undisturbed."""
    with only_build(tmp_path / "p"), pytest.raises(ExtractProblem, match="another build of p"):
        build(tmp_path / "p", VERSIONS[0])
    build(tmp_path / "p", VERSIONS[0])


def test_a_pointer_to_anything_but_a_version_is_refused(tmp_path: Path) -> None:
    """`current` never leads out of the project's folder."""
    (tmp_path / "current").write_text("../other/20261121T120000Z-00000001")
    with pytest.raises(ExtractProblem, match="names no version"):
        current_version(tmp_path)
    assert current_version(tmp_path / "absent") is None
