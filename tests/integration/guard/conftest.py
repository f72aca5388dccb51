"""The guard before the real engine."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from integration.guard.guard_kit import Rig, guarded, make_image


@pytest.fixture(scope="session")
def workspace_image() -> str:
    """The image that the tests' policies offer."""
    return make_image()


@pytest.fixture
async def rig(tmp_path: Path, workspace_image: str) -> AsyncIterator[Rig]:
    """A guard with policies, extracts and a gateway of its own."""
    async with guarded(tmp_path, workspace_image) as made:
        yield made
