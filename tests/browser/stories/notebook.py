"""Running a notebook in JupyterLab, as a person does: by the menu."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect


def run_all_cells(page: Page) -> None:
    """Run every cell of the open notebook, and wait until its last one has ended."""
    expect(page.locator(".jp-NotebookPanel .jp-CodeCell").first).to_be_visible(timeout=60_000)
    # Before its kernel has started, JupyterLab would ask which one to take.
    expect(page.locator("#jp-bottom-panel")).to_contain_text(re.compile(r"\| (Idle|Inactif)"), timeout=60_000)
    page.locator(".lm-MenuBar-itemLabel").filter(has_text=re.compile(r"^(Run|Exécution)$")).click()
    page.locator(".lm-Menu-item[data-command='runmenu:run-all']").click()
    last = page.locator(".jp-NotebookPanel .jp-CodeCell .jp-InputPrompt").last
    expect(last).to_have_text(re.compile(r"\[\d+\]:"), timeout=120_000)
