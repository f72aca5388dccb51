"""Manifests signed as the extractor signs them, with a key of the tests' own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from ecluse_platform.core.signatures import public_half, sign

PRIVATE = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
PUBLIC = public_half(PRIVATE)


def write_key(folder: Path) -> Path:
    """Write the public key into a folder; return its file."""
    path = folder / "extract_verify_key"
    path.write_bytes(PUBLIC)
    return path


def write_signed(home: Path, version: str, tables: Mapping[str, object] | None = None) -> Path:
    """Write the signed manifest of a version of the project that ``home`` is named after, and make it current."""
    folder = home / version
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"project": home.name, "version": version, "tables": dict(tables or {})}).encode()
    (folder / "manifest.json").write_bytes(text)
    (folder / "manifest.sig").write_bytes(sign(PRIVATE, text))
    (home / "current").write_text(version)
    return folder
