"""Make the secrets that are not there yet, one folder for each service that reads them.

A service sees its own folder only, mounted read-only at /run/secrets/ecluse. A secret that two services share is kept
once in the folder of its first reader and copied to the others. What exists is never changed: keys outlive restarts.
"""

# ruff: noqa: INP001 - a script run by its path, not part of a package
from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

# The numbers of the users that images/README.md lists.
USERS = {
    "guard": 0,
    # No service: the folder of the person who runs the installation, mounted nowhere.
    "operator": 0,
    "hub": 10001,
    "gateway": 10002,
    "egress": 10003,
    "compute": 10004,
    "extractor": 10005,
    "idp": 10006,
    "proxy": 10007,
}

# Who reads each secret. A folder is mounted whole, so this table is all that a service can ever learn.
READERS: dict[str, tuple[str, ...]] = {
    "hub_cookie_secret": ("hub",),
    "hub_crypt_key": ("hub",),
    "proxy_token": ("proxy", "hub"),
    "egress_token": ("egress", "hub"),
    "gateway_token": ("gateway", "hub"),
    "hub_audit_token": ("egress", "hub"),
    "oidc_client_secret": ("idp", "hub"),
    "gateway_session_key": ("gateway",),
    "egress_session_key": ("egress",),
    "audit_signing_key": ("egress",),
    "pseudonym_key": ("extractor",),
    "extract_signing_key": ("extractor",),
    "extract_verify_key": ("extractor", "compute", "guard", "egress"),
    # Salts the samples of private answers: who knew it could foresee which rows of a person are kept.
    "sampling_key": ("compute",),
    # Compute seals proofs to the public half; only the operator can open them.
    "evidence_private_key": ("operator",),
    "evidence_public_key": ("operator", "compute"),
    "demo_password": ("idp",),
}


def token() -> bytes:
    """Draw 32 bytes, written as 64 hexadecimal digits."""
    return secrets.token_hex(32).encode()


def password() -> bytes:
    """Draw a password that people can read aloud: five groups of four letters and digits without look-alikes."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(5)).encode()


def signing_key() -> bytes:
    """Make a private key that signs: the audit log's checkpoints, or the manifests of extracts."""
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def sealing_key() -> bytes:
    """Make a private key that opens what is sealed to its public half."""
    return X25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def public_half(private: bytes) -> bytes:
    """Return the public key that checks what a private one signs, or seals what it opens."""
    key = load_pem_private_key(private, None)
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


MAKERS: dict[str, Callable[[], bytes]] = {
    "audit_signing_key": signing_key,
    "extract_signing_key": signing_key,
    "evidence_private_key": sealing_key,
    "demo_password": password,
}

# Public keys, each with the private one of the same folder that it belongs to.
PUBLIC_HALVES = {"extract_verify_key": "extract_signing_key", "evidence_public_key": "evidence_private_key"}


def put(path: Path, value: bytes, owner: int) -> None:
    """Write a secret that is whole or absent, readable by its one owner."""
    partial = path.with_name(f".{path.name}.partial")
    partial.unlink(missing_ok=True)
    partial.touch(mode=0o400)
    partial.write_bytes(value)
    if os.geteuid() == 0:
        os.chown(partial, owner, owner)
    partial.replace(path)


def make(folder: Path) -> None:
    """Make every secret that is missing below a folder."""
    for service, owner in USERS.items():
        home = folder / service
        home.mkdir(mode=0o500, parents=True, exist_ok=True)
        if os.geteuid() == 0:
            os.chown(home, owner, owner)
    for name, (first, *others) in READERS.items():
        original = folder / first / name
        if not original.exists():
            half_of = PUBLIC_HALVES.get(name)
            value = public_half((folder / first / half_of).read_bytes()) if half_of else MAKERS.get(name, token)()
            put(original, value, USERS[first])
        for reader in others:
            copy = folder / reader / name
            if not copy.exists() or copy.read_bytes() != original.read_bytes():
                put(copy, original.read_bytes(), USERS[reader])


if __name__ == "__main__":
    make(Path(sys.argv[1]))
