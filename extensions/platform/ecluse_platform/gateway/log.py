"""The gateway's log: events with allowed keys only, so no path, name of a file, token or value ever enters it."""

from __future__ import annotations

import logging
from collections.abc import MutableMapping
from typing import Any

import structlog

_ALLOWED = frozenset(
    {
        "event", "level", "timestamp", "side", "user", "project", "kind", "method", "status", "code", "bytes_down",
        "messages_down", "types", "seconds", "fault", "address", "port",
    }
)  # fmt: skip


def only_allowed_keys(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> dict[str, Any]:
    """Drop every key that is not on the list."""
    return {key: value for key, value in event.items() if key in _ALLOWED}


def configure_log() -> None:
    """Write one JSON object a line; aiohttp's own loggers, which would print addresses and traces, stay quiet."""
    logging.getLogger("aiohttp").setLevel(logging.CRITICAL)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            only_allowed_keys,
            structlog.processors.JSONRenderer(),
        ]
    )


def logger() -> Any:
    """Return the gateway's logger."""
    return structlog.get_logger("gateway")
