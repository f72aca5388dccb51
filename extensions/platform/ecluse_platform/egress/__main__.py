"""Run the egress service: ``python -m ecluse_platform.egress``."""

from __future__ import annotations

import os
import sys

import structlog
import uvicorn

from ecluse_platform.egress.adapters.checkpoints import CheckpointError
from ecluse_platform.egress.app import create_app
from ecluse_platform.egress.bootstrap import build
from ecluse_platform.egress.logs import configure_logs
from ecluse_platform.egress.settings import SettingsError, read_settings
from ecluse_platform.egress.web import add_pages

PORT = 9100
# The container's own networks decide who reaches it: the control network alone.
HOST = "0.0.0.0"  # noqa: S104  see above
BAD_INPUT = 2


def main() -> int:
    """Serve until told to stop; return 2 when the configuration does not let it start."""
    # Requests, tables and the log are for this service alone.
    os.umask(0o077)
    configure_logs()
    try:
        service = build(read_settings())
    except (SettingsError, CheckpointError) as error:
        sys.stderr.write(f"{error}\n")
        return BAD_INPUT
    structlog.get_logger().info("starting")
    uvicorn.run(
        create_app(service.deps, add_pages, service.background()),
        host=HOST,
        port=PORT,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=10,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
