"""Ctrl-C on the real command, with its processes: it ends at once, says so, and leaves nothing half made."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

COMMAND = (sys.executable, "-m", "ecluse_platform.cli", "synth", "--patients", "40000", "--years", "2019-2021")
DEADLINE = 60


def test_ctrl_c_ends_all_processes_and_leaves_what_was_there(tmp_path: Path) -> None:
    """The terminal interrupts the whole group of processes while blocks are being made."""
    theirs = tmp_path / "MY_TABLE"
    theirs.mkdir()
    with subprocess.Popen(
        [*COMMAND, "--threads", "2", "--out", str(tmp_path)],
        start_new_session=True,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        started = time.monotonic()
        while not list(tmp_path.glob(".making-*/spill/IR_BEN_R.*")):
            assert running.poll() is None
            assert time.monotonic() - started < DEADLINE
            time.sleep(0.05)
        os.killpg(running.pid, signal.SIGINT)
        _, said = running.communicate(timeout=DEADLINE)
        assert running.returncode == 2
    assert "Interrupted" in said
    assert "Traceback" not in said
    assert list(tmp_path.iterdir()) == [theirs]
