"""A real JupyterLab in a real browser, through the gateway."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from gateway_rig import WORKSPACE, Rig
from playwright.async_api import BrowserContext, Page, WebSocket, async_playwright

CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
    # The hub and the gateway share a port, as they do behind the proxy: their hosts tell them apart.
    "--host-resolver-rules=MAP hub.localhost 127.0.0.2, MAP *.hub.localhost 127.0.0.1, MAP * ~NOTFOUND",
)  # fmt: skip
FETCH = """async ([method, url]) => {
  const xsrf = (document.cookie.match(/_xsrf=([^;]+)/) || [])[1];
  const answer = await fetch(url, {method, headers: {'X-XSRFToken': xsrf}});
  const text = await answer.text();
  return [answer.status, text];
}"""


@pytest.fixture
async def context() -> AsyncIterator[BrowserContext]:
    """A new browser."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        context = await browser.new_context(accept_downloads=True, locale="fr-FR")
        yield context
        await browser.close()


async def open_lab(rig: Rig, context: BrowserContext) -> Page:
    """Open JupyterLab and wait until it can work."""
    page = await context.new_page()
    await page.goto(f"{rig.origin}{WORKSPACE.base_path}lab")
    await page.wait_for_selector(".jp-LauncherCard[data-category='Notebook']", timeout=30_000)
    return page


async def run_cell(page: Page, source: str) -> None:
    """Type a cell into the open notebook and run it."""
    await page.locator(".jp-NotebookPanel .jp-CodeCell .cm-content").last.click()
    await page.keyboard.insert_text(source)
    await page.keyboard.press("Shift+Enter")


def watch(socket: WebSocket, closed: asyncio.Event) -> None:
    """Tell when the kernel's socket closes."""
    if "/channels" in socket.url:
        socket.on("close", lambda _: closed.set())


async def new_notebook(page: Page) -> None:
    """Open a notebook from the launcher and wait until its kernel has answered."""
    await page.click(".jp-LauncherCard[data-category='Notebook']")
    await page.wait_for_selector(".jp-NotebookPanel .jp-CodeCell .cm-content", timeout=60_000)
    # Lab forgets a cell that is run before its kernel is connected.
    await page.wait_for_selector("#jp-main-statusbar :text('| Idle')", timeout=60_000)
    await run_cell(page, "print(6 * 7 * 1000)")
    await page.wait_for_selector(".jp-OutputArea-output:has-text('42000')", timeout=60_000)


async def test_a_session_works_and_nothing_is_asked_elsewhere(
    lab: Rig, context: BrowserContext, tmp_path: Path
) -> None:
    """Lab loads, runs a cell, saves and reopens its work; every request goes to the hub or the person's own host."""
    hosts: set[str] = set()
    refused: list[str] = []
    context.on("request", lambda request: hosts.add(request.url.split("/")[2] if "//" in request.url else ""))
    context.on("response", lambda answer: refused.append(answer.url) if answer.status >= 400 else None)
    page = await open_lab(lab, context)
    await new_notebook(page)
    saved = "PUT", "/api/contents/"
    async with page.expect_response(
        lambda answer: answer.request.method == saved[0] and saved[1] in answer.url, timeout=60_000
    ):
        await page.keyboard.press("Control+s")
        # The first save of an untitled notebook asks for its name.
        await page.locator(".jp-Dialog button.jp-mod-accept").first.click(timeout=60_000)
    assert "42000" in (tmp_path / "home" / "Untitled.ipynb").read_text(encoding="utf-8")
    assert hosts <= {lab.host, f"hub.localhost:{lab.port}", f"gateway--service.hub.localhost:{lab.port}", ""}
    # Lab looks for a workspace's saved layout and a few files that do not exist yet; nothing else may fail.
    assert [url for url in refused if "/api/contents" not in url and "/lab/api/workspaces" not in url] == []


async def test_no_route_hands_out_a_file(lab: Rig, context: BrowserContext, tmp_path: Path) -> None:
    """From inside the session, with its cookies and its token, every known download route is refused."""
    (tmp_path / "home" / "secret.csv").write_text("a,b\n", encoding="utf-8")
    (tmp_path / "home" / "notes.md").write_text("# notes\n", encoding="utf-8")
    (tmp_path / "home" / "binary.txt").write_bytes(bytes(range(256)))
    page = await open_lab(lab, context)
    base = WORKSPACE.base_path
    closed = (
        "files/secret.csv", "files/secret.csv?download=1", "nbconvert/html/Untitled.ipynb", "view/notes.md",
        "api/contents/secret.csv", "api/contents/notes.md?format=base64", "api/contents/binary.txt?content=1",
        "metrics", "api/spec.yaml", "custom/custom.css", "lsp/ws/pylsp", "terminals/websocket/1", "proxy/8888/",
        "lab/api/news", "%66iles/secret.csv", "api/contents/%2e%2e/files/secret.csv",
    )  # fmt: skip
    answers = {path: await page.evaluate(FETCH, ["GET", base + path]) for path in closed}
    assert {path: answer for path, answer in answers.items() if answer[0] not in {400, 403}} == {}
    assert not any("a,b" in answer[1] for answer in answers.values())
    assert (await page.evaluate(FETCH, ["GET", base + "api/contents/notes.md?content=1"]))[0] == 200
    assert (await page.evaluate(FETCH, ["GET", base + "api/terminals"])) == [200, "[]"]
    assert (await page.evaluate(FETCH, ["POST", base + "api/terminals"]))[0] == 403


async def test_the_browser_itself_stops_a_download(lab: Rig, context: BrowserContext) -> None:
    """A page of the workspace cannot start a download of bytes it made, in its tab or in one it opens."""
    page = await open_lab(lab, context)
    downloads: list[object] = []

    def note(made: object) -> None:
        downloads.append(made)

    context.on("page", lambda opened: opened.on("download", note))
    page.on("download", note)
    start = """(doc) => { const a = doc.createElement('a'); a.download = 'x.csv';
      a.href = URL.createObjectURL(new Blob(['a,b'])); doc.body.append(a); a.click(); }"""
    await page.evaluate(f"({start})(document)")
    await page.evaluate(f"{{ const opened = window.open('about:blank'); if (opened) ({start})(opened.document); }}")
    await asyncio.sleep(1.5)
    assert downloads == []


async def test_a_spent_day_closes_the_kernel(lab: Rig, context: BrowserContext) -> None:
    """Once the day's bytes are spent, outputs stop, and a new connection gives nothing back."""
    closed = asyncio.Event()
    context.on("page", lambda page: page.on("websocket", lambda socket: watch(socket, closed)))
    page = await open_lab(lab, context)
    await new_notebook(page)
    lab.edit_policy("daily_bytes: 104857600", "daily_bytes: 1024")
    await run_cell(page, "print('x' * 5000)")
    async with asyncio.timeout(30):
        await closed.wait()
    assert await page.locator(".jp-OutputArea-output:has-text('xxxxx')").count() == 0
    status, text = await page.evaluate(FETCH, ["GET", f"{WORKSPACE.base_path}api/contents"])
    assert status == 429
    assert "gateway_daily_limit" in text


async def test_somebody_else_does_not_get_in(lab: Rig, context: BrowserContext) -> None:
    """Logged in at the hub as another person: a page says whose it is, and no session is set."""
    lab.hub.logged_in = "researcher2"
    page = await context.new_page()
    answer = await page.goto(f"{lab.origin}{WORKSPACE.base_path}lab")
    assert answer is not None
    assert answer.status == 403
    assert "appartient à une autre personne" in await page.inner_text("main")
    assert "ecluse-gateway" not in {cookie["name"] for cookie in await context.cookies()}
