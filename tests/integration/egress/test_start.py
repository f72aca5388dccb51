"""Starting: on a log that is whole, on one that is not, without what is needed."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from ecluse_platform.core.audit import Intact
from ecluse_platform.core.audit_actions import Action
from ecluse_platform.core.journal import signed_record
from ecluse_platform.core.signatures import public_half
from ecluse_platform.egress.bootstrap import build
from ecluse_platform.egress.settings import SettingsError, read_settings
from egress_rig.rig import Rig, signing_key


def test_a_log_that_was_cut_off_is_not_continued(rig: Rig) -> None:
    """The service refuses to start, and says what to run and to restore."""
    rig.released()
    database = sqlite3.connect(rig.deps.settings.state / "egress.db")
    database.execute("DROP TRIGGER audit_no_delete")
    database.execute("DELETE FROM audit WHERE number = 5")
    database.commit()
    database.close()
    with pytest.raises(SettingsError, match="ecluse audit verify"):
        build(rig.deps.settings)


def test_a_checkpoint_that_a_crash_prevented_is_made_up_for(rig: Rig) -> None:
    """A half-written line goes, the head of the log is signed again."""
    rig.released()
    path = rig.deps.settings.checkpoints
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(lines[:-1]) + lines[-1][:20])
    build(rig.deps.settings)
    assert len(path.read_text().splitlines()) == len(lines)
    assert isinstance(rig.proof(), Intact)


def test_what_the_extractor_did_is_in_the_log_once_the_service_has_started(rig: Rig, tmp_path: Path) -> None:
    """Its record becomes an entry at the next start, and only once; one that it did not sign stops nothing."""
    extractor, journal, public = signing_key(), tmp_path / "journal", tmp_path / "extract_verify_key"
    journal.mkdir()
    public.write_bytes(public_half(extractor))
    record = {"action": "extract_purged", "actor": "operator1", "at": "2026-11-25T12:00:00+00:00", "project": "over"}
    record |= {"permit": "", "policy_digest": "0" * 64, "manifest_sha256": "1" * 64, "key": "destroyed"}
    text, _ = signed_record({**record, "files": 3, "bytes": 9, "memory": "none"}, extractor)
    (journal / "1.json").write_bytes(text)
    (journal / "2.json").write_bytes(signed_record(record, signing_key())[0])
    settings = replace(rig.deps.settings, journal=journal, extract_key=public)
    build(settings)
    build(settings)
    actions = [found.entry.action for found in rig.entries()]
    assert actions.count(Action.EXTRACT_PURGED) == 1
    build(replace(settings, extract_key=tmp_path / "missing"))
    assert isinstance(rig.proof(), Intact)


def test_what_is_needed_is_named(tmp_path: Path) -> None:
    """A missing secret, an empty one, a key of another kind: exit code 2 and words, no traceback."""
    (tmp_path / "egress_token").write_text("")
    with pytest.raises(SettingsError, match=r"egress_token .* is empty"):
        read_settings({"ECLUSE_SECRETS": str(tmp_path)})
    for name in ("egress_token", "hub_audit_token", "egress_session_key", "audit_signing_key"):
        (tmp_path / name).write_text("x")
    environment = {
        "PATH": os.environ["PATH"],
        "ECLUSE_SECRETS": str(tmp_path),
        "ECLUSE_STATE": str(tmp_path / "state"),
        "ECLUSE_AUDIT": str(tmp_path / "audit"),
    }
    command = [sys.executable, "-m", "ecluse_platform.egress"]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert "PEM" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_secrets_never_show(tmp_path: Path) -> None:
    """Not even when settings are printed."""
    for name in ("egress_token", "hub_audit_token", "egress_session_key", "audit_signing_key"):
        (tmp_path / name).write_text(f"secret-{name}")
    assert "secret-" not in repr(read_settings({"ECLUSE_SECRETS": str(tmp_path)}))
