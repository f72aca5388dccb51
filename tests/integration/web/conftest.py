"""The pages on loopback, and people who visit them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from made_tables import Cell
from web_rig.browser import Visitor
from web_rig.rig import Rig, running_rig


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    """The pages with real use cases; a table of two sexes, one of them too small."""
    with running_rig(tmp_path) as running:
        running.compute.cells = [Cell(("1",), 1523), Cell(("2",), 7)]
        yield running


@pytest.fixture
def visit(rig: Rig) -> Iterator[Callable[[str], Visitor]]:
    """Log somebody in, without a browser."""
    with ExitStack() as opened:

        def enter(name: str) -> Visitor:
            visitor = opened.enter_context(Visitor(rig, name))
            visitor.log_in()
            return visitor

        yield enter
