"""The test stack's policies: the demonstration's own, with two more projects whose dates close them."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from stack.running import POLICIES, ROOT

EXPIRED = "ancien-2020"
NOT_STARTED = "futur-2090"
_PATTERN = "diabete-idf"


def _project(source: str, project: str, reference: str, start: str, end: str) -> str:
    """Write a project like the demonstration's first, with researcher1 as its only member."""
    text = source
    for key, value in (("id", project), ("reference", reference), ("start", start), ("end", end)):
        text, count = re.subn(rf"^(\s*{key}: ).*$", rf"\g<1>{value}", text, count=1, flags=re.MULTILINE)
        assert count == 1, f"policies/projects/{_PATTERN}.yaml has no line for {key}"
    text, count = re.subn(
        r"^members:\n(?:  - .*\n)+", "members:\n  - {name: researcher1, role: researcher}\n", text, flags=re.MULTILINE
    )
    assert count == 1, f"policies/projects/{_PATTERN}.yaml has no list of members"
    return text


def make_policies(folder: Path = POLICIES) -> None:
    """Write the test stack's policies."""
    if folder.exists():
        shutil.rmtree(folder)
    shutil.copytree(ROOT / "policies", folder)
    source = (folder / "projects" / f"{_PATTERN}.yaml").read_text()
    expired = _project(source, EXPIRED, "TEST-2020-001", "2020-01-01", "2020-12-31")
    (folder / "projects" / f"{EXPIRED}.yaml").write_text(expired)
    future = _project(source, NOT_STARTED, "TEST-2090-001", "2090-01-01", "2090-12-31")
    (folder / "projects" / f"{NOT_STARTED}.yaml").write_text(future)
    platform = folder / "platform.yaml"
    text = platform.read_text()
    # Session networks of their own, beside those of a demonstration that runs on the same machine.
    text, pools = re.subn(r"network_pool: .*", "network_pool: 10.214.0.0/16", text)
    # Tests wait for the end of a permit to be noticed.
    text, checks = re.subn(r"permit_check_seconds: .*", "permit_check_seconds: 5", text)
    assert pools == checks == 1, "policies/platform.yaml lost a key that the test stack sets"
    platform.write_text(text)
