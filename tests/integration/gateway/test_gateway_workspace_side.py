"""The workspace side: four calls to the hub, our own API, from the right container only."""

from __future__ import annotations

import asyncio
import contextlib
import json

import pytest
from gateway_fake_hub import SERVER_CLIENT, SERVER_TOKEN, USER, server_model
from gateway_rig import Rig
from yarl import URL

from ecluse_platform.gateway.turns import REQUESTS_AT_ONCE
from ecluse_platform.gateway.workspace_server import CONNECTIONS_AT_ONCE

AUTHORIZED = {"Authorization": f"token {SERVER_TOKEN}"}


async def call(
    rig: Rig, method: str, path: str, headers: dict[str, str] | None = None, data: object = None
) -> tuple[int, str]:
    """Call as a workspace does."""
    async with rig.browser.request(method, f"http://127.0.0.1:{rig.calls}{path}", headers=headers, data=data) as answer:
        return answer.status, await answer.text()


async def test_the_jupyter_servers_calls_pass(rig: Rig) -> None:
    """What a single-user server needs of the hub, and no more, works."""
    assert json.loads((await call(rig, "GET", "/hub/api/"))[1]) == {"version": "6.1.1"}
    status, text = await call(rig, "GET", "/hub/api/user", AUTHORIZED)
    assert (status, json.loads(text)["name"]) == (200, USER)
    body = json.dumps({"servers": {"diabete-idf": {"last_activity": "now"}}, "last_activity": "now"})
    assert (await call(rig, "POST", f"/hub/api/users/{USER}/activity", AUTHORIZED, body))[0] == 200
    assert rig.hub.activities[0][0] == USER


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/hub/login"), ("GET", "/hub/home"), ("GET", "/hub/api/users"),
     ("POST", "/hub/api/users/researcher1/tokens"),
     ("GET", "/hub/api/user?x"), ("GET", "/hub/api/../login"), ("DELETE", "/egress/api/v1/requests"), ("GET", "/"),
     ("GET", "/egress/internal/audit"), ("GET", "/egress/api/v1/../../internal/audit"),
     ("GET", "/egress/api/v1/%2e%2e/x"),
     ("GET", "/user/researcher1/diabete-idf/lab"), ("POST", "/hub/api/user"), ("GET", "/egress/api/v1/")],
)  # fmt: skip
async def test_everything_else_is_closed(rig: Rig, method: str, path: str) -> None:
    """The hub's pages, its other calls, and the egress service's other doors are not there."""
    # Encoded already: the client must not tidy what the workspace would send.
    url = URL(f"http://127.0.0.1:{rig.calls}{path}", encoded=True)
    async with rig.browser.request(method, url, headers=AUTHORIZED) as answer:
        assert answer.status == 403
        assert (await answer.json())["code"] == "gateway_closed"


async def test_a_token_is_worth_nothing_in_another_container(rig: Rig) -> None:
    """A token that arrives from another address than its workspace's is refused, for every call."""
    rig.names.peers = frozenset({"10.213.0.3"})
    form = {"client_id": SERVER_CLIENT, "client_secret": SERVER_TOKEN, "code": "x", "grant_type": "authorization_code"}
    for method, path, data in (
        ("GET", "/hub/api/user", None),
        ("POST", f"/hub/api/users/{USER}/activity", "{}"),
        ("POST", "/hub/api/oauth2/token", form),
        ("GET", "/egress/api/v1/requests", None),
    ):
        status, text = await call(rig, method, path, AUTHORIZED, data)
        assert (status, json.loads(text)["code"]) == (403, "no_workspace_token"), path


async def test_a_token_speaks_for_its_own_workspace_only(rig: Rig) -> None:
    """Another person's activity, another client's login, another kind of token: refused."""
    assert (await call(rig, "POST", "/hub/api/users/researcher2/activity", AUTHORIZED, "{}"))[0] == 403
    other = json.dumps({"servers": {"antibio-national": {}}})
    assert (await call(rig, "POST", f"/hub/api/users/{USER}/activity", AUTHORIZED, other))[0] == 403
    form = {"client_id": "service-egress", "client_secret": SERVER_TOKEN, "grant_type": "authorization_code"}
    assert (await call(rig, "POST", "/hub/api/oauth2/token", data=form))[0] == 403
    rig.hub.models["steward-token"] = {"name": "steward1", "scopes": ["custom:egress:review"]}
    two = server_model()
    two["scopes"].append("access:servers!server=researcher1/other-project")
    rig.hub.models["two-servers"] = two
    for token in ("steward-token", "two-servers"):
        assert (await call(rig, "GET", "/egress/api/v1/requests", {"Authorization": f"token {token}"}))[0] == 403


async def test_a_dead_token_is_refused_as_the_hub_refuses_it(rig: Rig) -> None:
    """JupyterHub's client takes 403, and nothing else, as "log in again"; 401 makes it show an error page."""
    assert (await call(rig, "GET", "/hub/api/user", {"Authorization": "token unknown-token"}))[0] == 403
    assert (await call(rig, "GET", "/hub/api/user"))[0] == 403


async def test_a_silent_hub_or_egress_service_means_no(rig: Rig) -> None:
    """An answer that is not JSON, or none, is not passed on."""
    status, text = await call(rig, "GET", "/egress/api/v1/requests", AUTHORIZED)
    assert (status, json.loads(text)["code"]) == (503, "service_unreachable")


async def test_health_is_for_the_container_itself(rig: Rig) -> None:
    """The health check answers, and fails while the policies cannot be read."""
    assert (await call(rig, "GET", "/ecluse/health"))[0] == 200
    (rig.policies / "platform.yaml").write_text("nonsense", encoding="utf-8")
    assert (await call(rig, "GET", "/ecluse/health"))[0] == 503


async def test_one_address_has_few_connections_at_once(rig: Rig) -> None:
    """A workspace that opens connections by the thousand, or sends its headers for ever, takes nothing from others."""
    opened = [await asyncio.open_connection("127.0.0.1", rig.calls) for _ in range(CONNECTIONS_AT_ONCE)]
    try:
        for _, writer in opened:
            writer.write(b"GET /hub/api HTTP/1.1\r\nX-Slow: ")
            await writer.drain()
        reader, writer = await asyncio.open_connection("127.0.0.1", rig.calls)
        with contextlib.suppress(ConnectionError):
            assert await asyncio.wait_for(reader.read(), 5) == b""
        writer.close()
        # Another address is another workspace's.
        reader, writer = await asyncio.open_connection("127.0.0.1", rig.calls, local_addr=("127.0.0.2", 0))
        writer.write(b"GET /hub/api HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert (await asyncio.wait_for(reader.read(), 5)).startswith(b"HTTP/1.1 200")
        writer.close()
    finally:
        for _, writer in opened:
            writer.close()
    await asyncio.sleep(0.2)
    assert (await call(rig, "GET", "/hub/api"))[0] == 200


async def test_one_address_has_few_bodies_in_memory_at_once(rig: Rig) -> None:
    """Bodies beyond a workspace's turns wait outside: nothing of them is read until one of its calls has ended."""
    head = (
        f"POST /egress/api/v1/preview HTTP/1.1\r\nHost: x\r\nAuthorization: token {SERVER_TOKEN}\r\n"
        "Content-Length: 2\r\n\r\n{"
    )
    opened = [await asyncio.open_connection("127.0.0.1", rig.calls) for _ in range(REQUESTS_AT_ONCE)]
    try:
        for _, writer in opened:
            writer.write(head.encode())
            await writer.drain()
        await asyncio.sleep(0.5)
        waiting = asyncio.create_task(call(rig, "GET", "/hub/api"))
        assert not (await asyncio.wait({waiting}, timeout=0.5))[0]
        opened[0][1].write(b"}")
        assert (await asyncio.wait_for(waiting, 5))[0] == 200
    finally:
        for _, writer in opened:
            writer.close()
