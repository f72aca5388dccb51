"""Signatures of manifests: made by the extractor, checked by whoever opens an extract."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)


class WrongKey(Exception):
    """What should be an Ed25519 key in PEM is something else."""


def sign(private_key: bytes, text: bytes) -> bytes:
    """Return the Ed25519 signature of a text; ``private_key`` is PEM."""
    return _private(private_key).sign(text)


def public_half(private_key: bytes) -> bytes:
    """Return the PEM of the public key that belongs to a private one."""
    return _private(private_key).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def verifies(public_key: bytes, text: bytes, signature: bytes) -> bool:
    """Say whether a text was signed by the holder of the private key; ``public_key`` is PEM."""
    try:
        key = load_pem_public_key(public_key)
    except ValueError as error:
        raise WrongKey("the public key cannot be read") from error
    if not isinstance(key, Ed25519PublicKey):
        raise WrongKey("the public key is no Ed25519 key")
    try:
        key.verify(signature, text)
    except InvalidSignature:
        return False
    return True


def _private(pem: bytes) -> Ed25519PrivateKey:
    try:
        key = load_pem_private_key(pem, None)
    except (ValueError, TypeError) as error:
        raise WrongKey("the private key cannot be read") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise WrongKey("the private key is no Ed25519 key")
    return key
