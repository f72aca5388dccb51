"""The background worker: releases what is approved, screens what waits; one at a time on one installation."""

from __future__ import annotations

import fcntl
import threading
from pathlib import Path
from typing import IO

import structlog

from ecluse_platform.core.refusals import Refusal
from ecluse_platform.egress.ports import Clock, Compute, Policies, Store, Vault
from ecluse_platform.egress.services.releasing import release_approved
from ecluse_platform.egress.services.screening import screen_next
from ecluse_platform.policyfiles import PolicyError

IDLE_SECONDS = 2.0
_log = structlog.get_logger()


class Worker:
    """Runs the system's own steps; it keeps nothing in memory, so it may be killed and started at any time."""

    def __init__(
        self, *, store: Store, policies: Policies, clock: Clock, compute: Compute, vault: Vault, lock: Path
    ) -> None:
        """Work on a store; the lock file keeps a second worker of the installation waiting."""
        self._store = store
        self._policies = policies
        self._clock = clock
        self._compute = compute
        self._vault = vault
        self._lock = lock
        self._woken = threading.Event()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="worker", daemon=True)

    def start(self) -> None:
        """Begin to work in the background."""
        self._thread.start()

    def wake(self) -> None:
        """Say that there may be something to do."""
        self._woken.set()

    def stop(self) -> None:
        """Ask the worker to end; what it is doing may be cut off, and is taken up again at the next start."""
        self._ended.set()
        self._woken.set()

    def work(self) -> bool:
        """Do one round of what can be done now; say whether anything changed."""
        released = release_approved(self._store, self._policies, self._clock, self._vault)
        for request in released:
            _log.info("release", request=request.id, project=request.project, state=request.state.value)
        screened = screen_next(self._store, self._policies, self._clock, self._compute, self._vault)
        if screened is not None:
            _log.info("screening", request=screened.id, project=screened.project, state=screened.state.value)
        return bool(released) or screened is not None

    def _run(self) -> None:
        with self._lock.open("a") as lock:
            while not self._ended.is_set():
                if not (_is_ours(lock) and self._worked()):
                    self._woken.wait(IDLE_SECONDS)
                    self._woken.clear()

    def _worked(self) -> bool:
        try:
            return self.work()
        except Refusal as refusal:
            _log.warning("worker_waits", error=refusal.code)
        except PolicyError as error:
            _log.warning("policies_refused", problems=len(error.problems))
        except Exception as error:  # noqa: BLE001  the worker outlives any request; a trace could quote a value
            _log.error("worker_failed", error=type(error).__name__)
        return False


def _is_ours(lock: IO[str]) -> bool:
    """Take the lock or keep it; it falls with the process, however that ends."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
