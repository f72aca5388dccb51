"""Proof Key for Code Exchange (RFC 7636, S256): a stolen code is worthless without the secret that began the login."""

from __future__ import annotations

import base64
import hashlib
import secrets
from urllib.parse import urlencode

_VERIFIER_BYTES = 48


def new_verifier() -> str:
    """Return a fresh secret for one login."""
    return secrets.token_urlsafe(_VERIFIER_BYTES)


def challenge_of(verifier: str) -> str:
    """Return what may be told in public of a verifier."""
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


def authorize_url(authorize: str, client_id: str, callback: str, state: str, verifier: str) -> str:
    """Return the hub's address that asks a person to log in for us."""
    query = {
        "client_id": client_id,
        "redirect_uri": callback,
        "response_type": "code",
        "state": state,
        "code_challenge": challenge_of(verifier),
        "code_challenge_method": "S256",
    }
    return f"{authorize}?{urlencode(query)}"
