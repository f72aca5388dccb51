"""Ask the guard whether it answers: `python -m ecluse_platform.guard.ping` exits 0 when it and the engine do."""

from __future__ import annotations

import http.client
import socket
import sys
from http import HTTPStatus

from ecluse_platform.guard.settings import socket_from

_SECONDS = 5


def is_answering(path: str) -> bool:
    """Say whether a guard listens on a socket and reaches the engine behind it."""
    connection = http.client.HTTPConnection("guard", timeout=_SECONDS)
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as link:
            link.settimeout(_SECONDS)
            link.connect(path)
            connection.sock = link
            connection.request("GET", "/_ping")
            return connection.getresponse().status == HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False


if __name__ == "__main__":
    sys.exit(0 if is_answering(str(socket_from())) else 1)
