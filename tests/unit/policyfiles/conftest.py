"""Policies that a test may damage."""

from __future__ import annotations

from pathlib import Path

import pytest

from policy_folder import PolicyFolder


@pytest.fixture
def folder(tmp_path: Path) -> PolicyFolder:
    """Copy the demonstration's policies for one test."""
    return PolicyFolder.copied_to(tmp_path / "policies")
