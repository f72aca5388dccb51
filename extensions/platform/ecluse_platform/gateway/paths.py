"""One reading of a request's address: every address that two programs could read differently is refused.

The gateway decides on decoded segments and sends its own encoding of the very same segments, so what was allowed is
what the workspace receives.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import quote, unquote_to_bytes

from ecluse_platform.core.refusals import Refusal

LONGEST_TARGET = 4096
# Characters that some parser takes for structure: separators, parameters, a second layer of encoding.
_STRUCTURE = frozenset("/\\%;?#")
_RAW_TARGET = re.compile(r"[!-~]+")
_BAD_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
# What browsers leave unencoded inside a segment, and every server reads the same way.
_SAFE_IN_SEGMENT = "@:!$&'()*+,=~"


@dataclass(frozen=True)
class Address:
    """A path as decoded segments, and its query as decoded pairs in their order."""

    segments: tuple[str, ...]
    query: tuple[tuple[str, str], ...]

    @property
    def path(self) -> str:
        """The one encoding of the path that this gateway ever sends."""
        return encoded_path(self.segments)

    def value(self, key: str) -> str | None:
        """Return a query value; None when the key is absent."""
        return dict(self.query).get(key)


def encoded_path(segments: tuple[str, ...]) -> str:
    """Encode decoded segments, so that decoding once gives exactly them again."""
    return "/" + "/".join(quote(segment, safe=_SAFE_IN_SEGMENT) for segment in segments)


def read_address(target: str) -> Address:
    """Read a request target as the socket gave it, or refuse it as unclear.

    A trailing slash is an empty last segment; an empty segment anywhere else is refused.
    """
    if not target.startswith("/") or len(target) > LONGEST_TARGET or _RAW_TARGET.fullmatch(target) is None:
        raise Refusal("gateway_unclear_address")
    path, _, query = target.partition("?")
    if "#" in target or "\\" in target or ";" in path or _BAD_PERCENT.search(target):
        raise Refusal("gateway_unclear_address")
    raw = path[1:].split("/")
    if "" in raw[:-1]:
        raise Refusal("gateway_unclear_address")
    return Address(tuple(_segment(part) for part in raw), _query(query))


def _segment(raw: str) -> str:
    segment = _decoded(raw)
    # NFKC is what a lenient file system or proxy might fold a look-alike to: full-width dots and slashes, say.
    folded = unicodedata.normalize("NFKC", segment)
    if _STRUCTURE & set(segment) or _STRUCTURE & set(folded) - set(segment):
        raise Refusal("gateway_unclear_address")
    if {segment.strip(), folded.strip()} & {".", ".."} or segment != segment.strip():
        raise Refusal("gateway_unclear_address")
    return segment


def _query(raw: str) -> tuple[tuple[str, str], ...]:
    pairs = []
    for part in raw.split("&") if raw else []:
        key, _, value = part.partition("=")
        pairs.append((_decoded(key.replace("+", " ")), _decoded(value.replace("+", " "))))
    keys = [key for key, _ in pairs]
    if len(keys) != len(set(keys)):
        raise Refusal("gateway_unclear_address")
    return tuple(pairs)


def _decoded(raw: str) -> str:
    try:
        text = unquote_to_bytes(raw).decode("utf-8", errors="strict")
    except UnicodeDecodeError as error:
        raise Refusal("gateway_unclear_address") from error
    if unicodedata.normalize("NFC", text) != text or any(unicodedata.category(mark)[0] == "C" for mark in text):
        raise Refusal("gateway_unclear_address")
    return text
