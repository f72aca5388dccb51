"""``python -m ecluse_platform.compute.ping``: ask the service whether it answers; the container's health check."""

from __future__ import annotations

import json
import socket
import sys
from pathlib import Path

from ecluse_platform.compute.settings import settings_from

_SECONDS = 5


def answers(path: Path) -> bool:
    """Say whether the service on a socket answers a ping."""
    try:
        with socket.socket(socket.AF_UNIX) as asked:
            asked.settimeout(_SECONDS)
            asked.connect(str(path))
            asked.sendall(b'{"op": "ping"}\n')
            return bool(json.loads(asked.makefile().readline()) == {"ok": True})
    except (OSError, ValueError):
        return False


if __name__ == "__main__":
    sys.exit(0 if answers(settings_from().socket) else 1)
