"""A project's folder encrypted at rest, under a key that is destroyed with the project's salt.

The kernel encrypts (fscrypt: AES-256-XTS, names too), so whoever may read the folder reads it as before: guard, compute
and workspaces hold no key. The key lies in the kernel's memory while the folder is open, and is derived again, from the
installation's key and the project's salt, when it is opened after a start of the machine. Without the salt nobody can
derive it, and what the disk holds, or a copy of the disk, cannot be read.

It takes a file system that can: ext4 or f2fs with the feature ``encrypt``.
"""

from __future__ import annotations

import errno
import fcntl
import hmac
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha512
from pathlib import Path

from ecluse_platform.extract.problems import ExtractProblem

# From <linux/fscrypt.h>: numbers of the calls, then the layouts that they take.
_SET_POLICY, _GET_POLICY = 0x800C6613, 0xC0096616
_ADD_KEY, _REMOVE_KEY, _REMOVE_KEY_ALL_USERS, _KEY_STATUS = 0xC0506617, 0xC0406618, 0xC0406619, 0xC080661A
_BY_IDENTIFIER, _IDENTIFIER_BYTES = 2, 16
_POLICY = struct.Struct("<BBBBB3s16s")
_VERSION, _AES_256_XTS, _AES_256_CTS, _PAD_NAMES_TO_32 = 2, 1, 4, 3
_SPECIFIER = struct.Struct("<II32s")
_KEY = struct.Struct("<40sII32s64s")
_REMOVAL = struct.Struct("<40sI20s")
_STATUS = struct.Struct("<40s24sI60s")
_POLICY_SPACE = struct.Struct("<Q24s")
_KEY_IS_PRESENT = 2
_CANNOT = (errno.EOPNOTSUPP, errno.ENOTTY, errno.EINVAL)


def open_sealed(home: Path, project_key: bytes) -> None:
    """Open a project's folder, made and sealed first if there is none; refuse one that holds files in the clear."""
    home.mkdir(parents=True, exist_ok=True)
    with _folder(home.parent) as above:
        key = _added(above, hmac.digest(project_key, b"ecluse volume", sha512))
    found = _sealed_with(home)
    if found is None:
        if any(home.iterdir()):
            raise ExtractProblem(
                f"{home.name} has an extract that is not encrypted.",
                f"Delete the folder {home}, then build again: what was written in the clear stays so.",
            )
        with _folder(home) as own:
            policy = _POLICY.pack(_VERSION, _AES_256_XTS, _AES_256_CTS, _PAD_NAMES_TO_32, 0, b"", key)
            fcntl.ioctl(own, _SET_POLICY, policy)
    elif found != key:
        raise ExtractProblem(
            f"the folder of {home.name} is encrypted under another key.",
            "Restore the project's key from the backup, or purge the project and build again.",
        )


def close_sealed(home: Path) -> None:
    """Take the key of a project's folder out of the kernel's memory; files that are still open stay so until closed."""
    key = _sealed_with(home)
    if key is None:
        return
    with _folder(home.parent) as above:
        # Root may take away the key that another user added.
        call = _REMOVE_KEY_ALL_USERS if os.geteuid() == 0 else _REMOVE_KEY
        try:
            fcntl.ioctl(above, call, bytearray(_REMOVAL.pack(_SPECIFIER.pack(_BY_IDENTIFIER, 0, key), 0, b"")))
        except OSError as error:
            if error.errno != errno.ENOKEY:
                raise


def is_sealed(home: Path) -> bool:
    """Say whether a project's folder is encrypted."""
    return home.is_dir() and _sealed_with(home) is not None


def is_open(home: Path) -> bool:
    """Say whether an encrypted folder can be read now."""
    key = _sealed_with(home)
    if key is None:
        return False
    status = bytearray(_STATUS.pack(_SPECIFIER.pack(_BY_IDENTIFIER, 0, key), b"", 0, b""))
    with _folder(home.parent) as above:
        fcntl.ioctl(above, _KEY_STATUS, status)
    return int(_STATUS.unpack(status)[2]) == _KEY_IS_PRESENT


def _added(above: int, secret: bytes) -> bytes:
    """Give the file system a key; return the name that it gives to it."""
    request = bytearray(_KEY.pack(_SPECIFIER.pack(_BY_IDENTIFIER, 0, b""), len(secret), 0, b"", secret))
    try:
        fcntl.ioctl(above, _ADD_KEY, request)
    except OSError as error:
        if error.errno in _CANNOT:
            raise ExtractProblem(
                "the permit asks for encryption at rest, which the file system of the extracts cannot do.",
                "Make one that can with tools/volume.sh, or mount one (ext4 with `encrypt`) on the folder of extracts.",
            ) from None
        raise
    return bytes(request[8 : 8 + _IDENTIFIER_BYTES])


def _sealed_with(home: Path) -> bytes | None:
    """Return the name of the key that a folder is encrypted under, None if it is not."""
    space = bytearray(_POLICY_SPACE.pack(_POLICY_SPACE.size - 8, b""))
    with _folder(home) as own:
        try:
            fcntl.ioctl(own, _GET_POLICY, space)
        except OSError as error:
            if error.errno in (errno.ENODATA, *_CANNOT):
                return None
            raise
    return bytes(_POLICY.unpack(_POLICY_SPACE.unpack(space)[1])[-1])


@contextmanager
def _folder(path: Path) -> Iterator[int]:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
