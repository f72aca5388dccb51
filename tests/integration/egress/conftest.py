"""A service's parts around a temporary folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from egress_rig.rig import Rig, open_rig


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    """A service's parts on SQLite."""
    with open_rig(tmp_path) as opened:
        yield opened
