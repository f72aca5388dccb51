"""Running a notebook in JupyterLab, as a person does: by the menu."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect


def run_all_cells(page: Page, name: str) -> Locator:
    """Run every cell of the notebook that was just opened, wait until its last one has ended; return its panel."""
    # JupyterLab brings back what was open before: only the panel in front, once it is this notebook's, is meant.
    panel = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")
    expect(page.locator("#jp-main-dock-panel .lm-TabBar-tab.jp-mod-current")).to_contain_text(name, timeout=60_000)
    expect(panel.locator(".jp-CodeCell").first).to_be_visible(timeout=60_000)
    # Before its kernel has started, JupyterLab would ask which one to take.
    status = page.locator("#jp-bottom-panel")
    expect(status).to_contain_text(name, timeout=60_000)
    expect(status).to_contain_text(re.compile(r"\| (Idle|Inactif)"), timeout=60_000)
    page.locator(".lm-MenuBar-itemLabel").filter(has_text=re.compile(r"^(Run|Exécution)$")).click()
    page.locator(".lm-Menu-item[data-command='runmenu:run-all']").click()
    expect(panel.locator(".jp-CodeCell .jp-InputPrompt").last).to_have_text(re.compile(r"\[\d+\]:"), timeout=180_000)
    return panel
