"""One small source and the extracts of both demonstration projects, built once."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecluse_platform.core.policy.bundle import PolicyBundle
from ecluse_platform.policyfiles import load_policies
from ecluse_platform.synth import Settings, generate
from integration.extract.extract_kit import PROJECTS, Extracts, places


@pytest.fixture(scope="session")
def policies() -> PolicyBundle:
    """The policies of the demonstration."""
    return load_policies(Path(__file__).parents[3] / "policies")


@pytest.fixture(scope="session")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small synthetic source."""
    folder = tmp_path_factory.mktemp("data") / "source"
    generate(Settings(3000, 2022, 2023, 11), folder, lambda _: None)
    return folder


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, source: Path, policies: PolicyBundle) -> Extracts:
    """Both extracts; tests only read them."""
    extracts = Extracts(places(source, tmp_path_factory.mktemp("state")), policies)
    for project in PROJECTS:
        extracts.build(project)
    return extracts


@pytest.fixture
def fresh(tmp_path: Path, source: Path, policies: PolicyBundle) -> Extracts:
    """An empty place for extracts, which a test may damage."""
    return Extracts(places(source, tmp_path), policies)
