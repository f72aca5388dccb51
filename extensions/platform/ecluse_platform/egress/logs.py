"""Logs as JSON lines that can only hold keys known to be free of data."""

from __future__ import annotations

import logging
from collections.abc import MutableMapping
from typing import Any

import structlog

# Nothing else is ever written: a key that is not here is dropped, whatever somebody logs.
KEYS = frozenset(
    {"event", "level", "timestamp", "request", "project", "state", "attempt", "error", "where", "problems"}
    | {"status", "method", "milliseconds", "service", "entries", "logger"}
)


def allow_listed(_logger: object, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Drop every key that is not known to be free of data."""
    return {key: value for key, value in event.items() if key in KEYS}


def configure_logs() -> None:
    """Write our own events as JSON to standard output; libraries may only warn, and by name alone."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            allow_listed,
            structlog.processors.JSONRenderer(sort_keys=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(handlers=[_Names()], level=logging.WARNING, force=True)


class _Names(logging.Handler):
    """Keeps that a library complained, not what it said: its words could quote a value."""

    def emit(self, record: logging.LogRecord) -> None:
        structlog.get_logger().warning("library", logger=record.name, where=f"{record.module}:{record.lineno}")
