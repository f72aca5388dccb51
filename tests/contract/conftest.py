"""Every contract test runs on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from egress_rig.postgres import new_database, private_server
from egress_rig.rig import Rig, open_rig


@pytest.fixture(scope="session")
def postgres() -> Iterator[Path]:
    """A private PostgreSQL server."""
    with private_server() as folder:
        yield folder


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str | None:
    """The URL of an empty database; None for the default one."""
    if request.param == "sqlite":
        return None
    return new_database(request.getfixturevalue("postgres"))


@pytest.fixture
def rig(tmp_path: Path, database_url: str | None) -> Iterator[Rig]:
    """A service's parts on the database under test."""
    with open_rig(tmp_path, database_url) as opened:
        yield opened
