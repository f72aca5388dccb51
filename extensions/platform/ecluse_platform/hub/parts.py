"""What the hub's classes share; JupyterHub makes them itself, so it is handed to them as one value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from ecluse_platform.hub.audit import AuditLog
from ecluse_platform.hub.settings import HubSettings
from ecluse_platform.policyfiles import PolicySource


@dataclass(frozen=True)
class Parts:
    """The settings, the policies in force and the audit log of this hub."""

    settings: HubSettings
    policies: PolicySource
    audit: AuditLog

    def __deepcopy__(self, _: object) -> Self:
        """Stay one: configuration copies its values, and policies are to be read once, not once per class."""
        return self
