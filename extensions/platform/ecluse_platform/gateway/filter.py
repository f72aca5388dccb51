"""The allow-list: which address and method may pass between a browser and a workspace, and as what.

The lists are what a JupyterLab 4.6 session was seen to use, less every route that hands out a file. Anything that is
not written here is refused, a new endpoint of a newer Jupyter included.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import PurePosixPath
from urllib.parse import urlencode

from ecluse_platform.core.refusals import Refusal
from ecluse_platform.gateway.paths import Address, encoded_path


class Kind(StrEnum):
    """What an allowed request is, which decides who answers it and how the answer is checked."""

    PAGE = "page"
    SIGN_IN = "sign_in"
    API = "api"
    LISTING = "listing"
    SAVE = "save"
    SOCKET = "socket"
    STATIC = "static"
    OWN = "own"
    LOGOUT = "logout"
    TICKET = "ticket"
    STYLE = "style"


@dataclass(frozen=True)
class Allowed:
    """A request that may pass: its kind, and the path and query that the workspace will receive."""

    kind: Kind
    segments: tuple[str, ...]
    query: tuple[tuple[str, str], ...] = field(default=())

    @property
    def path(self) -> str:
        """The path under the workspace's base path, encoded, without its leading slash."""
        return encoded_path(self.segments).removeprefix("/")

    @property
    def target(self) -> str:
        """The path and query that the workspace receives."""
        return self.path + ("?" + urlencode(self.query) if self.query else "")


_ID = re.compile(r"[0-9a-fA-F-]{8,64}")
_WORD = re.compile(r"[A-Za-z0-9_.-]{1,128}")
_BUSTER = re.compile(r"[0-9]{1,20}")
# Lab's own note of which of its parts asks; the server never reads it, and it is not sent on.
_IGNORED = frozenset({"contentProviderId"})
_CHECKPOINTS = "checkpoints"
_PLUGIN = re.compile(r"[@A-Za-z0-9_.:-]{1,128}")

# The gateway answers these itself, with a constant: Lab asks for them, and the workspace has no say.
OWN_ANSWERS: dict[tuple[str, ...], str] = {
    ("api", "terminals"): "[]",
    ("api", "nbconvert"): "{}",
    ("api", "config", "jupyterlabapputilsextensionannouncements"): "{}",
    ("lab", "api", "build"): '{"status": "stable", "message": ""}',
    ("lsp", "status"): '{"version": 2, "sessions": {}, "specs": {}}',
}
TICKET_PATH = ("_ecluse", "session")
# Where a download is what the address is for: the refusal says so and names the way out.
_DOWNLOADS = frozenset({"files", "nbconvert", "view"})

_Pattern = tuple[str | re.Pattern[str], ...]
_TABLE: tuple[tuple[Kind, frozenset[str], _Pattern, frozenset[str]], ...] = tuple(
    (kind, frozenset(methods.split()), pattern, frozenset(keys.split()))
    for kind, methods, pattern, keys in (
        (Kind.PAGE, "GET", ("",), ""),
        (Kind.PAGE, "GET", ("lab",), ""),
        (Kind.PAGE, "GET", ("lab", "workspaces", _WORD), ""),
        (Kind.SIGN_IN, "GET", ("oauth_callback",), "code state error error_description"),
        (Kind.LOGOUT, "GET", ("logout",), ""),
        (Kind.TICKET, "GET", TICKET_PATH, "ticket page"),
        (Kind.STYLE, "GET", ("_ecluse", "ecluse.css"), ""),
        (Kind.STYLE, "GET", ("_ecluse", "logo.svg"), ""),
        (Kind.OWN, "GET", ("api",), ""),
        *((Kind.OWN, "GET", own, "") for own in OWN_ANSWERS),
        (Kind.API, "GET", ("lab", "api", "settings"), "ids_only"),
        (Kind.API, "GET PUT", ("lab", "api", "settings", _PLUGIN), ""),
        (Kind.API, "GET PUT", ("lab", "api", "settings", _PLUGIN, _PLUGIN), ""),
        (Kind.API, "GET", ("lab", "api", "workspaces"), ""),
        (Kind.API, "GET PUT", ("lab", "api", "workspaces", _WORD), ""),
        (Kind.API, "GET", ("api", "me"), "permissions"),
        (Kind.API, "GET", ("api", "status"), ""),
        (Kind.API, "GET", ("api", "kernelspecs"), ""),
        (Kind.API, "GET", ("api", "kernelspecs", _WORD), ""),
        (Kind.API, "GET POST", ("api", "sessions"), ""),
        (Kind.API, "GET PATCH DELETE", ("api", "sessions", _ID), ""),
        (Kind.API, "GET POST", ("api", "kernels"), ""),
        (Kind.API, "GET DELETE", ("api", "kernels", _ID), ""),
        (Kind.API, "POST", ("api", "kernels", _ID, "interrupt"), ""),
        (Kind.API, "POST", ("api", "kernels", _ID, "restart"), ""),
        (Kind.SOCKET, "WS", ("api", "kernels", _ID, "channels"), "session_id"),
        (Kind.SOCKET, "WS", ("api", "events", "subscribe"), ""),
        (Kind.STATIC, "GET", ("kernelspecs", _WORD, re.compile(r"logo[A-Za-z0-9_.-]{0,40}")), "v"),
    )
)
_STATIC_ROOTS: tuple[tuple[str, ...], ...] = (
    ("static",),
    ("lab", "extensions"),
    ("lab", "api", "themes"),
    ("lab", "api", "translations"),
)


def check_may_pass(method: str, address: Address, readable_suffixes: tuple[str, ...]) -> Allowed:
    """Return what a request is when it is on the allow-list; refuse it otherwise.

    ``method`` is the HTTP method as sent, or ``WS`` for a WebSocket handshake; ``address`` is relative to the
    workspace's base path.
    """
    segments = address.segments
    if segments[:2] == ("api", "contents"):
        return _contents(method, address, readable_suffixes)
    if segments[:2] == ("lab", "tree") or (segments[:2] == ("lab", "workspaces") and segments[3:4] == ("tree",)):
        return _tree(method, address)
    if any(segments[: len(root)] == root for root in _STATIC_ROOTS):
        return _static(method, address)
    for kind, methods, pattern, keys in _TABLE:
        if method in methods and _matches(pattern, segments):
            return Allowed(kind, segments, _kept(address, keys, forgiving=kind is Kind.PAGE))
    raise Refusal("gateway_no_download" if segments[0] in _DOWNLOADS else "gateway_closed")


def is_readable(segments: tuple[str, ...], readable_suffixes: tuple[str, ...]) -> bool:
    """Say whether policy lets the editor open a file of this name."""
    return PurePosixPath(segments[-1]).suffix.lower() in readable_suffixes


def _matches(pattern: _Pattern, segments: tuple[str, ...]) -> bool:
    return len(pattern) == len(segments) and all(
        part == segment if isinstance(part, str) else part.fullmatch(segment) is not None
        for part, segment in zip(pattern, segments, strict=True)
    )


def _kept(address: Address, keys: frozenset[str], *, forgiving: bool = False) -> tuple[tuple[str, str], ...]:
    # A bare number only defeats the browser's cache. A page's query is read by the browser, never by the workspace.
    if forgiving:
        return ()
    kept = tuple((key, value) for key, value in address.query if not _is_for_the_browser(key, value))
    if not {key for key, _ in kept} <= keys:
        raise Refusal("gateway_closed")
    return kept


def _is_for_the_browser(key: str, value: str) -> bool:
    return key in _IGNORED or (not value and _BUSTER.fullmatch(key) is not None)


def _static(method: str, address: Address) -> Allowed:
    # The gateway's own copy has no use for a query: it is dropped, and nothing reaches the workspace.
    if method not in {"GET", "HEAD"}:
        raise Refusal("gateway_closed")
    return Allowed(Kind.STATIC, address.segments)


def _tree(method: str, address: Address) -> Allowed:
    if method != "GET" or "" in address.segments[:-1]:
        raise Refusal("gateway_closed")
    start = 2 if address.segments[1] == "tree" else 4
    if start == 4 and _WORD.fullmatch(address.segments[2]) is None:  # noqa: PLR2004 - lab/workspaces/<name>/tree
        raise Refusal("gateway_closed")
    return Allowed(Kind.PAGE, address.segments)


def _contents(method: str, address: Address, readable_suffixes: tuple[str, ...]) -> Allowed:
    # A trailing slash means the folder itself: the workspace gets the address without it.
    segments = address.segments[:-1] if address.segments[-1] == "" else address.segments
    inner = segments[2:]
    if _CHECKPOINTS in inner[-2:]:
        return _checkpoints(method, Address(segments, address.query))
    if method in {"POST", "PUT", "PATCH", "DELETE"}:
        return Allowed(Kind.SAVE, segments, _kept(address, frozenset()))
    if method != "GET":
        raise Refusal("gateway_closed")
    if address.value("format") == "base64":
        raise Refusal("gateway_no_download")
    query = _kept(address, frozenset({"content", "type", "format", "hash"}))
    expected = {"content": {"0", "1"}, "hash": {"0", "1"}, "format": {"text", "json"}}
    expected["type"] = {"file", "notebook", "directory"}
    if any(value not in expected[key] for key, value in query):
        raise Refusal("gateway_closed")
    if inner and is_readable(segments, readable_suffixes) and address.value("type") != "directory":
        return Allowed(Kind.API, segments, query)
    return Allowed(Kind.LISTING, segments, query)


def _checkpoints(method: str, address: Address) -> Allowed:
    last = address.segments[-1] == _CHECKPOINTS
    if method not in ({"GET", "POST"} if last else {"POST", "DELETE"}):
        raise Refusal("gateway_closed")
    if not last and _WORD.fullmatch(address.segments[-1]) is None:
        raise Refusal("gateway_closed")
    return Allowed(Kind.SAVE, address.segments, _kept(address, frozenset()))
