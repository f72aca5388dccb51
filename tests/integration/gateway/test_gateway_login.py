"""Who gets in: the owner, in the browser that began the login, while the permit is in force."""

from __future__ import annotations

from http.cookies import SimpleCookie
from urllib.parse import urlsplit

import pytest
from aiohttp import ClientResponse, web
from gateway_rig import WORKSPACE, Rig

from ecluse_platform.gateway.admission import SESSION_COOKIE
from ecluse_platform.gateway.login import STATE_COOKIE

PAGE = {"Accept": "text/html", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
LOGIN = "jupyterhub-session-id=one-login"


async def lab_page(_request: web.Request) -> web.StreamResponse:
    """A workspace that shows a page."""
    return web.Response(text="<p>lab</p>", content_type="text/html")


async def follow(rig: Rig, url: str, cookie: str = "") -> ClientResponse:
    """Visit a URL as a browser would, by the host in it; redirects are not followed."""
    parts = urlsplit(url)
    place = "127.0.0.2" if parts.netloc == f"hub.localhost:{rig.port}" else "127.0.0.1"
    target = f"http://{place}:{rig.port}{parts.path}{'?' + parts.query if parts.query else ''}"
    headers = {**PAGE, "Host": parts.netloc, **({"Cookie": cookie} if cookie else {})}
    async with rig.browser.get(target, headers=headers, allow_redirects=False) as answer:
        await answer.read()
        return answer


def cookie_of(answer: ClientResponse, name: str) -> str:
    """Return the value of a cookie that was set."""
    jar = SimpleCookie()
    for header in answer.headers.getall("Set-Cookie", []):
        jar.load(header)
    return jar[name].value


async def to_ticket(rig: Rig) -> tuple[str, str]:
    """Go through the hub's login; return the state cookie and the address with the ticket."""
    begun = await follow(rig, f"{rig.origin}{WORKSPACE.base_path}lab/tree/a.ipynb")
    assert begun.status == 302
    state = cookie_of(begun, STATE_COOKIE)
    authorized = await follow(rig, begun.headers["Location"])
    called = await follow(rig, authorized.headers["Location"])
    assert called.status == 302, await called.text()
    return f"{STATE_COOKIE}={state}; {LOGIN}", called.headers["Location"]


async def test_the_owner_comes_back_to_the_page_she_wanted(rig: Rig) -> None:
    """After the hub's login: a session cookie for her own host's path only, out of reach of scripts."""
    rig.handler = lab_page
    state, place = await to_ticket(rig)
    answer = await follow(rig, place, state)
    assert answer.headers["Location"] == f"{WORKSPACE.base_path}lab/tree/a.ipynb"
    cookie = next(one for one in answer.headers.getall("Set-Cookie") if one.startswith(SESSION_COOKIE + "="))
    assert all(word in cookie for word in ("HttpOnly", "SameSite=Lax", f"Path=/user/{WORKSPACE.user}/"))
    assert "Domain" not in cookie
    session = f"{SESSION_COOKIE}={cookie_of(answer, SESSION_COOKIE)}; {LOGIN}"
    page = await follow(rig, f"{rig.origin}{WORKSPACE.base_path}lab", session)
    assert page.status == 200
    assert "ecluse-gateway" not in rig.seen[-1].headers.get("Cookie", "")
    assert "sandbox allow-scripts" in page.headers["Content-Security-Policy"]


async def test_a_ticket_is_worth_nothing_elsewhere_or_again(rig: Rig) -> None:
    """In another browser, for another page, or a second time, it opens nothing."""
    _, place = await to_ticket(rig)
    assert (await follow(rig, place, f"{STATE_COOKIE}=other; {LOGIN}")).status == 403
    state, place = await to_ticket(rig)
    assert (await follow(rig, place.replace("a.ipynb", "b.ipynb"), state)).status == 403
    state, place = await to_ticket(rig)
    assert (await follow(rig, place, state)).status == 302
    assert (await follow(rig, place, state)).status == 403
    state, place = await to_ticket(rig)
    rig.clock.moved = 31
    assert (await follow(rig, place, state)).status == 403


async def test_a_forged_state_gets_no_further(rig: Rig) -> None:
    """The hub's answer to a login that the gateway did not begin is refused."""
    callback = rig.settings.callback_url
    for query in ("", "?code=abc", "?code=abc&state=e30.AAAA", "?state=e30.AAAA"):
        assert (await follow(rig, callback + query)).status == 403


async def test_another_person_is_turned_away(rig: Rig) -> None:
    """Whoever the hub names must be the owner."""
    begun = await follow(rig, f"{rig.origin}{WORKSPACE.base_path}lab")
    rig.hub.logged_in = "researcher2"
    authorized = await follow(rig, begun.headers["Location"])
    answer = await follow(rig, authorized.headers["Location"])
    assert answer.status == 403
    assert "appartient à une autre personne" in await answer.text()
    assert "belongs to somebody else" in await answer.text()


async def test_the_session_ends_with_the_hubs_login_its_hours_or_the_permit(rig: Rig) -> None:
    """Logging out of the hub, the policy's hours, or the permit's last day: each ends it at the next request."""
    rig.handler = lab_page
    good = rig.headers(**PAGE)

    async def status(headers: dict[str, str]) -> int:
        async with rig.browser.get(rig.url("lab"), headers=headers, allow_redirects=False) as answer:
            return answer.status

    assert await status(good) == 200
    assert await status(good | {"Cookie": good["Cookie"].replace("one-login", "another")}) == 302
    rig.clock.moved = 9 * 3600
    assert await status(good) == 302
    rig.clock.moved = 0
    file = rig.policies / "projects" / "diabete-idf.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("end: 2029-12-31", "end: 2026-11-01"), encoding="utf-8")
    assert await status(good) == 403
    file.write_text("nonsense", encoding="utf-8")
    assert await status(good) == 503


async def test_a_program_without_a_session_gets_json(rig: Rig) -> None:
    """A background call is not sent through a login; its answer says what to do."""
    async with rig.browser.get(rig.url("api/contents"), headers={"Host": rig.host, "Accept": "*/*"}) as answer:
        assert answer.status == 401
        body = await answer.json()
    assert body["code"] == "not_authenticated"
    assert body["next_step"]["fr"]
    assert body["message"]


@pytest.mark.parametrize(
    "host", ["hub.localhost:{port}", "researcher2.hub.localhost:{port}", "x.researcher1.hub.localhost:{port}"]
)
async def test_a_host_serves_its_own_person_only(rig: Rig, host: str) -> None:
    """The good cookie on another host opens nothing."""
    headers = rig.headers(**PAGE) | {"Host": host.format(port=rig.port)}
    async with rig.browser.get(rig.url("lab"), headers=headers, allow_redirects=False) as answer:
        assert answer.status == 403
    assert rig.seen == []


async def test_logout_ends_it_here_and_at_the_hub(rig: Rig) -> None:
    """The cookie goes, and the browser goes on to the hub's logout."""
    async with rig.browser.get(rig.url("logout"), headers=rig.headers(**PAGE), allow_redirects=False) as answer:
        assert answer.headers["Location"] == f"{rig.settings.public_url}/hub/logout"
        assert "Max-Age=0" in answer.headers["Set-Cookie"]
