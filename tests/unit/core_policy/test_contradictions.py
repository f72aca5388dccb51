from __future__ import annotations

from pathlib import Path

import pytest

from policy_folder import PolicyFolder

PROJECT = "projects/antibio-national.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> PolicyFolder:
    """Copy the demonstration's policies for one test."""
    return PolicyFolder.copied_to(tmp_path / "policies")


def messages(folder: PolicyFolder) -> list[str]:
    """Say what is wrong with the folder."""
    return [problem.message for problem in folder.problems()]


def test_a_member_of_the_project_does_not_count_as_its_steward(folder: PolicyFolder) -> None:
    """A project that asks for two stewards needs two who are none of its members."""
    folder.change(PROJECT, "name: researcher2, role: researcher", "name: steward2, role: researcher")
    assert messages(folder) == ["asks for 2 stewards who are no members of the project; there are 1"]


def test_a_person_is_named_once(folder: PolicyFolder) -> None:
    """Two roles for one person in one project would leave open which one holds."""
    folder.change(PROJECT, "name: projectadmin1", "name: researcher2")
    assert messages(folder) == ["'researcher2' is named twice"]


def test_a_project_has_a_researcher(folder: PolicyFolder) -> None:
    """A project in which nobody may work is a mistake."""
    folder.change(PROJECT, "role: researcher}", "role: project_admin}")
    assert messages(folder) == ["no member is a researcher"]


@pytest.mark.parametrize(
    ("old", "new"),
    [("cpus: 1.0", "cpus: 64.0"), ("pids: 256", "pids: 100000"), ("tmp_mib: 256", "tmp_mib: 100000")],
)
def test_no_project_exceeds_the_platforms_ceiling(folder: PolicyFolder, old: str, new: str) -> None:
    """A project's file may only ask for less."""
    folder.change(PROJECT, old, new)
    assert ["the platform gives at most" in message for message in messages(folder)] == [True]
