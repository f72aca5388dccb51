"""The hub's entries in the audit log, which the egress service keeps."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus

from tornado.httpclient import AsyncHTTPClient, HTTPClientError, HTTPRequest

from ecluse_platform.core.audit_actions import Action
from ecluse_platform.core.refusals import Refusal

_SECONDS = 5.0


class AuditLog:
    """Appends to the audit log over the control network; there is nothing else it can do with it."""

    def __init__(self, egress_url: str, token: str) -> None:
        """Remember where the log is and the hub's own token for it."""
        self._url = f"{egress_url}/services/egress/internal/audit"
        self._token = token

    async def append(self, action: Action, actor: str, project: str | None, details: Mapping[str, str]) -> None:
        """Append an entry; refuse when it is not certain that it was kept: then what it announces must not happen."""
        body = json.dumps({"action": action, "actor": actor, "project": project, "details": dict(details)})
        request = HTTPRequest(
            self._url,
            method="POST",
            headers={"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"},
            body=body,
            connect_timeout=_SECONDS,
            request_timeout=_SECONDS,
            follow_redirects=False,
        )
        try:
            answer = await AsyncHTTPClient().fetch(request)
        except (HTTPClientError, OSError) as error:
            raise Refusal("service_unreachable", {"service": "egress"}) from error
        if answer.code != HTTPStatus.NO_CONTENT:
            raise Refusal("service_unreachable", {"service": "egress"})
