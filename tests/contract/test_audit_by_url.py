"""`ecluse audit verify` on either database, named by its URL."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from egress_rig.rig import Rig


def test_the_log_of_either_database_is_proven_by_its_url(rig: Rig, tmp_path: Path) -> None:
    """With the checkpoints and the key named too, no state folder is needed."""
    rig.released()
    key, settings = tmp_path / "key.pem", rig.deps.settings
    key.write_bytes(settings.signing_key)
    command = [sys.executable, "-m", "ecluse_platform.cli", "audit", "verify", "--database", settings.database_url]
    named = ["--checkpoints", str(settings.checkpoints), "--key", str(key)]
    proven = subprocess.run([*command, *named], capture_output=True, text=True, check=False)
    assert (proven.returncode, proven.stderr) == (0, "")
    assert proven.stdout.startswith("intact: 5 entries, ")
