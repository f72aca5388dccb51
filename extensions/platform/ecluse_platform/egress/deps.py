"""Everything that the endpoints and pages of a running service are given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ecluse_platform.egress.ports import Clock, Compute, Identities, NewId, Policies, Store, Vault
from ecluse_platform.egress.settings import Settings


@dataclass(frozen=True)
class Deps:
    """Ports joined to their adapters; ``wake`` tells the worker that there may be something to do."""

    settings: Settings
    store: Store
    policies: Policies
    clock: Clock
    new_id: NewId
    vault: Vault
    compute: Compute
    identities: Identities
    wake: Callable[[], None]
