from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from ecluse_platform.policyfiles.reading import LARGEST_FILE
from policy_folder import PolicyFolder


@pytest.mark.parametrize(
    "name",
    ["platform.yml", "catalogue/autre.yaml", "projects/diabete.yml", "projects/Diabete.yaml", "disclosure/notes.txt"],
)
def test_an_unknown_file_is_refused(folder: PolicyFolder, name: str) -> None:
    """A file that would not be read is named: its author believes that it holds."""
    folder.write(name, "")
    assert [(problem.file, "unknown file" in problem.message) for problem in folder.problems()] == [(name, True)]


@pytest.mark.parametrize("name", ["secrecy", "projects/2026"])
def test_an_unknown_folder_is_refused(folder: PolicyFolder, name: str) -> None:
    """So is a folder."""
    (folder.path / name).mkdir()
    assert [problem.file for problem in folder.problems()] == [name]


@pytest.mark.parametrize("name", [".platform.yaml.swp", "projects/.#diabete-idf.yaml", "platform.yaml~"])
def test_what_an_editor_leaves_behind_is_not_read(folder: PolicyFolder, name: str) -> None:
    """A person at work on a policy does not stop the platform."""
    folder.write(name, "neither read nor refused")
    assert folder.problems() == ()


def test_a_symbolic_link_is_refused(folder: PolicyFolder, tmp_path: Path) -> None:
    """A policy cannot stand outside the folder, where its digest would not protect it."""
    target = tmp_path / "elsewhere.yaml"
    shutil.move(folder.path / "platform.yaml", target)
    (folder.path / "platform.yaml").symlink_to(target)
    assert ["symbolic link" in problem.message for problem in folder.problems()] == [True]


def test_a_linked_folder_is_refused(folder: PolicyFolder, tmp_path: Path) -> None:
    """A whole folder cannot either."""
    shutil.move(folder.path / "projects", tmp_path / "projects")
    (folder.path / "projects").symlink_to(tmp_path / "projects")
    assert any("symbolic link" in problem.message for problem in folder.problems())


def test_a_pipe_does_not_stop_the_reader(folder: PolicyFolder) -> None:
    """Something that is no file is refused at once; opening it would wait for ever."""
    (folder.path / "platform.yaml").unlink()
    os.mkfifo(folder.path / "platform.yaml")
    assert ["not an ordinary file" in problem.message for problem in folder.problems()] == [True]


def test_a_file_too_large_is_refused(folder: PolicyFolder) -> None:
    """No policy is that long; nothing of it is parsed."""
    folder.write("platform.yaml", "#" * (LARGEST_FILE + 1))
    assert ["larger than" in problem.message for problem in folder.problems()] == [True]


@pytest.mark.parametrize("name", ["platform.yaml", "catalogue/snds.yaml"])
def test_a_missing_file_is_named(folder: PolicyFolder, name: str) -> None:
    """The platform does not run without its own policy or its catalogue."""
    (folder.path / name).unlink()
    assert (name, "this file is missing") in [(problem.file, problem.message) for problem in folder.problems()]


def test_a_missing_folder_is_a_problem_not_a_crash(tmp_path: Path) -> None:
    """So a service that is given the wrong place says so."""
    assert ["no such folder" in p.message for p in PolicyFolder(tmp_path / "none").problems()] == [True]
