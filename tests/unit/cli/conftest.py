"""What the tests of the commands on tables start from."""

from __future__ import annotations

from pathlib import Path

import pytest

from protect_folder import write_table


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return a folder with a table and its description."""
    write_table(tmp_path)
    return tmp_path
