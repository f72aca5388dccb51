"""Signed checkpoints of the audit log, one line each, kept outside the database so that a shortened log shows."""

from __future__ import annotations

import base64
import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ecluse_platform.core.audit import Checkpoint


class CheckpointError(Exception):
    """A checkpoint file or key that cannot be trusted as it stands; the message says which line or why."""


class Checkpoints:
    """Appends signed checkpoints; one writer at a time, each line durable before the next."""

    def __init__(self, path: Path, key: Ed25519PrivateKey) -> None:
        """Go on after what is already in the file."""
        self._path = path
        self._key = key
        self._lock = threading.Lock()
        _drop_torn_line(path)
        self._last = max((c.number for c in read_checkpoints(path, key.public_key())), default=0)

    def append(self, checkpoint: Checkpoint) -> None:
        """Sign the head of the log; one that a later head already covers adds nothing."""
        with self._lock:
            if checkpoint.number <= self._last:
                return
            signature = base64.b64encode(self._key.sign(_signed(checkpoint))).decode()
            line = json.dumps({"number": checkpoint.number, "digest": checkpoint.digest, "signature": signature})
            with self._path.open("a", encoding="ascii") as file:
                file.write(line + "\n")
                file.flush()
                os.fsync(file.fileno())
            self._last = checkpoint.number


def read_checkpoints(path: Path, key: Ed25519PublicKey) -> Iterator[Checkpoint]:
    """Yield the checkpoints of a file; raise at the first line that this key did not sign."""
    if not path.exists():
        return
    with path.open(encoding="ascii", errors="replace") as file:
        for position, line in enumerate(file, start=1):
            # The last line may still be being written, or be what a power cut left of one.
            if line.endswith("\n"):
                yield _read(line, position, key)


def _drop_torn_line(path: Path) -> None:
    """Take away what a power cut left of a line, so that the next one stands on its own."""
    if not path.exists():
        return
    content = path.read_bytes()
    whole = content.rfind(b"\n") + 1
    if whole < len(content):
        os.truncate(path, whole)


def load_private_key(pem: bytes) -> Ed25519PrivateKey:
    """Read the key that signs checkpoints."""
    try:
        key = serialization.load_pem_private_key(pem, password=None)
    except ValueError as error:
        raise CheckpointError("the signing key is not a PEM private key") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise CheckpointError("the signing key is not an ed25519 key")
    return key


def load_public_key(pem: bytes) -> Ed25519PublicKey:
    """Read the key that proves checkpoints, from a public or a private PEM."""
    if b"PRIVATE KEY" in pem:
        return load_private_key(pem).public_key()
    try:
        key = serialization.load_pem_public_key(pem)
    except ValueError as error:
        raise CheckpointError("the key is not a PEM key") from error
    if not isinstance(key, Ed25519PublicKey):
        raise CheckpointError("the key is not an ed25519 key")
    return key


def _read(line: str, position: int, key: Ed25519PublicKey) -> Checkpoint:
    try:
        record = json.loads(line)
        checkpoint = Checkpoint(int(record["number"]), str(record["digest"]))
        key.verify(base64.b64decode(record["signature"], validate=True), _signed(checkpoint))
    except (ValueError, KeyError, TypeError, InvalidSignature) as error:
        raise CheckpointError(f"checkpoint line {position} was not signed by this key") from error
    return checkpoint


def _signed(checkpoint: Checkpoint) -> bytes:
    return f"ecluse-audit-checkpoint\n{checkpoint.number}\n{checkpoint.digest}\n".encode()
