"""Who may pass, asked again at every request: the right host, the owner's session, a permit in force."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from ecluse_platform.core.names import Workspace, is_project_id, is_user_name
from ecluse_platform.core.permit import check_may_work
from ecluse_platform.core.policy.bundle import PolicyBundle
from ecluse_platform.core.policy.platform import Gateway
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.gateway.headers import cookie_pairs
from ecluse_platform.gateway.settings import Settings
from ecluse_platform.gateway.tokens import Session, Signer, digest_of
from ecluse_platform.policyfiles import PolicyError, PolicySource

SESSION_COOKIE = "ecluse-gateway"
# The hub sets it for all its subdomains and changes it at logout: it ties our session to that login.
_HUB_LOGIN_COOKIE = "jupyterhub-session-id"
_UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE", "WS"})
_OWN_SITE = frozenset({"same-origin", "none"})


def workspace_at(host: str, target: str, settings: Settings) -> tuple[Workspace, str]:
    """Return the workspace that a host and target name together, and the rest of the target; refuse any other pair."""
    parts = target.split("/", 4)
    if len(parts) < 4 or parts[:2] != ["", "user"]:  # noqa: PLR2004 - /user/<user>/<project>
        raise Refusal("gateway_closed")
    user, (project, mark, query) = parts[2], parts[3].partition("?")
    if not (is_user_name(user) and is_project_id(project)):
        raise Refusal("gateway_closed")
    workspace = Workspace(user, project)
    if host.lower() != settings.host_of(workspace):
        raise Refusal("gateway_closed")
    rest = parts[4] if len(parts) > 4 and not mark else mark + query  # noqa: PLR2004 - the base path's own slash
    return workspace, "/" + rest


def login_digest(headers: Mapping[str, str]) -> str:
    """Return the digest of the hub's login of this browser, empty before any."""
    values = [value for name, value in cookie_pairs(headers.get("Cookie", "")) if name == _HUB_LOGIN_COOKIE]
    return digest_of(values[0]) if values else ""


@dataclass(frozen=True)
class Admission:
    """Decides who may pass, from the policies as they are now."""

    settings: Settings
    signer: Signer
    policies: PolicySource
    clock: Callable[[], datetime]

    def policy(self) -> PolicyBundle:
        """Return the policies in force; refuse everything while they cannot be read."""
        try:
            return self.policies.current()
        except PolicyError as error:
            raise Refusal("service_unreachable", {"service": "policies"}) from error

    def limits(self) -> Gateway:
        """Return the limits in force."""
        return self.policy().platform.gateway

    def check_may_enter(self, headers: Mapping[str, str], workspace: Workspace) -> Session:
        """Return the session of the workspace's owner while the permit is in force; refuse anybody else."""
        policy = self.policy()
        cookies = cookie_pairs(headers.get("Cookie", ""))
        now, hours = self.clock().timestamp(), policy.platform.gateway.session_hours
        sessions = [self.signer.session(value, now, hours) for name, value in cookies if name == SESSION_COOKIE]
        login = login_digest(headers)
        mine = [one for one in sessions if one is not None and one.user == workspace.user and one.login == login]
        if not mine:
            raise Refusal("not_authenticated")
        check_may_work(policy, workspace.user, workspace.project, self.clock().date())
        return mine[0]

    def check_own_site(self, method: str, headers: Mapping[str, str], workspace: Workspace) -> None:
        """Refuse what another site makes the owner's browser send: only links from elsewhere may open a page."""
        origin = self.settings.origin_of(workspace)
        if method in _UNSAFE and headers.get("Origin") != origin:
            raise Refusal("gateway_other_site")
        if headers.get("Origin", origin) != origin:
            raise Refusal("gateway_other_site")
        navigation = headers.get("Sec-Fetch-Mode") == "navigate" and headers.get("Sec-Fetch-Dest") == "document"
        if headers.get("Sec-Fetch-Site", "none") not in _OWN_SITE and not navigation:
            raise Refusal("gateway_other_site")
