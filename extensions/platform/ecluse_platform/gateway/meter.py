"""How much each workspace has sent to browsers today; a restart or a new connection never gives anything back.

Bytes are set aside on disk in blocks before any of them is sent. After a crash the whole last block counts as sent,
so the total can only be overstated.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from ecluse_platform.core.names import Workspace
from ecluse_platform.core.refusals import Refusal

_BLOCK = 1024 * 1024


class MeterFault(Exception):
    """The meter's file cannot be trusted: the gateway must not start."""


class Meter:
    """A daily count of bytes per person and project, in UTC days."""

    def __init__(self, file: Path, clock: Callable[[], datetime]) -> None:
        self._file = file
        self._clock = clock
        self._day = self._today()
        self._reserved = self._read()
        self._spent = dict(self._reserved)

    def charge(self, workspace: Workspace, size: int, daily_bytes: int) -> None:
        """Count bytes before they are sent; refuse them, and count nothing, when they do not fit in the day."""
        self._turn_the_day()
        key = workspace.server
        total = self._spent.get(key, 0) + size
        if total > daily_bytes:
            raise Refusal("gateway_daily_limit", {"limit": str(daily_bytes)})
        if total > self._reserved.get(key, 0):
            reserved = self._reserved | {key: min(total + _BLOCK, max(daily_bytes, total))}
            self._write(reserved)
            self._reserved = reserved
        self._spent[key] = total

    def spent(self, workspace: Workspace) -> int:
        """Return what a workspace has sent today, in bytes."""
        self._turn_the_day()
        return self._spent.get(workspace.server, 0)

    def _turn_the_day(self) -> None:
        # Only forwards: a clock that steps back must not hand out the same day twice.
        today = self._today()
        if today > self._day:
            self._day, self._reserved, self._spent = today, {}, {}

    def _today(self) -> str:
        return self._clock().date().isoformat()

    def _read(self) -> dict[str, int]:
        try:
            stored = json.loads(self._file.read_text(encoding="utf-8"))
            day, reserved = stored["day"], stored["reserved"]
            if not all(isinstance(size, int) and size >= 0 for size in reserved.values()):
                raise MeterFault(f"{self._file}: a count is not a number of bytes")
            self._day = max(self._day, day)
        except FileNotFoundError:
            self._write({})
            return {}
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise MeterFault(
                f"{self._file} is damaged; restore it, or remove it to start today's count again"
            ) from error
        return dict(reserved) if day == self._day else {}

    def _write(self, reserved: dict[str, int]) -> None:
        fresh = self._file.with_suffix(".new")
        with fresh.open("w", encoding="utf-8") as stream:
            json.dump({"day": self._day, "reserved": reserved}, stream)
            stream.flush()
            os.fsync(stream.fileno())
        fresh.replace(self._file)
