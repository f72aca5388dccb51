"""The hub in the running stack: who starts what, what a refusal says, what survives a failure."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from ecluse_platform.core.names import Workspace
from stack.browsing import post
from stack.running import Stack, docker

PROJECT = "diabete-idf"
PERSON = "researcher1"
WORKSPACE = Workspace(PERSON, PROJECT)
SECONDS = 60


def projects(stack: Stack, page: Page) -> None:
    """Go to the page of projects."""
    page.goto(f"{stack.hub_url}/hub/projects")


def start(stack: Stack, page: Page, project: str = PROJECT) -> None:
    """Press Start and wait until the workspace answers."""
    projects(stack, page)
    page.locator(f"#project-{project} form[action$='/start'] button").click()
    page.wait_for_url(re.compile(rf"^http://{PERSON}\.hub\.localhost:"), timeout=SECONDS * 1000)


def standing(stack: Stack, page: Page, project: str = PROJECT) -> str | None:
    """What the card of a project says of its workspace; None when the project is closed."""
    projects(stack, page)
    badge = page.locator(f"#project-{project} [data-standing]")
    return badge.get_attribute("data-standing") if badge.count() else None


def eventually(condition: Callable[[], bool], what: str) -> None:
    """Wait for something that the stack does by itself."""
    limit = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < limit, what
        time.sleep(0.5)


def exists(kind: str, name: str) -> bool:
    """Say whether the engine has something of exactly this name."""
    return docker(kind, "inspect", name).code == 0


def members(stack: Stack) -> set[str]:
    """The containers on the workspace's network."""
    found = json.loads(docker("network", "inspect", WORKSPACE.network(stack.instance)).ok())[0]
    return {member["Name"] for member in found["Containers"].values()}


@pytest.fixture
def page(stack: Stack, login: Callable[[str], Page]) -> Iterator[Page]:
    """A researcher's browser; their workspace is stopped before and after."""
    page = login(PERSON)
    stop(stack, page)
    yield page
    stop(stack, page)


def stop(stack: Stack, page: Page) -> None:
    """Stop the workspace if it runs."""
    projects(stack, page)
    button = page.locator(f"#project-{PROJECT} form[action$='/stop'] button")
    if button.count():
        button.click()
        eventually(lambda: standing(stack, page) == "stopped", "the workspace did not stop")


def test_a_workspace_starts_and_stopping_leaves_only_the_home(stack: Stack, page: Page) -> None:
    """Start leads into JupyterLab; Stop removes container and network and keeps the home volume."""
    start(stack, page)
    assert standing(stack, page) == "running"
    assert members(stack) == {f"{stack.instance}-gateway", WORKSPACE.container(stack.instance)}
    stop(stack, page)
    assert not exists("container", WORKSPACE.container(stack.instance))
    assert not exists("network", WORKSPACE.network(stack.instance))
    assert exists("volume", WORKSPACE.home_volume(stack.instance))


def test_a_hub_that_restarts_finds_the_workspace_again(stack: Stack, page: Page) -> None:
    """The hub is killed and started: the container was not touched, and the page shows it running."""
    start(stack, page)
    before = docker("inspect", "--format", "{{.Id}}", WORKSPACE.container(stack.instance)).ok()
    stack.kill("hub")
    stack.start("hub")
    assert docker("inspect", "--format", "{{.Id}}", WORKSPACE.container(stack.instance)).ok() == before
    eventually(lambda: standing(stack, page) == "running", "the hub forgot the workspace")
    page.locator(f"#project-{PROJECT} a[href$='/open']").click()
    page.wait_for_url(re.compile(rf"^http://{PERSON}\.hub\.localhost:"), timeout=SECONDS * 1000)


def test_a_gateway_that_left_the_network_is_put_back(stack: Stack, page: Page) -> None:
    """Whoever replaces the gateway's container: the hub connects it again without being asked."""
    start(stack, page)
    gateway = f"{stack.instance}-gateway"
    docker("network", "disconnect", "--force", WORKSPACE.network(stack.instance), gateway).ok()
    eventually(lambda: gateway in members(stack), "the gateway was not put back")


def test_a_guard_that_is_away_loses_nobody_s_work(stack: Stack, page: Page) -> None:
    """Without the guard nothing starts, and what runs is still there when it is back."""
    start(stack, page)
    stack.kill("guard")
    time.sleep(12)
    assert exists("container", WORKSPACE.container(stack.instance))
    assert standing(stack, page) == "running"
    stack.start("guard")
    assert standing(stack, page) == "running"


def test_when_the_permit_ends_the_workspace_stops_and_says_why(stack: Stack, page: Page) -> None:
    """The end of the permit stops a running workspace within the policy's interval; the card says the date."""
    start(stack, page)
    with stack.changed(stack.project_file(PROJECT), [("end: 2029-12-31", "end: 2026-02-01")]):
        eventually(
            lambda: not exists("container", WORKSPACE.container(stack.instance)), "the workspace outlived its permit"
        )
        eventually(lambda: standing(stack, page) is None, "the card still shows a state")
        assert page.locator(f"#project-{PROJECT} .notice[data-code=permit_expired]").count() == 1
        assert page.locator(f"#project-{PROJECT} form[action$='/start']").count() == 0
    eventually(lambda: standing(stack, page) == "stopped", "the hub still counts the workspace as running")


@pytest.mark.parametrize(
    ("project", "code", "status"),
    [
        ("ancien-2020", "permit_expired", 403),
        ("futur-2090", "permit_not_started", 403),
        ("antibio-national", "not_in_permit", 403),
        ("nothing-here", "unknown_project", 404),
    ],
)
def test_a_start_that_policy_refuses_says_why_in_both_languages(
    stack: Stack, page: Page, project: str, code: str, status: int
) -> None:
    """Pressing a button that is not there: the right status, the reason, the next step, nothing created."""
    for language in ("fr", "en"):
        projects(stack, page)
        token = page.locator("input[name=_xsrf]").first.get_attribute("value") or ""
        url = f"{stack.hub_url}/hub/projects/{project}/start?lang={language}"
        assert post(page, url, {"_xsrf": token}) == status
        assert page.locator(f".notice[data-code={code}] p").count() == 2
        assert page.locator("html").get_attribute("lang") == language
    assert not exists("container", Workspace(PERSON, project).container(stack.instance))


def test_without_the_audit_log_nothing_starts(stack: Stack, page: Page) -> None:
    """The egress service is down: the start is refused, said so, and leaves nothing behind."""
    stack.kill("egress")
    try:
        projects(stack, page)
        page.locator(f"#project-{PROJECT} form[action$='/start'] button").click()
        expect(page.locator(".notice[data-code=service_unreachable]")).to_be_visible(timeout=SECONDS * 1000)
        assert not exists("container", WORKSPACE.container(stack.instance))
        assert not exists("network", WORKSPACE.network(stack.instance))
    finally:
        stack.start("egress")


def test_nothing_starts_by_a_link_and_no_form_works_without_its_token(stack: Stack, page: Page) -> None:
    """A link to the stock start page leads back; a start without the page's token is refused."""
    page.goto(f"{stack.hub_url}/hub/spawn/{PERSON}/{PROJECT}")
    assert page.url == f"{stack.hub_url}/hub/projects"
    for path in ("token", "home", "admin", "spawn"):
        page.goto(f"{stack.hub_url}/hub/{path}")
        assert page.url == f"{stack.hub_url}/hub/projects", path
    assert post(page, f"{stack.hub_url}/hub/projects/{PROJECT}/start", {}) == 403
    projects(stack, page)
    assert post(page, f"{stack.hub_url}/hub/api/users/{PERSON}/servers/{PROJECT}", {}) == 403
    assert standing(stack, page) == "stopped"


def test_an_operator_sees_and_stops_and_cannot_enter(stack: Stack, page: Page, login: Callable[[str], Page]) -> None:
    """The operator's list has the workspace, its button stops it, its address does not open."""
    start(stack, page)
    operator = login("operator1")
    entered = operator.goto(stack.workspace_url(PERSON, PROJECT))
    assert entered is not None
    assert entered.status in {403, 404}
    operator.goto(f"{stack.hub_url}/hub/operations")
    operator.locator(f"#workspace-{PERSON}--{PROJECT} button").click()
    eventually(lambda: not exists("container", WORKSPACE.container(stack.instance)), "the operator could not stop it")
    assert standing(stack, page) == "stopped"


def test_the_operators_page_is_closed_to_others(stack: Stack, page: Page) -> None:
    """A researcher is told who may see it."""
    answer = page.goto(f"{stack.hub_url}/hub/operations")
    assert answer is not None
    assert answer.status == 403
    assert page.locator(".notice[data-code=not_an_operator]").count() == 1


def test_somebody_whom_no_policy_names_is_refused_at_the_door(stack: Stack, login: Callable[[str], Page]) -> None:
    """The identity provider knows the person, the policies do not: a clear page, and no session."""
    with stack.changed(stack.policies / "platform.yaml", [("operators: [operator1]", "operators: [operator2]")]):
        page = login("operator1")
        expect(page.locator(".notice[data-code=not_in_any_policy]")).to_be_visible()
        page.goto(f"{stack.hub_url}/hub/api/user")
        assert '"name"' not in page.content()


def test_pages_need_no_script_and_nothing_from_elsewhere(stack: Stack, page: Page) -> None:
    """The policy of content forbids scripts, and the pages ask only their own origin."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    answer = page.goto(f"{stack.hub_url}/hub/projects?lang=en")
    assert answer is not None
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "script-src" not in answer.headers["content-security-policy"]
    assert asked
    assert all(url.startswith(f"{stack.hub_url}/hub/") for url in asked)
    assert page.locator("h1").inner_text() == "My projects"
    projects(stack, page)
    assert page.locator("h1").inner_text() == "My projects"
