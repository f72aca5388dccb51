"""Who is asking, as the hub proves it: never as a request's body says it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ecluse_platform.core.names import Workspace, is_project_id, is_user_name
from ecluse_platform.core.refusals import Refusal

SUBMIT_SCOPE = "custom:egress:submit"
REVIEW_SCOPE = "custom:egress:review"
_SERVER_SCOPE = "access:servers!server="


@dataclass(frozen=True)
class Principal:
    """A person or a workspace, with the scopes that the hub granted to its token."""

    name: str
    scopes: frozenset[str]

    def holds(self, scope: str) -> bool:
        """Say whether the token carries a scope, with or without a filter on it."""
        return any(held.split("!", 1)[0] == scope for held in self.scopes)


def workspace_of(principal: Principal) -> Workspace:
    """Read the one workspace a token belongs to from its scopes; refuse any other token.

    A server's token holds ``access:servers!server=<user>/<project>`` exactly once; anything else (a browser session, a
    personal token, two servers at once, a server of somebody else) is no proof of a project.
    """
    servers = _servers(principal.scopes)
    if len(servers) != 1 or not principal.holds(SUBMIT_SCOPE):
        raise Refusal("no_workspace_token")
    user, _, project = servers[0].partition("/")
    if user != principal.name or not (is_user_name(user) and is_project_id(project)):
        raise Refusal("no_workspace_token")
    return Workspace(user, project)


def _servers(scopes: Iterable[str]) -> list[str]:
    return sorted({s.removeprefix(_SERVER_SCOPE) for s in scopes if s.startswith(_SERVER_SCOPE)})
