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


def test_potential_identifiers_come_one_at_a_time(folder: PolicyFolder) -> None:
    """Two of different kinds narrow a person down; two of one kind say the same thing twice."""
    granted = "potential_identifiers: [EXE_SOI_DTD]"
    folder.change(PROJECT, granted, "potential_identifiers: [EXE_SOI_DTD, PRE_PRE_DTD]")
    assert messages(folder) == []
    folder.change(PROJECT, "EXE_SOI_DTD, PRE_PRE_DTD]", "EXE_SOI_DTD, BEN_RES_COM]")
    (told,) = messages(folder)
    assert told.startswith("BEN_RES_COM and EXE_SOI_DTD are different potential identifiers")


def test_a_permit_may_name_the_crossing(folder: PolicyFolder) -> None:
    """What the permit allows in so many words is allowed, and nothing else."""
    folder.change(PROJECT, "potential_identifiers: [EXE_SOI_DTD]", "potential_identifiers: [EXE_SOI_DTD, BEN_RES_COM]")
    folder.change(PROJECT, "crossings: []", "crossings: [[BEN_RES_COM, EXE_SOI_DTD]]")
    assert messages(folder) == []
    folder.change(PROJECT, "crossings: [[BEN_RES_COM,", "crossings: [[BEN_NAI_MOI,")
    assert len(messages(folder)) == 2


@pytest.mark.parametrize(
    "cohort",
    ["{persons: null, sql: null}", '{persons: a.parquet, sql: "SELECT BEN_NIR_PSA FROM IR_BEN_R"}',
     "{persons: ../a.parquet, sql: null}", "{persons: a.exe, sql: null}"],
)  # fmt: skip
def test_a_cohort_is_said_in_one_way_and_stays_in_its_folder(folder: PolicyFolder, cohort: str) -> None:
    """A file by its bare name, or a query; never both, never a path."""
    folder.change(PROJECT, "cohort: null", f"cohort: {cohort}")
    assert len(messages(folder)) == 1


def test_a_refused_identifier_comes_with_what_is_coarser(folder: PolicyFolder) -> None:
    """Whoever asks for the municipality is offered the département."""
    folder.change(PROJECT, "BEN_NAI_ANN, BEN_RES_DPT]", "BEN_NAI_ANN, BEN_RES_COM]")
    (told,) = messages(folder)
    assert "take BEN_RES_DPT instead" in told


def test_the_lane_of_private_queries_needs_a_budget(folder: PolicyFolder) -> None:
    """A project without a profile has nothing to spend; one with a profile may keep the lane closed."""
    folder.change(PROJECT, "lanes: [verified_query]", "lanes: [verified_query, private_query]")
    assert messages(folder) == ["private queries spend a budget: name a profile under privacy, or close the lane"]
    folder.change(PROJECT, "privacy: null", "privacy: snds")
    assert messages(folder) == []
    folder.change(PROJECT, "[verified_query, private_query]", "[verified_query]")
    assert messages(folder) == []


def test_private_answers_are_reviewed_too(folder: PolicyFolder) -> None:
    """A project that opens no other lane needs its independent stewards all the same."""
    folder.change(PROJECT, "privacy: null", "privacy: snds")
    folder.change(PROJECT, "lanes: [verified_query]", "lanes: [private_query]")
    folder.change(PROJECT, "name: researcher2, role: researcher", "name: steward2, role: researcher")
    assert messages(folder) == ["asks for 2 stewards who are no members of the project; there are 1"]
