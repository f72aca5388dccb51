"""`ecluse ledger show`: what was granted and spent, and whatever of it the audit log does not have the same."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ecluse_platform.egress.services.budget import raise_budget
from egress_rig.rig import ONE_STEWARD, ROOT, Rig, open_rig, private_draft, steward


@pytest.fixture
def state(tmp_path: Path) -> Iterator[Path]:
    """A state folder in which one answer was charged and a budget was raised."""
    with open_rig(tmp_path / "state") as rig:
        rig.submit_draft(private_draft("0.5"))
        rig.screen()
        raised(rig)
        yield tmp_path / "state"


def raised(rig: Rig) -> None:
    """Raise the budget."""
    raise_budget(rig.store, rig.bundle, rig.clock(), steward("steward1"), ONE_STEWARD, "2", "", "A second study.")


def run(state: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a person does."""
    command = [sys.executable, "-m", "ecluse_platform.cli", "ledger", "show", *arguments]
    places = ["--state", str(state), "--policies", str(ROOT / "policies")]
    return subprocess.run([*command, *places], capture_output=True, text=True, check=False)


def tamper(state: Path, statement: str) -> None:
    """Write to the database as somebody who owns the file and has taken the triggers away."""
    connection = sqlite3.connect(state / "egress" / "egress.db")
    for table in ("privacy_charges", "privacy_grants"):
        for verb in ("update", "delete"):
            connection.execute(f"DROP TRIGGER {table}_no_{verb}")
    connection.execute(statement)
    connection.commit()
    connection.close()


def test_a_budget_is_shown_with_everything_that_changed_it(state: Path) -> None:
    """Exact amounts; the reason of a raise and the SQL of an answer stay where they are."""
    shown = run(state, ONE_STEWARD)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "diabete-idf on snds, pure accounting:" in shown.stdout
    assert "granted 12 (delta 0.000001), spent 0.5 (delta 0), remaining 11.5 (delta 0.000001)" in shown.stdout
    assert "+ 2  granted by steward1" in shown.stdout
    assert "- 0.5  epsilon 0.5, request" in shown.stdout
    assert "second study" not in shown.stdout
    assert run(state, "unknown").returncode == 2


def test_what_the_audit_log_does_not_have_is_named(state: Path) -> None:
    """A charge made smaller, one taken out, a raise that no steward gave."""
    tamper(state, "UPDATE privacy_charges SET amount = '0.1'")
    changed = run(state)
    assert changed.returncode == 3
    assert "the audit log has no entry privacy_charged 0.1 0" in changed.stderr
    assert "the ledger lost what the audit log has as privacy_charged 0.5 0" in changed.stderr
