"""A worker process that is killed at the Nth durable step it takes: ``python -m egress_rig.victim N`` (0: never).

It works until nothing is left to do. The steps counted are those between which a crash could show: before and after
each commit, each flush to disk and each rename.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

from sqlalchemy.orm import Session

from ecluse_platform.egress.bootstrap import build
from ecluse_platform.egress.settings import read_settings

P = ParamSpec("P")
R = TypeVar("R")
left = int(sys.argv[1])


def tick() -> None:
    """Count one step; die at the one that was asked for."""
    global left  # noqa: PLW0603  one process, one countdown
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)


def deadly(step: Callable[P, R]) -> Callable[P, R]:
    """Return a step that may be the last thing the process does, before or after it."""

    @wraps(step)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        tick()
        done = step(*args, **kwargs)
        tick()
        return done

    return wrapped


if __name__ == "__main__":
    service = build(read_settings())
    os.fsync = deadly(os.fsync)
    Session.commit = deadly(Session.commit)  # type: ignore[method-assign]  # the point of this program
    Path.rename = deadly(Path.rename)  # type: ignore[method-assign]  # the same
    while service.worker.work():
        pass
