from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ecluse_platform.cli import doctor, entry, reference
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.policyfiles import load_policies
from policy_folder import DEMO, ROOT, PolicyFolder


def ecluse(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a person does."""
    return subprocess.run(
        [sys.executable, "-m", "ecluse_platform.cli", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **env},
        timeout=120,
    )


@pytest.fixture
def folder(tmp_path: Path) -> PolicyFolder:
    """Copy the demonstration's policies for one test."""
    return PolicyFolder.copied_to(tmp_path / "policies")


def test_sound_policies_end_with_zero() -> None:
    """What was checked is said, with the digest that the audit log knows."""
    done = ecluse("policy", "check", str(DEMO))
    assert done.returncode == 0, done.stderr
    assert load_policies(DEMO).digest[:12] in done.stdout


def test_projects_names_those_in_force(folder: PolicyFolder) -> None:
    """A script that builds extracts asks for the projects of today; one whose permit ended is not among them."""
    folder.change("projects/diabete-idf.yaml", "end: 2029-12-31", "end: 2026-01-02")
    done = ecluse("policy", "projects", "--policies", str(folder.path))
    assert done.stdout.split() == sorted(set(load_policies(folder.path).projects) - {"diabete-idf"})


def test_a_typo_ends_with_two_and_a_line_to_go_to(folder: PolicyFolder) -> None:
    """The message is `file:line:column: words (did you mean X?)`, on standard error."""
    line = folder.change("disclosure/snds.yaml", "mark: c", "marc: c")
    done = ecluse("policy", "check", str(folder.path))
    assert done.returncode == 2
    assert f"disclosure/snds.yaml:{line}:1: marc: unknown key (did you mean mark?)" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_reference_page_is_up_to_date() -> None:
    """The page in docs is the one that the models and the demonstration's policies give."""
    done = ecluse(
        *("policy", "reference", "--check", "--policies", str(DEMO)),
        *("--out", str(ROOT / "docs" / "reference" / "policies.md")),
    )
    assert done.returncode == 0, done.stderr


def test_the_dictionary_pages_are_up_to_date() -> None:
    """The tables and code lists that a reader finds are those that the policies hold."""
    done = ecluse("policy", "dictionary", "--check", "--policies", str(DEMO), "--docs", str(ROOT / "docs"))
    assert done.returncode == 0, done.stderr


def test_the_reference_names_every_key(tmp_path: Path) -> None:
    """It is written from the models: thresholds, dates and limits are there with what they mean."""
    page = reference.reference(load_policies(DEMO))
    for key in ("threshold_persons", "permit.end", "members[].role", "images.<name>.reference", "columns.<name>.class"):
        assert f"{key}`" in page
    assert ecluse("policy", "reference", "--check", "--out", str(tmp_path / "none.md")).returncode == 2


def test_a_part_that_is_not_installed_fails_its_own_command_only(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The message names what is missing and the extra that brings it; other commands work."""
    monkeypatch.setattr(entry, "_LATER", {"synth": ("ecluse_platform.no_such_part", "synth", "extractor")})
    monkeypatch.setattr(sys, "argv", ["ecluse", "synth", "--patients", "10"])
    with pytest.raises(SystemExit) as ended:
        entry.main()
    assert ended.value.code == 2
    assert "ecluse-platform[extractor]" in capsys.readouterr().err
    monkeypatch.setattr(sys, "argv", ["ecluse", "policy", "check", str(DEMO)])
    with pytest.raises(SystemExit) as ended:
        entry.main()
    assert not ended.value.code


def test_a_refusal_ends_with_three_and_its_next_step(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A command refused by policy says why and what to do, without a traceback."""

    def refused() -> None:
        raise Refusal("no_extract", {"project": "diabete-idf"})

    monkeypatch.setattr(entry, "app", refused)
    with pytest.raises(SystemExit) as ended:
        entry.main()
    assert ended.value.code == 3
    assert "ecluse extract build diabete-idf" in capsys.readouterr().err


def test_doctor_says_what_to_do_about_each_fault(folder: PolicyFolder, tmp_path: Path) -> None:
    """Nothing is silent: what is missing is named with the command that mends it."""
    folder.change("platform.yaml", "session_hours: 8", "session_hours: 0")
    done = ecluse(
        *("doctor", "--policies", str(folder.path)),
        ECLUSE_STATE=str(tmp_path / "none"),
        ECLUSE_INSTANCE="ecluse-nobody",
    )
    assert done.returncode == 2
    assert "run `make demo`, or set ECLUSE_STATE" in done.stdout
    assert "LOOK  policies: 1 problem(s); run `ecluse policy check" in done.stdout


def test_doctor_names_data_past_its_grace(folder: PolicyFolder, tmp_path: Path) -> None:
    """Data of a permit that ended long ago is a fault, with the command that ends it."""
    folder.change("projects/diabete-idf.yaml", "end: 2029-12-31", "end: 2026-01-02")
    folder.change("projects/diabete-idf.yaml", "grace_days: 90", "grace_days: 1")
    (tmp_path / "extracts" / "diabete-idf").mkdir(parents=True)
    (tmp_path / "extracts" / "diabete-idf" / "current").write_text("20260101T000000Z-00000000")
    found = {f.what: f.advice for f in doctor.examine(folder.path, tmp_path)}
    assert found["data of diabete-idf"] == "its days of grace are over; run `ecluse extract purge --expired`"
    assert "data of antibio-national" not in found
