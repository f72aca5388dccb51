"""The parts of the gateway's test rig: addresses, a clock that moves, a session of the owner."""

from __future__ import annotations

import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from aiohttp import ClientSession, web
from gateway_fake_hub import PROJECT, USER, FakeHub

from ecluse_platform.core.names import Workspace
from ecluse_platform.gateway.admission import SESSION_COOKIE
from ecluse_platform.gateway.settings import Settings
from ecluse_platform.gateway.tokens import Session, Signer, digest_of

WORKSPACE = Workspace(USER, PROJECT)
SESSION_KEY = b"k" * 64
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@dataclass
class Names:
    """A resolver of tests: one workspace, wherever it listens, and the addresses it calls from."""

    port: int
    peers: frozenset[str] = frozenset({"127.0.0.1"})

    def upstream(self, _workspace: Workspace) -> str:
        """Return the workspace's address."""
        return f"http://127.0.0.1:{self.port}"

    async def addresses(self, _workspace: Workspace) -> frozenset[str]:
        """Return where the workspace calls from."""
        return self.peers


@dataclass
class Clock:
    """The time, which a test may move."""

    moved: float = 0.0

    def __call__(self) -> datetime:
        """Return the time, moved."""
        return datetime.fromtimestamp(datetime.now(UTC).timestamp() + self.moved, UTC)


@dataclass
class Rig:
    """A running gateway and everything around it."""

    port: int
    calls: int
    names: Names
    hub: FakeHub
    clock: Clock
    policies: Path
    settings: Settings
    browser: ClientSession = field(repr=False)
    seen: list[web.Request] = field(default_factory=list)
    handler: Handler | None = None

    @property
    def host(self) -> str:
        """The host of the person's workspaces."""
        return f"{USER}.hub.localhost:{self.port}"

    @property
    def origin(self) -> str:
        """Its origin."""
        return f"http://{self.host}"

    def url(self, path: str) -> str:
        """Return where to connect for a path of the workspace."""
        return f"http://127.0.0.1:{self.port}{WORKSPACE.base_path}{path}"

    def headers(self, **more: str) -> dict[str, str]:
        """Return what the owner's browser sends, with a good session."""
        session = Session(USER, int(self.clock().timestamp()), digest_of("one-login"))
        cookie = f"{SESSION_COOKIE}={Signer(SESSION_KEY).session_cookie(session)}; jupyterhub-session-id=one-login"
        return {"Host": self.host, "Origin": self.origin, "Cookie": cookie} | {
            name.replace("_", "-"): value for name, value in more.items()
        }

    def edit_policy(self, old: str, new: str) -> None:
        """Change a line of policies/platform.yaml."""
        file = self.policies / "platform.yaml"
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new), encoding="utf-8")
