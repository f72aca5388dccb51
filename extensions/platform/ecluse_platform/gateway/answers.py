"""What a workspace may say back: everything it sends is the work of a hostile program until it is checked here."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qsl, urlencode

from ecluse_platform.core.names import Workspace
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.gateway.filter import Kind, check_may_pass
from ecluse_platform.gateway.paths import read_address

# JupyterLab's page is 6 kB of HTML; its configuration may grow, a file of data may not hide in it.
LARGEST_PAGE = 65536
LONGEST_LOCATION = 2048
_AUTHORIZE = "/hub/api/oauth2/authorize"
_AUTHORIZE_KEYS = frozenset(
    {"client_id", "redirect_uri", "response_type", "state", "scope", "code_challenge", "code_challenge_method"}
)
_OPAQUE = re.compile(r"[A-Za-z0-9_.~=-]{1,256}")


def check_media_type(kind: Kind, content_type: str, body: bytes) -> str:
    """Return the media type to send for an answer of this kind; refuse any that the kind does not speak."""
    media = content_type.partition(";")[0].strip().lower()
    if kind in {Kind.PAGE, Kind.SIGN_IN}:
        if media != "text/html":
            raise Refusal("gateway_answer_refused")
        if len(body) > LARGEST_PAGE:
            raise Refusal("gateway_answer_too_large", {"limit": str(LARGEST_PAGE)})
        return "text/html; charset=utf-8"
    if body and media != "application/json":
        raise Refusal("gateway_answer_refused")
    return "application/json; charset=utf-8"


def check_api_body(kind: Kind, status: int, body: bytes, readable_suffixes: tuple[str, ...]) -> None:
    """Refuse an API answer that is not JSON, holds an encoded binary file, or a file of a kind that is not shown."""
    if not body:
        return
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Refusal("gateway_answer_refused") from error
    if not isinstance(answer, dict) or status >= 400:  # noqa: PLR2004 - HTTP's own boundary of errors
        return
    if answer.get("format") == "base64":
        raise Refusal("gateway_unreadable", {"suffixes": " ".join(readable_suffixes)})
    if kind is Kind.LISTING:
        _check_listing(answer, readable_suffixes)


def _check_listing(answer: dict[str, Any], readable_suffixes: tuple[str, ...]) -> None:
    content = answer.get("content")
    if content is None:
        return
    if answer.get("type") != "directory":
        raise Refusal("gateway_unreadable", {"suffixes": " ".join(readable_suffixes)})
    if not isinstance(content, list):
        raise Refusal("gateway_answer_refused")
    if any(not isinstance(entry, dict) or entry.get("content") is not None for entry in content):
        raise Refusal("gateway_answer_refused")


def client_id_of(workspace: Workspace) -> str:
    """The OAuth client that the hub gives to a workspace's own Jupyter server."""
    return f"jupyterhub-user-{workspace.user}-{workspace.project}"


def check_location(location: str, workspace: Workspace, public_url: str, own_origin: str) -> str:
    """Return where a redirect of the workspace may send the browser: its own pages, or the hub's login for itself.

    Any other address would be a way out: a redirect carries data in its address to whoever is named there.
    """
    if len(location) > LONGEST_LOCATION:
        raise Refusal("gateway_answer_refused")
    try:
        return _own_page(location.removeprefix(own_origin), workspace)
    except Refusal:
        return _own_login(location, workspace, public_url, own_origin)


def _own_login(location: str, workspace: Workspace, public_url: str, own_origin: str) -> str:
    base, _, raw = location.partition("?")
    pairs = parse_qsl(raw, keep_blank_values=True)
    query = dict(pairs)
    trusted = {
        "client_id": {client_id_of(workspace)},
        "response_type": {"code"},
        "redirect_uri": {f"{place}{workspace.base_path}oauth_callback" for place in ("", own_origin)},
    }
    if base != public_url + _AUTHORIZE or len(pairs) != len(query) or not set(trusted) <= set(query) <= _AUTHORIZE_KEYS:
        raise Refusal("gateway_answer_refused")
    for key, value in pairs:
        if value not in trusted[key] if key in trusted else _OPAQUE.fullmatch(value) is None:
            raise Refusal("gateway_answer_refused")
    return f"{base}?{urlencode(pairs)}"


def _own_page(location: str, workspace: Workspace) -> str:
    path = location.partition("?")[0]
    if not path.startswith(workspace.base_path):
        raise Refusal("gateway_answer_refused")
    allowed = check_may_pass("GET", read_address("/" + path.removeprefix(workspace.base_path)), ())
    if allowed.kind is not Kind.PAGE:
        raise Refusal("gateway_answer_refused")
    return workspace.base_path + allowed.path
