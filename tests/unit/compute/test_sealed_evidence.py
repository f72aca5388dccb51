"""Evidence leaves its container under seal: only the operator's key opens it, and any change shows."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from ecluse_platform.compute.evidence import (
    EvidenceDamaged,
    opened_evidence,
    read_private_key,
    read_public_key,
    sealed_evidence,
)

PROOF = {"name": "persons", "values": [3, 40], "hidden": [0]}
PLAIN = serialization.NoEncryption()


def private_pem(key: X25519PrivateKey | Ed25519PrivateKey) -> bytes:
    """Write a private key as PEM."""
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, PLAIN)


def public_pem(key: X25519PrivateKey | Ed25519PrivateKey) -> bytes:
    """Write a key's public half as PEM."""
    return key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def test_what_is_sealed_is_opened_by_the_private_key(tmp_path: Path) -> None:
    """The proofs come back as they were, through keys as they lie on disk."""
    key = X25519PrivateKey.generate()
    (tmp_path / "key").write_bytes(public_pem(key))
    blob = sealed_evidence([PROOF], read_public_key(tmp_path / "key"))
    assert opened_evidence(blob, read_private_key(private_pem(key))) == (PROOF,)
    assert b"persons" not in blob


def test_the_same_proofs_are_never_sealed_alike() -> None:
    """Nobody can tell from two blobs that they hold the same values."""
    key = X25519PrivateKey.generate().public_key()
    assert sealed_evidence([PROOF], key) != sealed_evidence([PROOF], key)


def test_another_key_opens_nothing() -> None:
    """A key of another installation is told from a damaged file by nobody, and opens nothing."""
    blob = sealed_evidence([PROOF], X25519PrivateKey.generate().public_key())
    with pytest.raises(EvidenceDamaged):
        opened_evidence(blob, X25519PrivateKey.generate())


@pytest.mark.parametrize("place", [0, 20, 60, -1])
def test_any_changed_byte_shows(place: int) -> None:
    """Mark, key, content and tag are all covered."""
    key = X25519PrivateKey.generate()
    blob = bytearray(sealed_evidence([PROOF], key.public_key()))
    blob[place] ^= 1
    with pytest.raises(EvidenceDamaged):
        opened_evidence(bytes(blob), key)


def test_a_cut_blob_and_a_key_of_another_kind_are_named(tmp_path: Path) -> None:
    """What is not evidence, or not such a key, is refused with words and not with a trace."""
    other = Ed25519PrivateKey.generate()
    (tmp_path / "key").write_bytes(public_pem(other))
    with pytest.raises(EvidenceDamaged, match="X25519"):
        read_public_key(tmp_path / "key")
    with pytest.raises(EvidenceDamaged, match="X25519"):
        read_private_key(private_pem(other))
    with pytest.raises(EvidenceDamaged, match="no sealed"):
        opened_evidence(b"", X25519PrivateKey.generate())
