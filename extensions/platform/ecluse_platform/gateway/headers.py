"""Which headers cross the gateway, in each direction, and the rules it sets for the browser."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from http.cookies import CookieError, SimpleCookie

from ecluse_platform.core.names import Workspace
from ecluse_platform.gateway.answers import client_id_of

_FORWARDED = ("Accept", "Accept-Language", "Content-Type", "User-Agent", "X-XSRFToken")
_FETCH = ("Sec-Fetch-Mode", "Sec-Fetch-Site", "Sec-Fetch-Dest")
_LONGEST_VALUE = 1024
_LONGEST_COOKIE = 1024
_JUPYTER_TOKEN = re.compile(r"token [A-Za-z0-9._~-]{1,256}")
_COOKIE_VALUE = re.compile(r"[!#-+\--:<-\[\]-~]*")
XSRF_COOKIE = "_xsrf"
# JupyterHub puts it before its cookies under HTTPS; browsers then insist on the whole host and a secure connection.
_HOST_PREFIX = "__Host-"
_SANDBOX = (
    "allow-scripts",
    "allow-same-origin",
    "allow-forms",
    "allow-modals",
    "allow-popups",
    "allow-popups-to-escape-sandbox",
)


def content_security_policy(host: str, socket_scheme: str) -> str:
    """Rules for JupyterLab's pages: nothing is fetched from elsewhere, nothing is downloaded, nothing frames them.

    They stop accidents and beacons in outputs; a person who owns the browser can set them aside.
    """
    return "; ".join(
        (
            "default-src 'self'",
            # JupyterLab compiles its schemas and runs JavaScript outputs with eval; inline scripts stay closed.
            "script-src 'self' 'unsafe-eval'",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            f"connect-src 'self' {socket_scheme}://{host}",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
            # No allow-downloads: the browser itself stops a download started by a page of the workspace. Pages that it
            # opens on other origins are free of that rule, so that released files can be fetched from the egress
            # service's pages; an empty page that it opens, or one of ours, is not.
            " ".join(("sandbox", *_SANDBOX)),
        )
    )


def protective_headers(host: str, scheme: str) -> dict[str, str]:
    """Headers of every answer of the browser side."""
    return {
        "Content-Security-Policy": content_security_policy(host, "wss" if scheme == "https" else "ws"),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Server": "Ecluse",
    }


def request_headers(received: Mapping[str, str], workspace: Workspace, origin: str) -> dict[str, str]:
    """Return the headers that a workspace may see of a browser's request.

    Only Jupyter's own cookies and token: never the gateway's session, the hub's, or another kind of credentials.
    """
    scheme, _, host = origin.partition("://")
    sent = {
        name: received[name] for name in (*_FORWARDED, *_FETCH) if 0 < len(received.get(name, "")) <= _LONGEST_VALUE
    }
    sent |= {"Host": host, "X-Forwarded-Proto": scheme, "Accept-Encoding": "identity"}
    if received.get("Origin") == origin:
        sent["Origin"] = origin
    if received.get("Referer", "").startswith(origin + "/"):
        sent["Referer"] = origin + workspace.base_path
    if _JUPYTER_TOKEN.fullmatch(received.get("Authorization", "")):
        sent["Authorization"] = received["Authorization"]
    cookies = [
        f"{name}={value}" for name, value in cookie_pairs(received.get("Cookie", "")) if _is_jupyters(name, workspace)
    ]
    if cookies:
        sent["Cookie"] = "; ".join(cookies)
    return sent


def cookie_pairs(header: str) -> list[tuple[str, str]]:
    """Read a Cookie header, repeated names included: any of them may be the good one."""
    pairs = (part.strip().partition("=") for part in header.split(";"))
    return [(name, value) for name, sign, value in pairs if sign]


def response_cookies(set_cookies: Iterable[str], workspace: Workspace, *, secure: bool) -> list[str]:
    """Return the cookies that a workspace may set: Jupyter's own, for its own path and host only."""
    kept = []
    for header in set_cookies:
        try:
            morsels = SimpleCookie(header)
        except CookieError:
            continue
        for name, morsel in morsels.items():
            value = morsel.coded_value
            if _is_jupyters(name, workspace) and len(value) <= _LONGEST_COOKIE and _fits(value):
                kept.append(_scoped(name, value, morsel["max-age"], morsel["expires"], workspace, secure=secure))
    return kept


def _fits(value: str) -> bool:
    return _COOKIE_VALUE.fullmatch(value.removeprefix('"').removesuffix('"')) is not None


def _is_jupyters(name: str, workspace: Workspace) -> bool:
    client = client_id_of(workspace)
    return (
        name == XSRF_COOKIE
        or re.fullmatch(rf"({_HOST_PREFIX})?{re.escape(client)}(-oauth-state(-[A-Za-z]{{1,16}})?)?", name) is not None
    )


def _scoped(name: str, value: str, max_age: str, expires: str, workspace: Workspace, *, secure: bool) -> str:
    path = "/" if name.startswith(_HOST_PREFIX) else workspace.base_path
    parts = [f"{name}={value}", f"Path={path}", "SameSite=Lax"]
    if str(max_age).isdigit():
        parts.append(f"Max-Age={max_age}")
    if expires and re.fullmatch(r"[A-Za-z0-9,: -]{1,40}", expires):
        parts.append(f"Expires={expires}")
    # Lab reads this one from JavaScript, to send it back as a header.
    if name != XSRF_COOKIE:
        parts.append("HttpOnly")
    if secure:
        parts.append("Secure")
    return "; ".join(parts)
