"""What people do in a browser, as tests say it: log in, start a project."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from stack.running import Stack

CHROMIUM = "/usr/bin/chromium"
START_SECONDS = 90


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Run Debian's Chromium without a window."""
    with sync_playwright() as playwright:
        # Chromium's own sandbox refuses to run as root; the pages it opens here are all ours.
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


def login(stack: Stack, context: BrowserContext, user: str) -> Page:
    """Log a person in through the identity provider; returns the page of their projects."""
    page = context.new_page()
    page.goto(f"{stack.hub_url}/hub/home")
    if "idp.localhost" not in page.url:
        page.goto(f"{stack.hub_url}/hub/oauth_login?next=/hub/home")
    page.locator("input[name=login]").fill(user)
    page.locator("input[name=login]").press("Enter")
    page.locator("input[name=password]").fill(stack.password)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(re.compile(rf"^{re.escape(stack.hub_url)}/hub/"))
    return page


def start_workspace(stack: Stack, page: Page, user: str, project: str) -> None:
    """Start a project's workspace from the page of projects, and wait until JupyterLab can be used."""
    page.goto(f"{stack.hub_url}/hub/projects")
    start = page.locator(f"form[action$='/projects/{project}/start'] button")
    # An earlier test may have left it running: the page that follows a start leads there too.
    if start.count():
        start.click()
    else:
        page.goto(f"{stack.hub_url}/hub/projects/{project}/starting")
    # The page that follows the start opens the workspace by itself when it answers.
    inside = re.compile(rf"^http://{re.escape(user)}\.hub\.localhost:{stack.port}/user/{user}/{project}/lab")
    page.wait_for_url(inside, timeout=START_SECONDS * 1000)
    expect(page.locator("#jp-top-panel")).to_be_visible(timeout=START_SECONDS * 1000)


def post(page: Page, url: str, fields: dict[str, str]) -> int:
    """Send a form that the page does not have, as a browser would; return the status of the answer."""
    with page.expect_navigation() as done:
        page.evaluate(
            """([url, fields]) => {
                const form = document.createElement("form");
                form.method = "post";
                form.action = url;
                for (const [name, value] of Object.entries(fields)) {
                    const input = document.createElement("input");
                    Object.assign(input, {type: "hidden", name, value});
                    form.append(input);
                }
                document.body.append(form);
                form.submit();
            }""",
            [url, fields],
        )
    answer = done.value
    assert answer is not None
    return answer.status


def keep_evidence(context: BrowserContext, folder: Path) -> None:
    """Save what each open page shows, for whoever reads a failure."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, page in enumerate(context.pages):
        page.screenshot(path=folder / f"page-{number}.png")
        (folder / f"page-{number}.html").write_text(f"<!-- {page.url} -->\n{page.content()}")
