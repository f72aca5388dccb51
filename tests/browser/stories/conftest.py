"""What the stories share: screenshots for the documentation, and reading a released archive."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from stack.running import ROOT


@pytest.fixture
def shot() -> Callable[[Page, str], None]:
    """Keep a picture of a page; ECLUSE_SCREENSHOTS=1 makes it the one that the documentation shows."""
    folder = ROOT / ("docs/screenshots" if os.environ.get("ECLUSE_SCREENSHOTS") == "1" else "test-results/screenshots")

    def take(page: Page, name: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(folder) / f"{name}.png")

    return take
