"""Noised answers from a notebook to the released files: three studies of the reference, one steward, one budget."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from decimal import Decimal

from notebook import run_all_cells
from playwright.sync_api import Page, expect
from released import MARK, THRESHOLD, hashes_in, read_archive

from stack.browsing import start_workspace
from stack.running import Stack

PROJECT = "avc-parcours"
NOTEBOOK = "confidentialite-differentielle.ipynb"
# The figures of each table, and the persons that its small cells are held against.
TABLES = {"ald": ("n",), "antibiotiques": ("n", "n_pat"), "statines": ("n_pat", "n_boites")}


def test_three_noised_studies_leave_with_their_intervals(
    stack: Stack, login: Callable[[str], Page], shot: Callable[[Page, str], None]
) -> None:
    """B1, B4 and B6 of the reference: priced in the notebook, paid, approved with all there is to know, downloaded."""
    page = login("researcher2")
    start_workspace(stack, page, "researcher2", PROJECT)
    page.goto(stack.workspace_url("researcher2", PROJECT, f"lab/tree/{NOTEBOOK}"))
    notebook = run_all_cells(page, NOTEBOOK)
    link = notebook.locator(".jp-OutputArea-output a[href*='/services/egress/requests/']").first
    expect(link).to_be_attached(timeout=240_000)
    outputs = notebook.locator(".jp-OutputArea-output")
    expect(outputs.filter(has_text="Budget de la politique").last.locator("svg")).to_be_attached(timeout=120_000)
    errors = notebook.locator(".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.error']")
    expect(errors).to_have_count(0)
    noised = outputs.filter(has_text="intervalle à 95 %").first
    expect(noised).to_be_attached()
    expect(outputs.filter(has_text="donne ±").first).to_be_attached()
    outputs.filter(has_text="Resterait").first.scroll_into_view_if_needed()
    shot(page, "notebook-private")
    address = link.get_attribute("href")
    assert address is not None
    request_id = address.rsplit("/", 1)[-1]

    steward = login("steward1")
    steward.goto(f"{stack.egress_url}/review/{request_id}")
    cards = steward.locator("section.card[id^='table-']").filter(has_text="Réponse bruitée")
    expect(cards).to_have_count(3)
    expect(cards.first).to_contain_text("Rien à comparer")
    expect(cards.nth(1)).to_contain_text("Personnes dont une part n'a pas été comptée")
    shot(steward, "steward-private")
    steward.goto(f"{stack.egress_url}/budgets")
    steward.locator(f"#budget-{PROJECT} a").click()
    expect(steward.locator("svg.chart-plot")).to_be_visible()
    steward.get_by_label("À ajouter").fill("0,5")
    steward.get_by_label("Raison").fill("Analyse complémentaire demandée par la revue.")
    steward.get_by_role("button", name="Augmenter").click()
    expect(steward.locator("main")).to_contain_text("Analyse complémentaire demandée par la revue.")
    shot(steward, "steward-budget")
    steward.goto(f"{stack.egress_url}/review/{request_id}")
    steward.locator("input[name=verdict][value=approve]").check()
    steward.locator("form[action$='/vote'] button").click()
    expect(steward.locator(".notice-good").first).to_be_visible()

    asked = page.context.new_page()
    files_card = asked.locator("#files")
    for _ in range(30):
        asked.goto(address)
        if files_card.count():
            break
        asked.wait_for_timeout(1000)
    expect(files_card).to_be_visible()
    with asked.expect_download() as download:
        files_card.locator("a[href$='/archive']").click()
    files = read_archive(download.value.path())
    assert set(re.findall(r"[0-9a-f]{64}", files_card.inner_text())) <= hashes_in(files)
    for name, figures in TABLES.items():
        table = next(content for path, content in files.items() if path.endswith(f"/{name}.csv"))
        published = check_intervals(table.decode("utf-8"), figures)
        assert published > 0, f"nothing of {name} was published"
    assert stack.ecluse("audit", "verify").ok()


def check_intervals(text: str, figures: tuple[str, ...]) -> int:
    """Require that each figure lies within its interval and that no small count is shown; return the rows shown."""
    rows = list(csv.DictReader(io.StringIO(text)))
    shown = 0
    for row in rows:
        ends = {figure: [row[figure], row[f"{figure}__low"], row[f"{figure}__high"]] for figure in figures}
        for figure, parts in ends.items():
            assert parts == [MARK] * 3 or MARK not in parts
            if MARK not in parts:
                value, low, high = map(Decimal, parts)
                assert low <= value <= high
                assert value >= THRESHOLD or figure == "n_boites"
        shown += any(MARK not in parts for parts in ends.values())
    return shown
