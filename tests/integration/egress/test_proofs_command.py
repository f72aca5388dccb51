"""`ecluse audit proofs`: what left is proved again with the operator's key, and whatever is wrong is named."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from scipy.sparse import csr_matrix

from ecluse_platform.compute.evidence import Evidence, sealed_evidence
from ecluse_platform.core.disclosure.suppression.evidence import evidence_of
from ecluse_platform.core.disclosure.suppression.suppress import Effort, suppress
from ecluse_platform.core.disclosure.suppression.system import Protection, System
from ecluse_platform.egress.ports import Remembered, Screened
from egress_rig.rig import Rig, open_rig


def proof() -> Evidence:
    """Return the real proof of a line of three cells under a total: one is small, another is hidden for it."""
    values = np.array([3, 20, 40, 63])
    system = System(
        values=values,
        equalities=csr_matrix(np.array([[1, 1, 1, -1]])),
        inequalities=csr_matrix((0, 4), dtype=np.int64),
        least=np.ones(4, dtype=np.int64),
        unpublished=np.zeros(4, dtype=bool),
        fixed=np.zeros(4, dtype=bool),
        costs=np.ones(4),
    )
    asked = [Protection(0, 1, 11)]
    return {"name": "persons", **evidence_of(system, asked, suppress(system, asked, Effort(10**6, 0)))}


@pytest.fixture
def key(tmp_path: Path) -> X25519PrivateKey:
    """Return the operator's key, written where the command is told."""
    made = X25519PrivateKey.generate()
    pem = made.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (tmp_path / "key").write_bytes(pem)
    return made


@pytest.fixture
def rig(tmp_path: Path, key: X25519PrivateKey) -> Iterator[Rig]:
    """A service whose compute seals a real proof."""
    with open_rig(tmp_path / "state") as opened:
        seal(opened, key, proof())
        yield opened


def seal(rig: Rig, key: X25519PrivateKey, evidence: Evidence) -> None:
    """Have compute answer with this evidence under seal."""
    computed = type(rig.compute).screen

    def screen(project: str, sql: str, item: str, earlier: tuple[Remembered, ...]) -> object:
        found = computed(rig.compute, project, sql, item, earlier)
        assert isinstance(found, Screened)
        return replace(found, evidence=sealed_evidence([evidence], key.public_key()))

    rig.compute.screen = screen  # type: ignore[method-assign,assignment]  # a sealed answer in its place


def run(folder: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the command as an operator does."""
    command = [sys.executable, "-m", "ecluse_platform.cli", "audit", "proofs", "--state", str(folder / "state")]
    return subprocess.run([*command, *map(str, arguments)], capture_output=True, text=True, check=False)


def test_every_release_is_proved_again(rig: Rig, tmp_path: Path) -> None:
    """Also one that was revoked, and one by one."""
    first, second = rig.released(), rig.released()
    told = run(tmp_path, "--key", tmp_path / "key")
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.splitlines()[-1] == "2 of 2 tables proved"
    one = run(tmp_path, "--key", tmp_path / "key", second.id)
    assert first.id not in one.stdout
    assert "1 of 1" in one.stdout


def test_a_certificate_that_proves_nothing_is_named(rig: Rig, key: X25519PrivateKey, tmp_path: Path) -> None:
    """A move that leaves the total as it was not."""
    wrong = dict(proof())
    wrong["moves"] = [[[0, 1]]]
    wrong["certificates"] = [[0, "high", 8, 0], [0, "low", 2, 0]]
    seal(rig, key, wrong)
    rig.released()
    told = run(tmp_path, "--key", tmp_path / "key")
    assert told.returncode == 3
    assert "NOT PROVED: 2 ends" in told.stdout


def test_evidence_that_was_changed_lost_or_sealed_to_another_is_named(rig: Rig, tmp_path: Path) -> None:
    """Each in its own words."""
    screening = rig.released().screening
    assert screening is not None
    assert screening.tables[0].evidence_sha256 is not None
    path = tmp_path / "state" / "egress" / "vault" / screening.tables[0].evidence_sha256
    other = X25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (tmp_path / "other").write_bytes(other)
    assert "sealed with another key" in run(tmp_path, "--key", tmp_path / "other").stdout
    path.chmod(0o600)
    path.write_bytes(b"x" * 100)
    assert "its evidence has changed" in run(tmp_path, "--key", tmp_path / "key").stdout
    path.unlink()
    lost = run(tmp_path, "--key", tmp_path / "key")
    assert (lost.returncode, "cannot be read" in lost.stdout) == (3, True)


def test_a_wrong_key_file_is_bad_input(rig: Rig, tmp_path: Path) -> None:
    """Nothing is said about releases with a key that is none."""
    rig.released()
    assert run(tmp_path, "--key", tmp_path / "none").returncode == 2
    (tmp_path / "text").write_text("not a key")
    assert run(tmp_path, "--key", tmp_path / "text").returncode == 2
