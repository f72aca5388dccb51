"""For any string at all: what passes is on the list, and is read the same way by every reader."""

from __future__ import annotations

import posixpath
import unicodedata
from urllib.parse import unquote

from hypothesis import given, settings
from hypothesis import strategies as st

from ecluse_platform.core.refusals import Refusal
from ecluse_platform.gateway.filter import Allowed, check_may_pass
from ecluse_platform.gateway.paths import encoded_path, read_address

SUFFIXES = (".ipynb", ".md")
# Prefixes under which an allowed address must stay, however often it is decoded, folded or normalised afterwards.
OPEN = (
    "/lab", "/static", "/api", "/oauth_callback", "/logout", "/kernelspecs", "/_ecluse", "/lsp/status",
)  # fmt: skip
CLOSED = ("/files", "/nbconvert", "/view", "/terminals", "/metrics", "/proxy", "/custom", "/api/terminals/", "/hub")
PIECES = st.sampled_from(
    [
        "/", "//", "\\", "..", ".", "%2e", "%2f", "%5c", "%25", "%00", ";", "?", "#", "&", "=", "%", "%u002e",
        "\uff0e\uff0e", "\uff0f", "lab", "tree", "api", "contents", "files", "nbconvert", "static",
        "terminals", "a.md", "format", "base64", "%C3%A9", "%c0%ae", "é", "\u0130", "FILES", " ", "+", "%20",
        "%0d%0a", "\x7f",
    ]
)  # fmt: skip
TARGETS = st.one_of(
    st.text(max_size=60).map(lambda text: "/" + text),
    st.lists(PIECES, max_size=14).map(lambda parts: "/" + "".join(parts)),
    st.text(max_size=60),
)
METHODS = st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "WS"])


def passes(method: str, target: str) -> Allowed | None:
    """Return what passes; a refusal is the only other end."""
    try:
        return check_may_pass(method, read_address(target), SUFFIXES)
    except Refusal:
        return None


@given(METHODS, TARGETS)
@settings(max_examples=1500, deadline=None)
def test_no_reading_of_an_allowed_address_leaves_the_list(method: str, target: str) -> None:
    """Decoded any number of times, folded, normalised or lowered, an allowed address stays where it was allowed."""
    allowed = passes(method, target)
    if allowed is None:
        return
    readings = {"/" + allowed.path}
    for _ in range(3):
        readings |= {unquote(one) for one in readings}
        readings |= {unicodedata.normalize("NFKC", one).replace("\\", "/") for one in readings}
        readings |= {posixpath.normpath(one).replace("//", "/") for one in readings}
    for one in readings:
        assert one == "/" or one.startswith(OPEN)
        assert not one.lower().startswith(CLOSED)


@given(METHODS, TARGETS)
@settings(max_examples=800, deadline=None)
def test_what_is_sent_is_read_back_as_what_was_decided(method: str, target: str) -> None:
    """The encoding sent decodes to the very segments that were matched, and passes again as the same."""
    allowed = passes(method, target)
    if allowed is None:
        return
    again = read_address("/" + allowed.target)
    assert again.segments == allowed.segments
    assert tuple(unquote(part) for part in encoded_path(allowed.segments)[1:].split("/")) == allowed.segments
    assert dict(again.query).get("format") != "base64"


@given(st.text(max_size=80))
@settings(max_examples=800, deadline=None)
def test_any_target_is_answered(target: str) -> None:
    """Reading an address ends in an address or a refusal, never in a fault."""
    passes("GET", target)
