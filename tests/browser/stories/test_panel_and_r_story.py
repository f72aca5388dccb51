"""A workspace in R, and the panel beside it: the dictionary, and export requests without leaving JupyterLab."""

from __future__ import annotations

import re
from collections.abc import Callable

from notebook import run_all_cells
from playwright.sync_api import Page, expect

from stack.browsing import start_workspace
from stack.requesting import wait_for_state
from stack.running import Stack

PROJECT = "avc-parcours"
SQL = "SELECT BEN_SEX_COD AS sexe, count(DISTINCT BEN_IDT_ANO) AS personnes FROM IR_BEN_R GROUP BY BEN_SEX_COD"


def test_the_dictionary_is_searched_and_an_export_asked_for_in_the_panel(
    stack: Stack, login: Callable[[str], Page], shot: Callable[[Page, str], None]
) -> None:
    """Words find columns, a table opens, a query is checked and submitted: JupyterLab is never left."""
    page = login("researcher2")
    start_workspace(stack, page, "researcher2", PROJECT)
    page.locator("li[data-id='ecluse-panel']").click()
    panel = page.locator("#ecluse-panel")
    expect(panel.get_by_role("button", name="T_MCO_B", exact=True)).to_be_visible(timeout=60_000)
    panel.get_by_role("searchbox").fill("date de soins")
    expect(panel.get_by_role("button", name="ER_PRS_F.EXE_SOI_DTD")).to_be_visible(timeout=30_000)
    shot(page, "panel")
    panel.get_by_role("button", name="ER_PRS_F.EXE_SOI_DTD").click()
    expect(panel.get_by_role("heading", name="ER_PRS_F")).to_be_visible(timeout=30_000)

    panel.get_by_role("tab", name="Sorties").click()
    panel.get_by_label("Titre").fill("Personnes par sexe")
    panel.get_by_label("Objectif").fill("Décrire la population.")
    panel.get_by_label("Requête SQL").fill(SQL.replace("count(DISTINCT BEN_IDT_ANO)", "min(BEN_NAI_ANN)"))
    panel.get_by_role("button", name="Vérifier").click()
    expect(panel.get_by_role("alert")).to_be_visible(timeout=30_000)
    panel.get_by_label("Requête SQL").fill(SQL)
    panel.get_by_role("button", name="Vérifier").click()
    expect(panel).to_contain_text("La requête peut être vérifiée", timeout=30_000)
    panel.get_by_role("button", name="Déposer").click()
    expect(panel.locator("li").filter(has_text="Personnes par sexe").first).to_be_visible(timeout=60_000)
    address = panel.get_by_role("link", name="Ouvrir la page de la demande").first.get_attribute("href")
    assert address is not None
    assert address.startswith(stack.egress_url)


def test_the_tutorial_runs_in_r(stack: Stack, login: Callable[[str], Page], shot: Callable[[Page, str], None]) -> None:
    """From the first query to a submitted request, in the R kernel, with a figure and without an error."""
    page = login("researcher2")
    start_workspace(stack, page, "researcher2", PROJECT)
    page.goto(stack.workspace_url("researcher2", PROJECT, "lab/tree/tutoriel-r.ipynb"))
    notebook = run_all_cells(page, "tutoriel-r.ipynb")
    expect(notebook.locator(".jp-OutputArea-output img").first).to_be_attached(timeout=120_000)
    link = notebook.locator(".jp-OutputArea-output a[href*='/services/egress/requests/']").first
    expect(link).to_be_attached(timeout=120_000)
    errors = notebook.locator(".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.error']")
    expect(errors).to_have_count(0)
    notebook.locator(".jp-OutputArea-output img").first.scroll_into_view_if_needed()
    shot(page, "notebook-r")
    expect(page.locator("#jp-bottom-panel")).to_contain_text(re.compile(r"R \|"))
    request_id = str(link.get_attribute("href")).rsplit("/", 1)[-1]
    assert wait_for_state(stack, "researcher2", PROJECT, request_id, "in_review") == "in_review"
