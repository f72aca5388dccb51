"""Questions to the hub: who holds a token, and who came back from a login."""

from __future__ import annotations

import time
from collections import OrderedDict
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout

from ecluse_platform.core.identity import Principal
from ecluse_platform.core.names import Workspace, is_project_id, is_user_name
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.gateway.tokens import digest_of

_SECONDS = ClientTimeout(total=10, connect=3)
# A token taken back by the hub is refused here at the latest after this long.
_REMEMBERED_SECONDS = 10
_MOST_REMEMBERED = 500
_SERVER_SCOPE = "access:servers!server="


class HubClient:
    """The hub's API as the gateway needs it; when the hub does not answer, nobody is anybody."""

    def __init__(self, http: ClientSession, hub_url: str) -> None:
        self._http = http
        self._api = f"{hub_url}/hub/api"
        self._known: OrderedDict[str, tuple[float, dict[str, Any]]] = OrderedDict()

    async def person_of_code(self, form: dict[str, str]) -> str:
        """Exchange a login's code for the person's name; the token that comes with it is forgotten at once."""
        try:
            async with self._http.post(f"{self._api}/oauth2/token", data=form, timeout=_SECONDS) as answer:
                if answer.status != 200:  # noqa: PLR2004 - HTTP's OK
                    raise Refusal("gateway_login_lapsed")
                token = str((await answer.json())["access_token"])
        except (ClientError, TimeoutError) as error:
            raise Refusal("service_unreachable", {"service": "hub"}) from error
        except (ValueError, KeyError, TypeError) as error:
            raise Refusal("gateway_login_lapsed") from error
        return str((await self.holder(token))["name"])

    async def holder(self, token: str) -> dict[str, Any]:
        """Return the hub's description of a token's holder; refuse a token the hub does not know."""
        key, now = digest_of(token), time.monotonic()
        known = self._known.get(key)
        if known is not None and known[0] > now:
            return known[1]
        model = await self._ask(token)
        self._known[key] = (now + _REMEMBERED_SECONDS, model)
        while len(self._known) > _MOST_REMEMBERED:
            self._known.popitem(last=False)
        return model

    async def _ask(self, token: str) -> dict[str, Any]:
        headers = {"Authorization": f"token {token}"}
        try:
            async with self._http.get(f"{self._api}/user", headers=headers, timeout=_SECONDS) as answer:
                if answer.status in {401, 403, 404}:
                    raise Refusal("not_authenticated")
                if answer.status != 200:  # noqa: PLR2004 - HTTP's OK
                    raise Refusal("service_unreachable", {"service": "hub"})
                model: dict[str, Any] = await answer.json()
        except (ClientError, TimeoutError, ValueError) as error:
            raise Refusal("service_unreachable", {"service": "hub"}) from error
        if not isinstance(model, dict) or not isinstance(model.get("name"), str):
            raise Refusal("not_authenticated")
        return model


def principal_of(model: dict[str, Any]) -> Principal:
    """Return the name and scopes of the hub's description of a token's holder."""
    return Principal(str(model["name"]), frozenset(str(scope) for scope in model.get("scopes") or ()))


def workspace_served(principal: Principal) -> Workspace:
    """Return the one workspace that a token may enter: its own server's token, or one a browser got for that server."""
    servers = {scope.removeprefix(_SERVER_SCOPE) for scope in principal.scopes if scope.startswith(_SERVER_SCOPE)}
    user, _, project = servers.pop().partition("/") if len(servers) == 1 else ("", "", "")
    if user != principal.name or not (is_user_name(user) and is_project_id(project)):
        raise Refusal("no_workspace_token")
    return Workspace(user, project)
