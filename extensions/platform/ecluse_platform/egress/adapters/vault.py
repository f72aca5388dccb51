"""The vault: bytes kept under their SHA-256, durable when stored, checked whenever read."""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path

from ecluse_platform.core.refusals import Refusal
from ecluse_platform.core.requests import sha256_of

_HASH = re.compile(r"[0-9a-f]{64}")


class FileVault:
    """A folder of content-addressed files."""

    def __init__(self, folder: Path) -> None:
        """Make the folder when it is missing; what a crash left half-written goes."""
        self._folder = folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for left in folder.glob(".new-*"):
            left.unlink(missing_ok=True)

    def put(self, content: bytes) -> str:
        """Store bytes durably and return their SHA-256."""
        digest = sha256_of(content)
        target = self._folder / digest
        if target.exists() and sha256_of(target.read_bytes()) == digest:
            return digest
        part = self._folder / f".new-{secrets.token_hex(8)}"
        with part.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.chmod(0o400)
        part.rename(target)
        self._sync()
        return digest

    def get(self, sha256: str) -> bytes:
        """Return the bytes of a hash; refuse bytes that no longer have it."""
        if _HASH.fullmatch(sha256) is None:
            raise Refusal("file_changed")
        try:
            content = (self._folder / sha256).read_bytes()
        except OSError as error:
            raise Refusal("file_changed") from error
        if sha256_of(content) != sha256:
            raise Refusal("file_changed")
        return content

    def _sync(self) -> None:
        # The rename itself must survive a power cut, not only the bytes.
        descriptor = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
