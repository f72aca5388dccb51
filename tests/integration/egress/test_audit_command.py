"""`ecluse audit`: intact logs are proven so, every kind of tampering is named, while the service runs or not."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from egress_rig.rig import Rig, open_rig


@pytest.fixture
def state(tmp_path: Path) -> Iterator[tuple[Path, Rig]]:
    """A state folder whose log tells of one release."""
    with open_rig(tmp_path / "state") as rig:
        rig.released()
        secrets = tmp_path / "state" / "secrets" / "egress"
        secrets.mkdir(parents=True)
        (secrets / "audit_signing_key").write_bytes(rig.deps.settings.signing_key)
        yield tmp_path / "state", rig


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the command as a person does."""
    command = [sys.executable, "-m", "ecluse_platform.cli", "audit", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def tamper(state: Path, *statements: str) -> None:
    """Write to the database as somebody who owns the file and has taken the triggers away."""
    connection = sqlite3.connect(state / "egress" / "egress.db")
    for verb in ("update", "delete"):
        connection.execute(f"DROP TRIGGER audit_no_{verb}")
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def test_an_intact_log_is_proven_while_the_service_runs(state: tuple[Path, Rig]) -> None:
    """The store is open and goes on being written to."""
    folder, rig = state
    proven = run("verify", "--state", folder)
    assert (proven.returncode, proven.stderr) == (0, "")
    assert proven.stdout.startswith("intact: 5 entries")
    rig.submit()
    assert run("verify", "--state", folder).stdout.startswith("intact: 6 entries")


@pytest.mark.parametrize(
    ("statements", "words"),
    [
        (("UPDATE audit SET actor = 'steward2' WHERE number = 3",), "broken at entry 3"),
        (("UPDATE audit SET details = '{}' WHERE number = 1",), "broken at entry 1"),
        (("UPDATE audit SET action = 'nonsense' WHERE number = 4",), "broken at entry 4"),
        (("DELETE FROM audit WHERE number = 2",), "broken at entry 2"),
        (("DELETE FROM audit WHERE number > 3",), "broken at entry 4"),
        (("DELETE FROM audit",), "broken at entry 1"),
        (
            (
                "UPDATE audit SET number = 99 WHERE number = 2",
                "UPDATE audit SET number = 2 WHERE number = 3",
                "UPDATE audit SET number = 3 WHERE number = 99",
            ),
            "broken at entry 2",
        ),
    ],
)
def test_tampering_is_named(state: tuple[Path, Rig], statements: tuple[str, ...], words: str) -> None:
    """Edited, deleted, moved, cut off: exit code 3 and the first broken entry."""
    folder, _ = state
    tamper(folder, *statements)
    proven = run("verify", "--state", folder)
    assert proven.returncode == 3
    assert words in proven.stderr


def edit_a_line(lines: list[str]) -> list[str]:
    """Sign another number than was signed."""
    return [lines[0].replace('"number": 1', '"number": 9'), *lines[1:]]


@pytest.mark.parametrize("change", [edit_a_line, lambda lines: ["{}\n", *lines]])
def test_a_checkpoint_nobody_signed_is_named(state: tuple[Path, Rig], change: Callable[[list[str]], list[str]]) -> None:
    """The line is told."""
    folder, _ = state
    path = folder / "audit" / "checkpoints.jsonl"
    path.write_text("".join(change(path.read_text().splitlines(keepends=True))))
    proven = run("verify", "--state", folder)
    assert (proven.returncode, "line 1" in proven.stderr) == (3, True)


def test_what_is_missing_is_said_plainly(tmp_path: Path) -> None:
    """No key, no database: exit code 2 and what to name."""
    assert run("verify", "--state", tmp_path).returncode == 2
    exported = run("export", "--state", tmp_path)
    assert exported.returncode == 2
    assert "--state" in exported.stderr
    assert "Traceback" not in exported.stderr


def test_the_log_can_be_written_out(state: tuple[Path, Rig]) -> None:
    """One JSON object a line, with all that a verifier elsewhere needs."""
    folder, _ = state
    lines = [json.loads(line) for line in run("export", "--state", folder).stdout.splitlines()]
    assert [line["number"] for line in lines] == [1, 2, 3, 4, 5]
    assert lines[-1]["action"] == "released"


def test_a_log_that_was_cut_off_with_its_checkpoints_is_named_by_a_head_noted_elsewhere(
    state: tuple[Path, Rig],
) -> None:
    """Every chain and signature holds on what is left; only the noted head tells that more was there."""
    folder, rig = state
    head = rig.entries()[-1].digest
    assert run("verify", "--state", folder, "--expect-head", head).returncode == 0
    rig.submit()
    assert run("verify", "--state", folder, "--expect-head", head).returncode == 0
    tamper(folder, "DELETE FROM audit WHERE number >= 5")
    lines = (folder / "audit" / "checkpoints.jsonl").read_text().splitlines(keepends=True)
    (folder / "audit" / "checkpoints.jsonl").write_text("".join(lines[:4]))
    assert run("verify", "--state", folder).returncode == 0
    cut = run("verify", "--state", folder, "--expect-head", head)
    assert (cut.returncode, cut.stdout) == (3, "")
    assert "cut off" in cut.stderr
