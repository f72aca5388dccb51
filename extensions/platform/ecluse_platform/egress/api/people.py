"""Who is calling the JSON interface: read from the token, never from the body."""

from __future__ import annotations

import hmac

from fastapi import Request

from ecluse_platform.core.identity import workspace_of
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.egress.deps import Deps
from ecluse_platform.egress.services.pace import Pace
from ecluse_platform.egress.services.people import Researcher

_SCHEMES = frozenset({"token", "bearer"})


def token_of(request: Request) -> str:
    """Return the token of the Authorization header; refuse a call without one."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() not in _SCHEMES or not token:
        raise Refusal("not_authenticated")
    return token.strip()


class Workspaces:
    """Tells which workspace calls, and holds each to its pace when it sends work."""

    def __init__(self, deps: Deps) -> None:
        """Ask the hub through the service's own ports."""
        self._deps = deps
        self._pace = Pace()

    def asking(self, request: Request) -> Researcher:
        """Return the researcher whose workspace calls, bound to that workspace's project."""
        workspace = workspace_of(self._deps.identities.principal(token_of(request)))
        return Researcher(workspace.user, workspace.project)

    def sending(self, request: Request) -> Researcher:
        """Return the researcher whose workspace calls; refuse a call beyond the workspace's pace."""
        who = self.asking(request)
        most = self._deps.policies.current().platform.pace.requests_a_minute
        self._pace.check(self._deps.store, self._deps.clock(), who, most)
        return who


def check_is_hub(request: Request, expected: str) -> None:
    """Refuse anybody but the hub's own audit token, in a time that tells nothing about it."""
    if not hmac.compare_digest(token_of(request).encode(), expected.encode()):
        raise Refusal("not_authenticated")
