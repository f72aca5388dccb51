"""tools/make_secrets.py gives each service its own secrets, once."""

from __future__ import annotations

import runpy
from pathlib import Path

from cryptography.hazmat.primitives.serialization import load_pem_private_key

from ecluse_platform.compute.evidence import opened_evidence, read_private_key, read_public_key, sealed_evidence

ROOT = Path(__file__).resolve().parents[3]
SCRIPT = runpy.run_path(str(ROOT / "tools" / "make_secrets.py"))
make = SCRIPT["make"]


def read_all(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by its path."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    """Keys outlive every restart."""
    make(tmp_path)
    before = read_all(tmp_path)
    make(tmp_path)
    assert read_all(tmp_path) == before


def test_each_reader_has_the_same_copy_and_nobody_else_has_one(tmp_path: Path) -> None:
    """The table of readers is all that decides who knows what."""
    make(tmp_path)
    expected = {f"{reader}/{name}" for name, readers in SCRIPT["READERS"].items() for reader in readers}
    found = read_all(tmp_path)
    assert set(found) == expected
    for name, readers in SCRIPT["READERS"].items():
        assert len({found[f"{reader}/{name}"] for reader in readers}) == 1
    assert len(set(found.values())) == len(SCRIPT["READERS"])


def test_only_the_operator_can_open_what_compute_seals(tmp_path: Path) -> None:
    """The private key is in no service's folder; the public one is its half."""
    make(tmp_path)
    assert {path.parent.name for path in tmp_path.rglob("evidence_private_key")} == {"operator"}
    assert {path.parent.name for path in tmp_path.rglob("evidence_public_key")} == {"operator", "compute"}
    sealed = sealed_evidence([{"name": "x"}], read_public_key(tmp_path / "compute" / "evidence_public_key"))
    key = read_private_key((tmp_path / "operator" / "evidence_private_key").read_bytes())
    assert opened_evidence(sealed, key) == ({"name": "x"},)


def test_secrets_are_readable_by_their_owner_only(tmp_path: Path) -> None:
    """No other user of the machine can read a secret, and not even its owner changes it by accident."""
    make(tmp_path)
    assert all(path.stat().st_mode & 0o777 == 0o400 for path in tmp_path.rglob("*") if path.is_file())
    assert all(path.stat().st_mode & 0o777 == 0o500 for path in tmp_path.rglob("*") if path.is_dir())


def test_only_the_egress_service_holds_the_audit_key(tmp_path: Path) -> None:
    """Whoever signs the audit log's checkpoints is the only one that can."""
    make(tmp_path)
    assert {path.parent.name for path in tmp_path.rglob("audit_signing_key")} == {"egress"}
    load_pem_private_key((tmp_path / "egress" / "audit_signing_key").read_bytes(), password=None)
    assert {path.parent.name for path in tmp_path.rglob("pseudonym_key")} == {"extractor"}
