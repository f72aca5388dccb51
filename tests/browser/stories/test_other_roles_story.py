"""What project admins, operators and people at the wrong door see and cannot do."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from stack.browsing import post
from stack.policies import EXPIRED, NOT_STARTED
from stack.running import Stack


def test_projectadmin1_sees_the_settings_and_starts_nothing(
    stack: Stack, login: Callable[[str], Page], shot: Callable[[Page, str], None]
) -> None:
    """A project admin sees members, image, resources and permit of every project; no workspace, no review."""
    page = login("projectadmin1")
    for project in ("diabete-idf", "antibio-national", "avc-parcours"):
        card = page.locator(f"#administered-{project}")
        expect(card).to_contain_text("researcher2")
        expect(card).to_contain_text("Python 3.11")
    expect(page.get_by_role("button", name="Démarrer")).to_have_count(0)
    shot(page, "project-admin")
    answer = page.goto(f"{stack.egress_url}/review")
    assert answer is not None
    assert answer.status == 403
    expect(page.locator("main")).to_contain_text("data stewards")


def test_operator1_sees_and_stops_workspaces_but_no_data(
    stack: Stack,
    login: Callable[[str], Page],
    start_workspace: Callable[[Page, str, str], None],
    shot: Callable[[Page, str], None],
) -> None:
    """An operator stops a workspace and reads the platform's health; neither a workspace nor a request opens."""
    researcher = login("researcher1")
    start_workspace(researcher, "researcher1", "diabete-idf")
    page = login("operator1")
    page.goto(f"{stack.hub_url}/hub/operations")
    expect(page.locator("main")).to_contain_text("researcher1")
    shot(page, "operator-workspaces")
    page.goto(f"{stack.egress_url}/operations")
    expect(page.locator("main")).to_contain_text("audit")
    shot(page, "operator-health")
    answer = page.goto(stack.workspace_url("researcher1", "diabete-idf"))
    assert answer is not None
    assert answer.status == 403
    answer = page.goto(f"{stack.egress_url}/review")
    assert answer is not None
    assert answer.status == 403
    page.goto(f"{stack.hub_url}/hub/operations")
    # Other people's workspaces may be in the list too.
    page.locator("#workspace-researcher1--diabete-idf form[action$='/operations/stop'] button").click()
    deadline = time.monotonic() + 60
    while "researcher1" in page.locator("main").inner_text() and time.monotonic() < deadline:
        page.wait_for_timeout(1000)
        page.goto(f"{stack.hub_url}/hub/operations")
    expect(page.locator("main")).not_to_contain_text("researcher1")


@pytest.mark.parametrize(
    ("project", "words"), [(EXPIRED, "s'est terminée le 2020-12-31"), (NOT_STARTED, "commence le 2090-01-01")]
)
def test_outside_its_dates_a_project_says_why_and_does_not_start(
    stack: Stack, login: Callable[[str], Page], project: str, words: str
) -> None:
    """The card explains instead of offering a button, and the address behind the button refuses too."""
    page = login("researcher1")
    card = page.locator(f"#project-{project}")
    expect(card).to_contain_text(words)
    expect(card.get_by_role("button", name="Démarrer")).to_have_count(0)
    token = page.locator("input[name=_xsrf]").first.get_attribute("value")
    status = post(page, f"{stack.hub_url}/hub/projects/{project}/start", {"_xsrf": token or ""})
    assert status == 403
    expect(page.locator("main")).to_contain_text(words)


def test_a_researcher_whom_the_permit_does_not_name_is_refused(stack: Stack, login: Callable[[str], Page]) -> None:
    """researcher1 is no member of the second project: no card, and no start by its address."""
    page = login("researcher1")
    token = page.locator("input[name=_xsrf]").first.get_attribute("value")
    status = post(page, f"{stack.hub_url}/hub/projects/antibio-national/start", {"_xsrf": token or ""})
    assert status == 403


def test_logging_out_ends_the_session_and_not_only_its_cookies(
    stack: Stack, login: Callable[[str], Page], new_context: Callable[[], BrowserContext]
) -> None:
    """Cookies copied before a logout open nothing after it: neither the hub's pages nor a workspace."""
    page = login("researcher1")
    # Those of the identity provider would log in anew: its sessions are its own to end.
    copied = [cookie for cookie in page.context.cookies() if "idp." not in cookie["domain"]]
    assert copied
    page.goto(f"{stack.hub_url}/hub/logout")
    thief = new_context()
    thief.add_cookies([{**cookie} for cookie in copied])
    other = thief.new_page()
    other.goto(f"{stack.hub_url}/hub/projects")
    expect(other.get_by_role("heading", name="Mes projets")).to_have_count(0)
    expect(other.locator("#project-diabete-idf")).to_have_count(0)
