"""The policies in force, read again whenever a file of theirs changes."""

from __future__ import annotations

import os
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from ecluse_platform.core.policy.bundle import PolicyBundle
from ecluse_platform.policyfiles.loading import load_policies
from ecluse_platform.policyfiles.problems import PolicyError, Problem
from ecluse_platform.policyfiles.reading import entries

_ATTEMPTS = 3
# Two writes within one tick of the file system's clock look alike: only files at rest for longer are taken from memory.
_AT_REST_NS = 50_000_000

Signature = tuple[tuple[str, int, int, int], ...]


@dataclass(frozen=True)
class _Reading:
    signature: Signature
    settled: bool
    outcome: PolicyBundle | PolicyError


class PolicySource:
    """Serves the policies of a folder as they are now; while they are wrong it refuses, it never serves older ones."""

    def __init__(self, path: Path) -> None:
        """Remember the folder; nothing is read before the first question."""
        self._path = path
        self._lock = threading.Lock()
        self._last: _Reading | None = None

    def current(self) -> PolicyBundle:
        """Return the policies in force; raise `PolicyError` while any file is wrong or being written."""
        with self._lock:
            if self._last is None or not self._last.settled or not _holds(self._last.signature):
                self._last = self._read()
            outcome = self._last.outcome
        if isinstance(outcome, PolicyError):
            raise PolicyError(outcome.problems)
        return outcome

    def _read(self) -> _Reading:
        for _ in range(_ATTEMPTS):
            before, started = _signature(self._path), time.time_ns()
            outcome = _load(self._path)
            if before == _signature(self._path):
                newest = max((changed for _, changed, _, _ in before), default=0)
                return _Reading(before, newest < started - _AT_REST_NS, outcome)
        writing = Problem(str(self._path), 1, 1, "", "the policies are being written; try again in a moment")
        return _Reading((), settled=False, outcome=PolicyError([writing]))


def _load(path: Path) -> PolicyBundle | PolicyError:
    try:
        return load_policies(path)
    except PolicyError as error:
        return error
    except OSError as error:
        return PolicyError([Problem(str(path), 1, 1, "", f"the policies cannot be read: {error.strerror}")])


def _signature(path: Path) -> Signature:
    """Return what changes when a file is written, added, replaced or removed: the stamps of files and folders."""
    try:
        inside = tuple((f"{path}/{name}", *_stamp(entry.stat(follow_symlinks=False))) for name, entry in entries(path))
        return ((str(path), *_stamp(path.stat(follow_symlinks=False))), *inside)
    except OSError:
        return ()


def _holds(signature: Signature) -> bool:
    """Say whether nothing changed since; a file more or less changes the stamp of its folder."""
    # A look at every request: no listing, no path objects, only the stamps.
    try:
        for place, *stamp in signature:
            if _stamp(os.lstat(place)) != tuple(stamp):
                return False
    except OSError:
        return False
    return bool(signature)


def _stamp(status: os.stat_result) -> tuple[int, int, int]:
    # The change time, unlike the modification time, cannot be set by whoever writes the file.
    return status.st_ctime_ns, status.st_size, status.st_ino
