"""Reading bodies with a bound: nothing is held in memory beyond what policy lets pass."""

from __future__ import annotations

from aiohttp import StreamReader

_CHUNK = 65536


class TooLarge(Exception):
    """A body is over its bound."""


async def read_bounded(stream: StreamReader, limit: int) -> bytes:
    """Read a body to its end, or raise as soon as it is over the limit."""
    chunks: list[bytes] = []
    size = 0
    while chunk := await stream.read(_CHUNK):
        size += len(chunk)
        if size > limit:
            raise TooLarge
        chunks.append(chunk)
    return b"".join(chunks)
