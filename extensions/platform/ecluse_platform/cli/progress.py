"""A bar on standard error for what takes longer than people like to wait without a word."""

from __future__ import annotations

import sys
import time

SILENT_SECONDS = 2.0
_WIDTH = 30


class Bar:
    """Shows how far something is, once it has taken two seconds; call it with (done, all)."""

    def __init__(self, what: str) -> None:
        """Name what is going on."""
        self._what = what
        self._began = time.monotonic()
        self._said = -1

    def __call__(self, done: int, total: int) -> None:
        """Draw the bar anew where a percent was added."""
        percent = 100 * done // max(total, 1)
        if time.monotonic() - self._began < SILENT_SECONDS or percent == self._said:
            return
        self._said = percent
        full = _WIDTH * percent // 100
        sys.stderr.write(f"\r{self._what} [{'#' * full}{'.' * (_WIDTH - full)}] {percent:3} %")
        sys.stderr.flush()

    def close(self) -> None:
        """End the line of the bar."""
        if self._said >= 0:
            sys.stderr.write("\n")
