"""The one conversation a workspace may have: JSON over HTTP with the egress service, through the gateway."""

from __future__ import annotations

import http.client
import json
import os
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any

from ecluse.errors import EcluseError, EcluseRefusal, EcluseUnreachable
from ecluse.language import words

_SECONDS = 90
_LARGEST_ANSWER = 8 * 1024 * 1024
# A workspace has no proxy and no business following redirects: what the gateway says is all there is.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def call(method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None) -> Any:
    """Return the service's answer; raise `EcluseRefusal` when it says no, `EcluseUnreachable` when it says nothing."""
    request = urllib.request.Request(  # noqa: S310 - the address is checked to be http(s) just below
        f"{_required('ECLUSE_API')}/{path}",
        data=None if body is None else json.dumps(body).encode(),
        method=method,
        headers={
            "Authorization": f"token {_required('JUPYTERHUB_API_TOKEN')}",
            "Content-Type": "application/json",
            "Accept": "application/json",
            **(headers or {}),
        },
    )
    if request.type not in {"http", "https"}:
        raise EcluseError(words("not_a_workspace", variable="ECLUSE_API"))
    try:
        with _OPENER.open(request, timeout=_SECONDS) as response:
            return _decoded(response.read(_LARGEST_ANSWER), response.status)
    except urllib.error.HTTPError as error:
        with error:
            status, content = error.code, error.read(_LARGEST_ANSWER)
    except (OSError, http.client.HTTPException) as error:
        raise EcluseUnreachable(words("unreachable", cause=type(error).__name__)) from None
    raise _refused(_decoded(content, status), status)


def _refused(answer: Any, status: int) -> EcluseError:
    try:
        return EcluseRefusal.from_json(answer)
    except (KeyError, TypeError):
        return EcluseUnreachable(words("unreachable", cause=words("unreadable", status=str(status))))


def _decoded(content: bytes, status: int) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        raise EcluseUnreachable(words("unreachable", cause=words("unreadable", status=str(status)))) from None


def _required(variable: str) -> str:
    value = os.environ.get(variable, "")
    if not value:
        raise EcluseError(words("not_a_workspace", variable=variable))
    return value
