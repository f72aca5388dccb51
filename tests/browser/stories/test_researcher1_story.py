"""The whole way, as one researcher and one data steward walk it in a browser."""

from __future__ import annotations

import re
from collections.abc import Callable

from notebook import run_all_cells
from playwright.sync_api import Page, expect
from released import check_no_small_cell, hashes_in, read_archive, table_of

from stack.running import Stack

PROJECT = "diabete-idf"


def test_researcher1_analyses_asks_for_an_export_and_downloads_it(
    stack: Stack, login: Callable[[str], Page], shot: Callable[[Page, str], None]
) -> None:
    """From login to a released file, in French: one project, one steward, one table with hidden cells."""
    page = login("researcher1")
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect(page.get_by_role("heading", level=1)).to_have_text("Mes projets")
    card = page.locator(f"#project-{PROJECT}")
    expect(card).to_contain_text("Diabète et recours aux soins en Île-de-France")
    expect(card).to_contain_text("DEMO-2026-001")
    expect(card).to_contain_text("Python 3.11")
    expect(page.locator("#project-antibio-national")).to_have_count(0)
    shot(page, "projects")
    page.get_by_role("link", name="EN", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("My projects")
    page.get_by_role("link", name="FR", exact=True).click()

    start = card.get_by_role("button", name="Démarrer")
    # An earlier test may have left it running; the way from there on is the same.
    if start.count():
        start.click()
    else:
        page.goto(f"{stack.hub_url}/hub/projects/{PROJECT}/starting")
    page.wait_for_url(re.compile(r"/hub/projects/diabete-idf/starting|/lab"))
    shot(page, "starting")
    # The page that follows the start opens the workspace by itself when it answers.
    page.wait_for_url(
        re.compile(r"^http://researcher1\.hub\.localhost:\d+/user/researcher1/diabete-idf/lab"), timeout=90_000
    )
    expect(page.locator("#jp-main-dock-panel")).to_be_visible(timeout=60_000)

    page.goto(stack.workspace_url("researcher1", PROJECT, "lab/tree/tutoriel.ipynb"))
    notebook = run_all_cells(page, "tutoriel.ipynb")
    outputs = notebook.locator(".jp-OutputArea-output")
    expect(outputs.filter(has_text="ER_PRS_F").first).to_be_attached(timeout=120_000)
    link = notebook.locator(".jp-OutputArea-output a[href*='/services/egress/requests/']").first
    expect(link).to_be_attached(timeout=120_000)
    expect(notebook.locator(".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.stderr']")).to_have_count(0)
    link.scroll_into_view_if_needed()
    shot(page, "notebook")
    address = link.get_attribute("href")
    assert address is not None

    asked = page.context.new_page()
    asked.goto(address)
    expect(asked.get_by_role("heading", level=1)).to_contain_text("A10")

    steward = login("steward1")
    shot(steward, "steward-home")
    steward.get_by_role("link", name=re.compile("Vérif|Ouvrir")).first.click()
    steward.wait_for_url(re.compile(r"/services/egress/review"))
    line = steward.get_by_role("link", name="Personnes traitées (A10) par sexe, année et département").first
    for _ in range(60):
        if line.count():
            break
        # The machine is still computing: the request joins the queue once its table is protected and proved.
        steward.wait_for_timeout(2000)
        steward.reload()
    expect(line).to_be_visible()
    shot(steward, "steward-queue")
    line.click()
    expect(steward.locator(".hidden-cell").first).to_be_visible()
    expect(steward.locator("pre.sql").first).to_contain_text("PHA_ATC_CLA")
    expect(steward.locator("body")).to_contain_text("Décrire les dispensations par sexe, année et département")
    shot(steward, "steward-review")
    steward.locator("input[name=verdict][value=approve]").check()
    steward.locator("form[action$='/vote'] button").click()
    expect(steward.locator(".notice-good").first).to_be_visible()

    # Opened anew: the page looks again by itself while a release is made ready, and a reload beside that would meet it.
    released = page.context.new_page()
    released.goto(address)
    files_card = released.locator("#files")
    expect(files_card).to_be_visible(timeout=60_000)
    shot(released, "researcher-release")
    with released.expect_download() as download:
        files_card.locator("a[href$='/archive']").click()
    files = read_archive(download.value.path())
    published, hidden = check_no_small_cell(table_of(files), ("personnes", "delivrances"))
    assert published > 0, "the story is about a table of which something can be published"
    shown = set(re.findall(r"[0-9a-f]{64}", files_card.inner_text()))
    assert shown <= hashes_in(files), "the page promises files that the archive does not hold"
    assert stack.ecluse("audit", "verify").ok()
    assert hidden > 0, "the story is about a table of which something must be hidden"
