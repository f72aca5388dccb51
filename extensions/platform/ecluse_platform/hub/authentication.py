"""Signing in: the identity provider proves a name, the policies decide what the name may do."""

from __future__ import annotations

from typing import Any

from oauthenticator.generic import GenericOAuthenticator
from traitlets import Instance

from ecluse_platform.core.audit_actions import Action
from ecluse_platform.core.names import is_user_name
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.hub.logout import EverywhereLogoutHandler
from ecluse_platform.hub.parts import Parts
from ecluse_platform.hub.refusing import RefusalError
from ecluse_platform.hub.roles import groups_of
from ecluse_platform.hub.routes import HANDLERS
from ecluse_platform.hub.standing import policies_in_force


class EcluseAuthenticator(GenericOAuthenticator):  # type: ignore[misc]  # the library ships no types
    """OpenID Connect sign-in for the persons whom the policies name, and for nobody else."""

    parts = Instance(Parts).tag(config=True)
    logout_handler = EverywhereLogoutHandler

    def get_handlers(self, app: Any) -> list[Any]:
        """Add our pages; they come before the hub's own, and so replace those of the same address."""
        return [*HANDLERS, *super().get_handlers(app)]

    async def get_user_groups(self, auth_state: dict[str, Any]) -> set[str]:
        """Return the person's groups by the policies in force; what the provider says of groups is not read."""
        name = self.normalize_username(str(self.user_info_to_username(auth_state[self.user_auth_state_key])))
        return set(self._groups(name))

    async def check_allowed(self, username: str, auth_model: dict[str, Any] | None) -> bool:
        """Let in a person whom a policy names; refuse anybody else on a page that says so."""
        if auth_model is None:
            return True
        if not is_user_name(username) or not self._groups(username):
            await self._record(Action.LOGIN_REFUSED, username, {"code": "not_in_any_policy"})
            raise RefusalError(Refusal("not_in_any_policy", {"person": username}))
        await self._record(Action.LOGIN, username, {})
        return True

    async def refresh_user(self, user: Any, handler: Any = None, **_: Any) -> bool | dict[str, Any]:
        """Apply the policies in force again; a person they no longer name must sign in again, and will be refused.

        While the policies cannot be read, a session stays as it was: the hub would answer an error here with "who are
        you?", and people would sign in again in vain. It opens nothing: every door reads the policies itself, and
        refuses with the reason.
        """
        del handler
        try:
            groups = self._groups(user.name)
        except RefusalError:
            self.log.warning("The groups of %s could not be read again: the policies cannot be used", user.name)
            return True
        if not groups:
            return False
        return {"name": user.name, "admin": False, "auth_state": None, "groups": sorted(groups)}

    def _groups(self, name: str) -> frozenset[str]:
        try:
            return groups_of(policies_in_force(self.parts.policies), name)
        except Refusal as refusal:
            raise RefusalError(refusal) from refusal

    async def _record(self, action: Action, actor: str, details: dict[str, str]) -> None:
        """Record a sign-in; it opens nothing by itself, so a silent log is reported but does not lock people out."""
        if not is_user_name(actor):
            self.log.warning("A name that is no user name was refused")
            return
        try:
            await self.parts.audit.append(action, actor, None, details)
        except Refusal:
            self.log.exception("The audit log did not take %s of %s", action, actor)
