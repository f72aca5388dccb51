"""The `ecluse synth` and `ecluse extract` commands: what they say, and how they end."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from signal import SIGTERM
from subprocess import PIPE, CompletedProcess, Popen, run

import pytest

ROOT = Path(__file__).parents[3]


def ecluse(state: Path, *arguments: str) -> CompletedProcess[str]:
    """Run the real command with its own state folder and policies."""
    return run(
        [sys.executable, "-m", "ecluse_platform.cli", *arguments],
        env={"ECLUSE_STATE": str(state), "ECLUSE_POLICIES": str(state / "policies"), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state folder with policies, a key and a small source."""
    folder = tmp_path_factory.mktemp("state")
    shutil.copytree(ROOT / "policies", folder / "policies")
    run([sys.executable, str(ROOT / "tools" / "make_secrets.py"), str(folder / "secrets")], check=True)
    made = ecluse(folder, "synth", "--patients", "300", "--years", "2022-2023", "--seed", "4")
    assert made.returncode == 0, made.stderr
    assert "ER_PHA_F" in made.stderr
    return folder


def test_build_then_verify(state: Path) -> None:
    """The version's name goes to standard output, progress with its durations to standard error."""
    built = ecluse(state, "extract", "build", "diabete-idf")
    assert built.returncode == 0, built.stderr
    assert built.stdout.strip() == (state / "extracts" / "diabete-idf" / "current").read_text()
    assert " s  ER_PRS_F" in built.stderr
    checked = ecluse(state, "extract", "verify", "diabete-idf")
    assert (checked.returncode, checked.stderr) == (0, "")


def test_a_build_that_is_told_to_stop_leaves_nothing_half_built(state: Path) -> None:
    """As when its container stops: spilled rows, which carry the source's identifiers, do not stay on the disk."""
    command = [sys.executable, "-m", "ecluse_platform.cli", "extract", "build", "avc-parcours"]
    env = {"ECLUSE_STATE": str(state), "ECLUSE_POLICIES": str(state / "policies"), "PATH": "/usr/bin:/bin"}
    with Popen(command, env=env, stdout=PIPE, stderr=PIPE, text=True) as building:
        assert building.stderr is not None
        assert "source checked" in building.stderr.readline()
        assert list((state / "extracts" / "avc-parcours").glob(".building-*"))
        building.send_signal(SIGTERM)
        said = building.stderr.read()
    assert building.returncode == 128 + SIGTERM, said
    assert list((state / "extracts" / "avc-parcours").iterdir()) == []
    assert "Traceback" not in said


def test_verify_needs_the_signature(state: Path) -> None:
    """A manifest signed by another key is not this installation's."""
    assert ecluse(state, "extract", "build", "antibio-national").returncode == 0
    other = state / "other-secrets"
    run([sys.executable, str(ROOT / "tools" / "make_secrets.py"), str(other)], check=True)
    key = str(other / "extractor" / "extract_verify_key")
    checked = ecluse(state, "extract", "verify", "antibio-national", "--verify-key", key)
    assert checked.returncode == 2
    assert "not signed by this installation's extractor" in checked.stderr


def test_verify_ends_with_2_and_names_the_file(state: Path) -> None:
    """A changed byte is bad input, and the file is named."""
    assert ecluse(state, "extract", "build", "antibio-national").returncode == 0
    project = state / "extracts" / "antibio-national"
    with (project / (project / "current").read_text() / "IR_DPT_V" / "part-0000.parquet").open("r+b") as file:
        file.write(b"X")
    checked = ecluse(state, "extract", "verify", "antibio-national")
    assert checked.returncode == 2
    assert "IR_DPT_V/part-0000.parquet: changed" in checked.stderr


def test_an_expired_permit_ends_with_3(state: Path) -> None:
    """Refused by policy, with the date."""
    permit = state / "policies" / "projects" / "diabete-idf.yaml"
    valid = permit.read_text()
    permit.write_text(valid.replace("2029-12-31", "2026-01-31"))
    try:
        refused = ecluse(state, "extract", "build", "diabete-idf")
    finally:
        permit.write_text(valid)
    assert refused.returncode == 3
    assert "2026-01-31" in refused.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("synth", "--years", "2023-2022"), "years must be in order"),
        (("synth", "--years", "soon"), "--years"),
        (("extract", "build", "diabete-idf", "--source", "nowhere"), "no Parquet file"),
        (("extract", "build", "diabete-idf", "--key-file", "nowhere"), "pseudonym key"),
        (("extract", "verify", "../diabete-idf"), "not a project id"),
        (("extract", "verify", "never-built"), "has no extract"),
        (("extract", "build", "diabete-idf", "--signing-key", "nowhere"), "signing key"),
        (("extract", "build", "diabete-idf", "--by", "Some One"), "--by"),
        (("extract", "purge"), "Name one project"),
        (("extract", "purge", "diabete-idf"), "is in force until"),
        (("extract", "purge", "diabete-idf", "--expired"), "Name one project"),
    ],
)
def test_bad_input_ends_with_2_and_says_what_to_change(state: Path, arguments: tuple[str, ...], words: str) -> None:
    """No traceback, and a message that helps."""
    ended = ecluse(state, *arguments)
    assert ended.returncode == 2
    assert words in ended.stderr
    assert "Traceback" not in ended.stderr
