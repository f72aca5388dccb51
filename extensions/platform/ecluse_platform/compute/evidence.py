"""Evidence under seal: certificates hold true values, and leave the container readable by the operator alone.

A sealed box: an X25519 key made for this one message, HKDF-SHA-256 over both public keys, ChaCha20-Poly1305. Compute
holds the public key only, so that it cannot open what it sealed before; the egress service holds neither.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

# One proof: what ``core.disclosure.proof.to_json`` returns, with the name of what it is about.
Evidence = Mapping[str, object]

_MARK = b"ecluse-evidence-1\n"
_KEY_BYTES = 32
# The key is used once, so that a nonce has nothing to tell apart.
_NONCE = bytes(12)
_LARGEST = 1 << 30


class EvidenceDamaged(Exception):
    """The evidence cannot be opened or read: another key, or other bytes than were sealed."""


def read_public_key(path: Path) -> X25519PublicKey:
    """Return the operator's public key of a PEM file; raise EvidenceDamaged when it holds none."""
    try:
        key = serialization.load_pem_public_key(path.read_bytes())
    except (OSError, ValueError) as error:
        raise EvidenceDamaged("the evidence key cannot be read") from error
    if not isinstance(key, X25519PublicKey):
        raise EvidenceDamaged("the evidence key is not an X25519 public key")
    return key


def read_private_key(pem: bytes) -> X25519PrivateKey:
    """Return the operator's private key of a PEM text; raise EvidenceDamaged when it holds none."""
    try:
        key = serialization.load_pem_private_key(pem, password=None)
    except (ValueError, TypeError) as error:
        raise EvidenceDamaged("this is no PEM private key") from error
    if not isinstance(key, X25519PrivateKey):
        raise EvidenceDamaged("this is not an X25519 private key")
    return key


def sealed_evidence(proofs: Sequence[Evidence], key: X25519PublicKey) -> bytes:
    """Seal proofs to a public key."""
    own = X25519PrivateKey.generate()
    ours, theirs = _raw(own.public_key()), _raw(key)
    content = zlib.compress(json.dumps({"proofs": list(proofs)}, separators=(",", ":")).encode())
    box = ChaCha20Poly1305(_derived(own.exchange(key), ours, theirs))
    return _MARK + ours + box.encrypt(_NONCE, content, _MARK)


def opened_evidence(blob: bytes, key: X25519PrivateKey) -> tuple[Evidence, ...]:
    """Open sealed proofs; raise EvidenceDamaged when key or bytes are not those of the sealing."""
    if not blob.startswith(_MARK) or len(blob) < len(_MARK) + _KEY_BYTES:
        raise EvidenceDamaged("this is no sealed evidence")
    ours = blob[len(_MARK) : len(_MARK) + _KEY_BYTES]
    secret = key.exchange(X25519PublicKey.from_public_bytes(ours))
    box = ChaCha20Poly1305(_derived(secret, ours, _raw(key.public_key())))
    try:
        content = box.decrypt(_NONCE, blob[len(_MARK) + _KEY_BYTES :], _MARK)
        found = json.loads(zlib.decompressobj().decompress(content, _LARGEST))
        return tuple(dict(proof) for proof in found["proofs"])
    except InvalidTag as error:
        raise EvidenceDamaged("sealed with another key, or changed since") from error
    except (ValueError, KeyError, TypeError, zlib.error) as error:
        raise EvidenceDamaged("it holds no proofs") from error


def _raw(key: X25519PublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)


def _derived(secret: bytes, ours: bytes, theirs: bytes) -> bytes:
    return HKDF(hashes.SHA256(), _KEY_BYTES, salt=None, info=_MARK + ours + theirs).derive(secret)
