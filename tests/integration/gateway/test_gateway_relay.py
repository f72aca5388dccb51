"""What crosses, with a workspace that answers whatever the test says: it is hostile until checked."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import WSMsgType, WSServerHandshakeError, web
from gateway_rig import WORKSPACE, Handler, Rig

CHANNELS = "api/kernels/0a1b2c3d-0a1b-2c3d-4e5f-0a1b2c3d4e5f/channels"


def says(**answer: object) -> Handler:
    """Return a workspace that always gives one answer."""

    async def handler(_request: web.Request) -> web.StreamResponse:
        return web.Response(**answer)  # type: ignore[arg-type]

    return handler


async def ask(
    rig: Rig, path: str, method: str = "GET", data: bytes | None = None, **more: str
) -> tuple[int, str, dict[str, str]]:
    """Send what the owner's browser would, and return the answer."""
    async with rig.browser.request(
        method, rig.url(path), headers=rig.headers(**more), data=data, allow_redirects=False
    ) as answer:
        return answer.status, await answer.text(), {name.lower(): value for name, value in answer.headers.items()}


@pytest.mark.parametrize(
    ("path", "answer", "code"),
    [
        ("api/contents", {"body": b"a,b", "content_type": "text/csv"}, "gateway_answer_refused"),
        ("api/contents", {"body": b"a,b", "content_type": "application/json"}, "gateway_answer_refused"),
        ("api/status", {"body": b"{}", "content_type": "text/html"}, "gateway_answer_refused"),
        ("lab", {"body": b"{}", "content_type": "application/json"}, "gateway_answer_refused"),
        ("lab", {"status": 302, "headers": {"Location": "http://other/?data"}}, "gateway_answer_refused"),
        ("lab", {"body": b"x" * 70_000, "content_type": "text/html"}, "gateway_answer_too_large"),
        ("api/contents", {"body": b" " * 8_388_609, "content_type": "application/json"}, "gateway_answer_too_large"),
        ("api/me", {"body": b"{}", "content_type": "application/json", "headers": {"Content-Encoding": "gzip"}},
         "gateway_answer_refused"),
        ("api/contents/a.txt", {"text": '{"format": "base64", "content": ""}', "content_type": "application/json"},
         "gateway_unreadable"),
        ("api/contents/a.csv", {"text": '{"type": "file", "content": "1"}', "content_type": "application/json"},
         "gateway_unreadable"),
    ],
)  # fmt: skip
async def test_a_hostile_answer_stays_inside(rig: Rig, path: str, answer: dict[str, object], code: str) -> None:
    """No byte of it reaches the browser, and the refusal says so."""
    rig.handler = says(**answer)
    status, text, _ = await ask(rig, path)
    assert status in {403, 502}
    assert code in text


async def test_headers_are_rebuilt(rig: Rig) -> None:
    """Only the few headers that mean something pass; ours are added."""
    rig.handler = says(
        text="{}", content_type="application/json", headers={"X-Data": "1", "Set-Cookie": "a=b", "Link": "x"}
    )
    status, _, headers = await ask(rig, "api/me")
    assert status == 200
    assert not {"x-data", "set-cookie", "link"} & set(headers)
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "same-origin"


async def test_a_closed_address_never_reaches_the_workspace(rig: Rig) -> None:
    """Refused here, in words, and unseen there; static files come from the gateway's own copy or not at all."""
    for path in ("files/a.csv", "nbconvert/html/a.ipynb", "api/terminals/1", "view/a", "metrics"):
        assert (await ask(rig, path))[0] == 403
    assert (await ask(rig, "static/lab/absent.js"))[0] == 404
    assert (await ask(rig, "static/style/index.css"))[0] == 200
    assert (await ask(rig, "api/terminals"))[:2] == (200, "[]")
    assert rig.seen == []


async def test_another_site_cannot_act(rig: Rig) -> None:
    """A request that another origin makes the browser send is refused, cookies and all."""
    rig.handler = says(text="{}", content_type="application/json")
    foreign = "http://researcher2.hub.localhost"
    assert (await ask(rig, "api/contents", "POST", b"{}", Origin=foreign))[0] == 403
    assert (await ask(rig, "api/me", Origin=foreign))[0] == 403
    assert (await ask(rig, "api/me", Sec_Fetch_Site="same-site", Sec_Fetch_Mode="no-cors"))[0] == 403
    with pytest.raises(WSServerHandshakeError, match="403"):
        await rig.browser.ws_connect(rig.url(CHANNELS), headers=rig.headers(Origin=foreign))
    assert rig.seen == []


async def test_too_large_a_body_is_refused(rig: Rig) -> None:
    """A save over the policy's bound never reaches the workspace."""
    rig.edit_policy("request_bytes: 16777216", "request_bytes: 2048")
    status, text, _ = await ask(rig, "api/contents/a.ipynb", "PUT", b"x" * 3000)
    assert (status, "gateway_body_too_large" in text) == (413, True)
    assert rig.seen == []


async def test_the_day_is_counted_over_requests(rig: Rig) -> None:
    """Answers add up; over the day's bytes comes 429, however the next one is asked."""
    rig.edit_policy("daily_bytes: 104857600", "daily_bytes: 5000")
    rig.handler = says(text='"' + "x" * 1998 + '"', content_type="application/json")
    statuses = [(await ask(rig, "api/me"))[0] for _ in range(4)]
    assert statuses == [200, 200, 429, 429]


async def test_a_stopped_workspace_is_a_page_with_a_way_on(rig: Rig) -> None:
    """503, and a link to the page from which it is started."""
    rig.names.port = 1
    status, text, _ = await ask(rig, "lab", Accept="text/html")
    assert status == 503
    assert f'href="{rig.settings.projects_url}"' in text
    async with rig.browser.get(rig.url("api"), headers={"Host": "gateway:8500"}) as answer:
        assert answer.status == 503


async def test_the_health_check_is_a_constant(rig: Rig) -> None:
    """The hub learns that the workspace answers, and nothing that the workspace says."""
    rig.handler = says(text='{"version": "hostile"}', content_type="application/json")
    async with rig.browser.get(rig.url("api"), headers={"Host": "gateway:8500"}) as answer:
        assert (answer.status, await answer.json()) == (200, {"version": "ecluse"})
    async with rig.browser.get(rig.url("lab"), headers={"Host": "gateway:8500"}) as answer:
        assert answer.status == 403


@pytest.mark.parametrize("port", ["", ":", ":80", ":8000."])
async def test_the_health_check_is_the_hubs_alone(rig: Rig, port: str) -> None:
    """The proxy looks at a host's name only, so a browser that writes another port is still a browser."""
    rig.handler = says(text='{"version": "6"}', content_type="application/json")
    async with rig.browser.get(rig.url("api"), headers={"Host": f"{WORKSPACE.user}.hub.localhost{port}"}) as answer:
        assert (answer.status, (await answer.json())["code"]) == (403, "gateway_closed")


def floods(*messages: str | bytes) -> Handler:
    """Return a workspace whose kernel sends messages and then echoes."""

    async def handler(request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse(max_msg_size=0)
        await socket.prepare(request)
        for message in messages:
            await (socket.send_str(message) if isinstance(message, str) else socket.send_bytes(message))
        async for message in socket:
            await socket.send_str(message.data)
        return socket

    return handler


async def test_a_kernel_talks_both_ways(rig: Rig) -> None:
    """Messages pass in both directions; the workspace sees no cookie of ours."""
    rig.handler = floods("hello")
    async with rig.browser.ws_connect(rig.url(CHANNELS), headers=rig.headers()) as socket:
        assert await socket.receive_str() == "hello"
        await socket.send_str("back")
        assert await socket.receive_str() == "back"
    assert "ecluse-gateway" not in str(rig.seen[-1].headers)


@pytest.mark.parametrize(
    ("policy", "code"),
    [(("message_bytes: 4194304", "message_bytes: 2048"), "gateway_message_too_large"),
     (("daily_bytes: 104857600", "daily_bytes: 2048"), "gateway_daily_limit")],
)  # fmt: skip
async def test_a_kernel_that_says_too_much_is_cut_off(rig: Rig, policy: tuple[str, str], code: str) -> None:
    """The message is not sent; the socket closes as a breach of policy, and says which."""
    rig.edit_policy(*policy)
    rig.handler = floods(b"small", b"x" * 3000)
    async with rig.browser.ws_connect(rig.url(CHANNELS), headers=rig.headers()) as socket:
        assert await socket.receive_bytes() == b"small"
        message = await socket.receive()
        assert message.type is WSMsgType.CLOSE
        assert message.data == 1008
        assert code in message.extra


async def test_an_open_socket_ends_with_the_permit(rig: Rig) -> None:
    """A tab left open does not outlive the permit."""
    rig.edit_policy("permit_check_seconds: 60", "permit_check_seconds: 5")
    rig.handler = floods("hello")
    async with rig.browser.ws_connect(rig.url(CHANNELS), headers=rig.headers()) as socket:
        assert await socket.receive_str() == "hello"
        rig.clock.moved = 9 * 3600
        async with asyncio.timeout(15):
            message = await socket.receive()
        assert (message.type, message.data) == (WSMsgType.CLOSE, 1008)


async def test_a_notice_of_events_goes_one_way(rig: Rig) -> None:
    """Nothing that a browser says on the events' socket is passed on."""
    rig.handler = floods("event")
    async with rig.browser.ws_connect(rig.url("api/events/subscribe"), headers=rig.headers()) as socket:
        assert await socket.receive_str() == "event"
        await socket.send_str("data")
        with pytest.raises(TimeoutError):
            await socket.receive(timeout=0.5)


def test_the_rig_is_the_owners() -> None:
    """The tests above speak for the workspace's owner."""
    assert WORKSPACE.user == "researcher1"
