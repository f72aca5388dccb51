"""Whether the service is well: what answers, and whether the audit log is what was written."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from ecluse_platform.core.audit import Broken, Checkpoint, verify
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.egress.adapters.checkpoints import CheckpointError, load_public_key, read_checkpoints
from ecluse_platform.egress.adapters.compute import SocketCompute
from ecluse_platform.egress.deps import Deps

# Verifying reads the whole log; an operator who reloads the page must not make the service slow.
_REMEMBERED = timedelta(seconds=60)


@dataclass(frozen=True)
class Chain:
    """The audit log at one moment: the first broken entry if there is one, and the last signed checkpoint."""

    at: datetime
    broken: Broken | None
    checkpoint: Checkpoint | None


class Wellbeing:
    """Asks the service's neighbours how they are, and walks the audit log at most once a minute."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps
        self._compute = SocketCompute(deps.settings.compute_socket, deps.policies)
        self._known: Chain | None = None
        self._lock = threading.Lock()

    def services(self) -> Mapping[str, bool]:
        """Say what answers; hub and policies do, or the operator who asks would not have come this far."""
        return {"hub": True, "policies": True, "database": self._database(), "compute": self._compute.ping()}

    def chain(self) -> Chain:
        """Return the state of the audit log, at most a minute old."""
        with self._lock:
            now = self._deps.clock()
            if self._known is None or now - self._known.at > _REMEMBERED:
                self._known = self._walk(now)
            return self._known

    def _database(self) -> bool:
        try:
            with self._deps.store.reading() as reading:
                reading.audit.count()
        except Refusal:
            return False
        return True

    def _walk(self, now: datetime) -> Chain:
        try:
            key = load_public_key(self._deps.settings.signing_key)
            checkpoints = tuple(read_checkpoints(self._deps.settings.checkpoints, key))
        except CheckpointError as error:
            # A checkpoint that cannot be trusted says as little about the log as a broken one.
            return Chain(now, Broken(0, str(error)), None)
        with self._deps.store.reading() as reading:
            found = verify(reading.audit.read(), checkpoints)
        last = max(checkpoints, key=lambda checkpoint: checkpoint.number, default=None)
        return Chain(now, found if isinstance(found, Broken) else None, last)
