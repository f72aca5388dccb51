"""Lock files name versions and hashes, and nothing of the machine that wrote them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
LOCKS = [*sorted(ROOT.glob("images/**/requirements.txt")), ROOT / "tools" / "requirements" / "dev.txt"]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_requirement_is_pinned_and_hashed(lock: Path) -> None:
    """Each entry is an exact version followed by hashes, without an address or a path."""
    text = lock.read_text()
    assert "://" not in text
    assert "--index-url" not in text
    assert "--find-links" not in text
    entries = re.split(r"\n(?=\S)", text.strip())
    assert len(entries) > 3
    for entry in entries:
        assert re.match(r"^[A-Za-z0-9._-]+(\[[a-z,_-]+\])?==\S+", entry), entry
        assert "--hash=sha256:" in entry, entry


def test_node_modules_are_locked_without_addresses() -> None:
    """Every module of the proxy has an integrity hash; where it comes from is the machine's business."""
    lock = json.loads((ROOT / "images" / "proxy" / "package-lock.json").read_text())
    modules = {name: module for name, module in lock["packages"].items() if name}
    assert "node_modules/configurable-http-proxy" in modules
    for name, module in modules.items():
        assert "resolved" not in module, name
        assert module["integrity"].startswith("sha512-"), name
