"""Logging out: for good, not only for the browser that asked."""

from __future__ import annotations

from jupyterhub.utils import new_token
from oauthenticator.oauth2 import OAuthLogoutHandler


class EverywhereLogoutHandler(OAuthLogoutHandler):  # type: ignore[misc]  # the library ships no types
    """Ends the person's sessions at the hub; cookies that were copied before are worth nothing after."""

    async def handle_logout(self) -> None:
        """Change the secret that every one of the person's cookies refers to."""
        user = self.current_user
        if user is not None:
            user.orm_user.cookie_id = new_token()
            self.db.commit()
        await super().handle_logout()
