"""Wait until every service really answers where its users reach it, then say so; else say which one does not."""

# ruff: noqa: INP001 - a script run by its path, not part of a package
from __future__ import annotations

import http.client
import os
import subprocess
import sys
import time

PATIENCE_SECONDS = 120
PAUSE_SECONDS = 0.5
REQUEST_SECONDS = 5
FIRST_SERVER_ERROR = 500
NOT_FOUND = 404

PORT = int(os.environ["ECLUSE_PORT"])
IDP_PORT = int(os.environ["ECLUSE_IDP_PORT"])
INSTANCE = os.environ["ECLUSE_INSTANCE"]

# What a browser would ask: port, host name, path.
PAGES = {
    "idp": (IDP_PORT, f"idp.localhost:{IDP_PORT}", "/login"),
    "hub": (PORT, f"hub.localhost:{PORT}", "/hub/api/"),
    "egress": (PORT, f"egress--service.hub.localhost:{PORT}", "/services/egress/health"),
    "gateway": (PORT, f"gateway--service.hub.localhost:{PORT}", "/services/gateway/"),
}
# These have no network.
QUIET = ("guard", "compute")


def page_answers(port: int, host: str, path: str) -> bool:
    """Say whether a page is served: the proxy's own error pages do not count."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=REQUEST_SECONDS)
    try:
        connection.request("GET", path, headers={"Host": host})
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return status < FIRST_SERVER_ERROR and status != NOT_FOUND


def socket_answers(service: str) -> bool:
    """Say whether a service without a network answers on its socket: its own health command is asked, now."""
    project, name = f"label=com.docker.compose.project={INSTANCE}", f"label=com.docker.compose.service={service}"
    find = ["docker", "ps", "--quiet", "--filter", project, "--filter", name]
    found = subprocess.run(find, capture_output=True, check=False, text=True)  # noqa: S603 - no word of it is a user's
    container = found.stdout.strip()
    ping = ["docker", "exec", container, "python", "-m", f"ecluse_platform.{service}.ping"]
    return bool(container) and subprocess.run(ping, capture_output=True, check=False).returncode == 0  # noqa: S603 - nor here


def main() -> int:
    """Ask each service in turn until it answers or patience ends."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    waiting = [*PAGES, *QUIET]
    while waiting:
        waiting = [
            name for name in waiting if not (page_answers(*PAGES[name]) if name in PAGES else socket_answers(name))
        ]
        if waiting and time.monotonic() > deadline:
            sys.stderr.write(f"no answer after {PATIENCE_SECONDS} s from: {', '.join(waiting)}\n")
            sys.stderr.write(f"look at: tools/compose.sh logs {' '.join(waiting)}\n")
            return 1
        if waiting:
            time.sleep(PAUSE_SECONDS)
    return 0


if __name__ == "__main__":
    sys.exit(main())
