from __future__ import annotations

import pytest

from ecluse_platform.policyfiles import load_policies
from policy_folder import DEMO, PolicyFolder

PROJECT = "projects/diabete-idf.yaml"


def test_the_demonstration_policies_may_be_used() -> None:
    """What ships is sound, and holds the projects."""
    bundle = load_policies(DEMO)
    assert set(bundle.projects) >= {"diabete-idf", "antibio-national"}
    assert bundle.projects["diabete-idf"].permit.end.isoformat() == "2029-12-31"


def test_the_digest_changes_with_every_byte_and_with_nothing_else(folder: PolicyFolder) -> None:
    """Even a comment is a change of policy; a copy elsewhere is not."""
    before = load_policies(folder.path).digest
    assert before == load_policies(DEMO).digest
    folder.write(PROJECT, folder.read(PROJECT) + "# a remark\n")
    assert load_policies(folder.path).digest != before


@pytest.mark.parametrize(
    ("file", "old", "new", "message", "suggestion"),
    [
        (PROJECT, "memory_mib: 2048", "memory_mbi: 2048", "unknown key", "memory_mib"),
        ("disclosure/snds.yaml", "threshold_persons: 11", "treshold_persons: 11", "unknown key", "threshold_persons"),
        (PROJECT, "name: IR_IMB_R", "name: IR_IBM_R", "the catalogue has no table 'IR_IBM_R'", "IR_IMB_R"),
        (PROJECT, "BEN_DCD_AME", "BEN_DCD_AMME", "IR_BEN_R has no column 'BEN_DCD_AMME'", "BEN_DCD_AME"),
        (PROJECT, "image: python", "image: pyton", "no image is called 'pyton'", "python"),
        (PROJECT, "disclosure: snds", "disclosure: snsd", "no disclosure profile is called 'snsd'", "snds"),
        (PROJECT, "privacy: snds", "privacy: snsd", "no privacy profile is called 'snsd'", "snds"),
        (PROJECT, "researcher1, role: researcher", "researcher1, role: reseacher", "must be one of", "researcher"),
        (PROJECT, "lanes: [verified_query,", "lanes: [verified_querry,", "must be one of", "verified_query"),
    ],
)  # fmt: skip
def test_a_typo_is_named_with_its_place_and_what_was_meant(
    folder: PolicyFolder, file: str, old: str, new: str, message: str, suggestion: str
) -> None:
    """The first thing a person sees is the file, the line, and the word they meant."""
    line = folder.change(file, old, new)
    found = [problem for problem in folder.problems() if problem.suggestion == suggestion]
    assert [(problem.file, problem.line) for problem in found] == [(file, line)]
    assert message in found[0].message
    assert str(found[0]).startswith(f"{file}:{line}:{found[0].column}: ")
    assert str(found[0]).endswith(f"(did you mean {suggestion}?)")


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("disclosure/snds.yaml", "threshold_persons: 11", "", "this key is missing"),
        ("privacy/snds.yaml", 'delta: "0.000001"', "", "this key is missing"),
        ("privacy/snds.yaml", 'budget: "10"', "budget: 10", "text"),
        ("privacy/snds.yaml", 'budget: "10"', 'budget: "-10"', "match pattern"),
        ("privacy/snds.yaml", 'budget: "10"', 'budget: ".inf"', "match pattern"),
        ("privacy/snds.yaml", 'yearly: "5"', 'yearly: "11"', "more in one year than in all"),
        ("privacy/snds.yaml", 'largest_epsilon: "2"', 'largest_epsilon: "0"', "above 0"),
        ("disclosure/snds.yaml", "threshold_persons: 11", "threshold_persons: 1", "greater than or equal to 2"),
        ("disclosure/snds.yaml", "threshold_persons: 11", 'threshold_persons: "11"', "valid integer"),
        ("disclosure/snds.yaml", "threshold_persons: 11", "threshold_persons: 11.0", "valid integer"),
        ("disclosure/snds.yaml", "threshold_persons: 11", "threshold_persons: true", "valid integer"),
        ("disclosure/snds.yaml", "threshold_persons: 11", "threshold_persons: null", "valid integer"),
        ("disclosure/snds.yaml", "threshold_persons: 11", "threshold_persons: .inf", "plain decimal number"),
        ("disclosure/snds.yaml", "threshold_persons: 11", "threshold_persons: 0x0b", "plain decimal number"),
        ("disclosure/snds.yaml", "mark: c", "mark: c\nmark: d", "'mark' is written twice"),
        (PROJECT, "memory_mib: 2048", "memory_mib: 999999", "the platform gives at most"),
        (PROJECT, "end: 2029-12-31", "end: 2025-12-31", "ends before it starts"),
        (PROJECT, "end: 2029-12-31", "end: 2029-02-31", "date"),
        (PROJECT, "years: [2022, 2023]", "years: [2022, 2022]", "2022 is granted twice"),
        (PROJECT, "years: [2022, 2023]", "years: [20222]", "less than or equal to 2099"),
        (PROJECT, "years: [2022, 2023]", "years: [22, 23]", "greater than or equal to 2000"),
        (PROJECT, "name: IR_REG_V", "name: IR_DPT_V", "IR_DPT_V is granted twice"),
        (PROJECT, '"75", "77"', '75, "77"', "write it in quotes, '75'"),
        (PROJECT, "id: diabete-idf", "id: autre-projet", "the file is named diabete-idf.yaml"),
        (PROJECT, "potential_identifiers: [EXE_SOI_DTD]", "potential_identifiers: []", "potential identifier: name it"),
        (PROJECT, "stewards: 1,", "stewards: 3,", "less than or equal to 2"),
        (PROJECT, "id: diabete-idf", "id: &anchor diabete-idf\nimage_of: *anchor", "anchors and aliases are refused"),
        (PROJECT, "id: diabete-idf", "id: !!python/name:os.system diabete-idf", "tags are refused"),
        ("platform.yaml", "network_pool: 10.213.0.0/16", "network_pool: 8.8.8.0/24", "private IPv4 range"),
        ("platform.yaml", "people:", "people: [", "not valid YAML"),
    ],
)  # fmt: skip
def test_a_policy_that_is_wrong_is_refused_with_words(
    folder: PolicyFolder, file: str, old: str, new: str, message: str
) -> None:
    """No value is guessed, converted or assumed."""
    folder.change(file, old, new)
    assert any(message in problem.message and problem.file == file for problem in folder.problems()), folder.problems()


def test_every_problem_is_told_at_once(folder: PolicyFolder) -> None:
    """One reading mends it all: problems of all files are listed, in the order of reading."""
    folder.change("disclosure/snds.yaml", "mark: c", "marque: c")
    folder.change("platform.yaml", "session_hours: 8", "session_hours: 0")
    folder.change(PROJECT, "image: python", "image: 3")
    found = folder.problems()
    assert [problem.file for problem in found] == sorted(problem.file for problem in found)
    assert {problem.file for problem in found} == {"disclosure/snds.yaml", "platform.yaml", PROJECT}


def test_a_wrong_profile_does_not_make_projects_look_wrong(folder: PolicyFolder) -> None:
    """Only causes are listed, not what follows from them."""
    folder.change("disclosure/snds.yaml", "mark: c", "mark: 7")
    assert {problem.file for problem in folder.problems()} == {"disclosure/snds.yaml"}


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", b"just words", b"- a\n- b\n", b"[" * 2000, b"1: 2\n", b"a: b: c\n"]
)
def test_a_file_of_another_form_is_refused(folder: PolicyFolder, content: bytes) -> None:
    """Emptiness, bytes, lists, endless nesting: each is a problem with a place, never a crash."""
    (folder.path / "disclosure" / "snds.yaml").write_bytes(content)
    assert any(problem.file == "disclosure/snds.yaml" for problem in folder.problems())
