"""A project that asks for two data stewards, as researcher2, steward1 and steward2 live it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from released import check_no_small_cell, read_archive, table_of

from stack.requesting import submit, wait_for_state
from stack.running import Stack

PROJECT = "antibio-national"


@pytest.fixture
def asked(
    stack: Stack, login: Callable[[str], Page], start_workspace: Callable[[Page, str, str], None]
) -> tuple[Page, str]:
    """researcher2 with a workspace of the second project, and a request that waits for its stewards."""
    page = login("researcher2")
    start_workspace(page, "researcher2", PROJECT)
    request_id = submit(stack, "researcher2", PROJECT, "Antibiotiques par département")
    wait_for_state(stack, "researcher2", PROJECT, request_id, "in_review")
    return page, request_id


def _vote(page: Page, verdict: str, comment: str = "") -> None:
    page.locator(f"input[name=verdict][value={verdict}]").check()
    if comment:
        page.locator("form[action$='/vote'] textarea[name=comment]").fill(comment)
    page.locator("form[action$='/vote'] button").click()


def test_researcher2_sees_both_projects(login: Callable[[str], Page]) -> None:
    """Both permits name researcher2; both cards are there, with their own dates."""
    page = login("researcher2")
    expect(page.locator("#project-diabete-idf")).to_be_visible()
    expect(page.locator("#project-antibio-national")).to_contain_text("2028")


def test_two_stewards_must_agree_and_vote_blind(
    stack: Stack, login: Callable[[str], Page], asked: tuple[Page, str], shot: Callable[[Page, str], None]
) -> None:
    """After one vote nothing is released and the second steward cannot see the first one's; after both it is out."""
    researcher, request_id = asked
    address = f"{stack.egress_url}/review/{request_id}"
    first, second = login("steward1"), login("steward2")
    first.goto(address)
    _vote(first, "approve", "Seuils respectés, finalité claire.")
    expect(first.locator("form[action$='/vote']")).to_have_count(0)

    second.goto(address)
    expect(second.locator("body")).not_to_contain_text("Seuils respectés, finalité claire.")
    shot(second, "steward-blind")
    assert wait_for_state(stack, "researcher2", PROJECT, request_id, "in_review") == "in_review"
    _vote(second, "approve")
    wait_for_state(stack, "researcher2", PROJECT, request_id, "released")

    researcher.goto(f"{stack.egress_url}/requests/{request_id}")
    with researcher.expect_download() as download:
        researcher.locator("#files a[href$='/archive']").click()
    published, hidden = check_no_small_cell(table_of(read_archive(download.value.path())), ("personnes", "delivrances"))
    assert published > 0
    assert hidden > 0


def test_a_second_table_is_compared_exactly_with_the_earlier_release(
    stack: Stack, login: Callable[[str], Page], asked: tuple[Page, str], shot: Callable[[Page, str], None]
) -> None:
    """The machine compares person by person; the steward reads with how many earlier tables, and what came of it."""
    _, request_id = asked
    steward = login("steward1")
    steward.goto(f"{stack.egress_url}/review/{request_id}")
    _vote(steward, "approve")
    other = login("steward2")
    other.goto(f"{stack.egress_url}/review/{request_id}")
    _vote(other, "approve")
    wait_for_state(stack, "researcher2", PROJECT, request_id, "released")
    narrower = "SELECT BEN_SEX_COD AS sexe, count(DISTINCT BEN_IDT_ANO) AS personnes FROM IR_BEN_R GROUP BY ALL"
    second = submit(stack, "researcher2", PROJECT, "Bénéficiaires par sexe", narrower)
    wait_for_state(stack, "researcher2", PROJECT, second, "in_review")
    steward.goto(f"{stack.egress_url}/review/{second}")
    expect(steward.locator("body")).to_contain_text("Antibiotiques par département")
    expect(steward.locator("body")).to_contain_text(re.compile("Comparé exactement avec [0-9]+ tableau"))
    shot(steward, "steward-compared")


def test_a_returned_request_comes_back_with_its_comment(
    stack: Stack, login: Callable[[str], Page], asked: tuple[Page, str]
) -> None:
    """A steward who returns a request must say why, and the author reads it in the request's page."""
    researcher, request_id = asked
    for name in ("steward1", "steward2"):
        page = login(name)
        page.goto(f"{stack.egress_url}/review/{request_id}")
        _vote(page, "return", "Regroupez les départements en régions, s'il vous plaît.")
    wait_for_state(stack, "researcher2", PROJECT, request_id, "returned")
    researcher.goto(f"{stack.egress_url}/requests/{request_id}")
    expect(researcher.locator("body")).to_contain_text("Regroupez les départements en régions")
    expect(researcher.locator("#files")).to_have_count(0)
