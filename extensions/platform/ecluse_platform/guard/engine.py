"""The container engine, as the guard reaches it: one bounded request at a time, never a stream."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp

# The engine's longest answer that we need is the inspection of a container: some kilobytes.
_LONGEST_ANSWER = 4 * 1024 * 1024
_SECONDS = 120


class EngineFault(Exception):
    """The engine did not answer, or answered what we cannot read."""


@dataclass(frozen=True)
class Answer:
    """What the engine said."""

    status: int
    body: bytes

    @property
    def found(self) -> bool:
        """Say whether the engine knows the thing asked about."""
        return self.status == HTTPStatus.OK

    def document(self) -> dict[str, Any]:
        """Return the answer as a JSON object; raise `EngineFault` when it is none."""
        try:
            value = json.loads(self.body)
        except ValueError as error:
            raise EngineFault("not JSON") from error
        if not isinstance(value, dict):
            raise EngineFault("not a JSON object")
        return value


class Engine:
    """A client of the engine's API over its unix socket."""

    def __init__(self, socket: Path) -> None:
        """Remember the socket; nothing is opened before the first request."""
        self._socket = socket
        self._session: aiohttp.ClientSession | None = None

    async def ask(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> Answer:
        """Send a request that the guard wrote itself and return the answer, whatever its status.

        Its path names no version: the engine reads it in its newest dialect. An older one would give the very same body
        weaker defaults, so it is never the caller's to choose.
        """
        try:
            async with self._client().request(
                method, f"http://engine{path}", params=params, json=body, allow_redirects=False
            ) as response:
                content = await response.content.read(_LONGEST_ANSWER + 1)
                while len(content) <= _LONGEST_ANSWER and (more := await response.content.read(_LONGEST_ANSWER)):
                    content += more
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise EngineFault(type(error).__name__) from error
        if len(content) > _LONGEST_ANSWER:
            raise EngineFault("the answer is too long")
        return Answer(response.status, content)

    async def container(self, name: str) -> Answer:
        """Inspect a container by name or id."""
        return await self.ask("GET", f"/containers/{quote(name, safe='')}/json")

    async def network(self, name: str) -> Answer:
        """Inspect a network by name or id."""
        return await self.ask("GET", f"/networks/{quote(name, safe='')}")

    async def close(self) -> None:
        """Close what is open."""
        if self._session is not None:
            await self._session.close()

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.UnixConnector(path=str(self._socket)),
                timeout=aiohttp.ClientTimeout(total=_SECONDS),
            )
        return self._session
