"""Who is calling the JSON interface: read from the token, never from the body."""

from __future__ import annotations

import hmac

from fastapi import Request

from ecluse_platform.core.identity import workspace_of
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.egress.deps import Deps
from ecluse_platform.egress.services.people import Researcher

_SCHEMES = frozenset({"token", "bearer"})


def token_of(request: Request) -> str:
    """Return the token of the Authorization header; refuse a call without one."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() not in _SCHEMES or not token:
        raise Refusal("not_authenticated")
    return token.strip()


def workspace_researcher(request: Request, deps: Deps) -> Researcher:
    """Return the researcher whose workspace calls, bound to that workspace's project."""
    workspace = workspace_of(deps.identities.principal(token_of(request)))
    return Researcher(workspace.user, workspace.project)


def check_is_hub(request: Request, expected: str) -> None:
    """Refuse anybody but the hub's own audit token, in a time that tells nothing about it."""
    if not hmac.compare_digest(token_of(request).encode(), expected.encode()):
        raise Refusal("not_authenticated")
