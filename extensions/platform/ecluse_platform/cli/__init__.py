"""The `ecluse` command: the one place that composes the parts.

Exit codes: 0 done, 2 bad input (the message says what to change), 3 refused by policy.
"""

from __future__ import annotations

from ecluse_platform.cli.entry import app, main

__all__ = ["app", "main"]
