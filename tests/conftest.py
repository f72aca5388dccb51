"""Fixtures for all tests: the running test stack and the browser that visits it."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, BrowserContext, Page

from stack import browsing, running
from stack.policies import make_policies
from stack.running import Stack

RESULTS = running.ROOT / "test-results"
REPORT = pytest.StashKey[pytest.TestReport]()
STACK_SECONDS = 900

# A property holds or not; how long an example takes on a busy machine is no part of it.
settings.register_profile("ecluse", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ecluse")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test that uses the stack, or what it holds, so that `-m "not stack"` leaves out exactly those."""
    for item in items:
        if "_running_stack" in getattr(item, "fixturenames", ()):
            item.add_marker("stack")
            # Whichever of them comes first waits until tables and extracts are made, minutes on a slow machine.
            if item.get_closest_marker("timeout") is None:
                item.add_marker(pytest.mark.timeout(STACK_SECONDS))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keep each test's outcome, so that fixtures can save evidence of a failure."""
    report = yield
    if report.when == "call" or report.failed:
        item.stash[REPORT] = report
    return report


def results_of(item: pytest.Item) -> Path:
    """Return the folder for what a failed test leaves behind."""
    return RESULTS / re.sub(r"[^A-Za-z0-9_.-]+", "-", item.nodeid)


def has_failed(item: pytest.Item) -> bool:
    """Say whether a test has failed so far."""
    return REPORT in item.stash and item.stash[REPORT].failed


@pytest.fixture(scope="session")
def _running_stack() -> Iterator[Stack]:
    """Bring the test stack up once, for every test that asks for it."""
    make_policies()
    try:
        yield running.bring_up()
    finally:
        Stack().dump_logs(RESULTS / "stack-at-the-end")
        running.take_down()


@pytest.fixture
def stack(_running_stack: Stack, request: pytest.FixtureRequest) -> Iterator[Stack]:
    """The whole platform, running in containers."""
    yield _running_stack
    if has_failed(request.node):
        _running_stack.dump_logs(results_of(request.node))


# One browser for each module, not for the session: while it is open, its event loop keeps asynchronous tests
# from running.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Headless Chromium."""
    with browsing.open_browser() as opened:
        yield opened


@pytest.fixture
def new_context(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Callable[[], BrowserContext]]:
    """Make browser contexts, one for each person; screenshots of a failed test are kept."""
    opened: list[BrowserContext] = []

    def make(locale: str = "fr-FR") -> BrowserContext:
        context = browser.new_context(locale=locale, viewport={"width": 1280, "height": 860})
        context.set_default_timeout(20_000)
        opened.append(context)
        return context

    yield make
    for number, context in enumerate(opened):
        if has_failed(request.node):
            browsing.keep_evidence(context, results_of(request.node) / f"context-{number}")
        context.close()


@pytest.fixture
def login(stack: Stack, new_context: Callable[[], BrowserContext]) -> Callable[[str], Page]:
    """Log somebody in, in a browser of their own."""
    return lambda user: browsing.login(stack, new_context(), user)


@pytest.fixture
def start_workspace(stack: Stack) -> Callable[[Page, str, str], None]:
    """Start the workspace of a person's project and wait for JupyterLab."""
    return lambda page, user, project: browsing.start_workspace(stack, page, user, project)
