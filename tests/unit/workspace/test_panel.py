from __future__ import annotations

import json
from typing import Any

import pytest
from speaking_platform import Platform
from test_workspace_private import BUDGET, PRICED

from ecluse import panel

REQUEST: dict[str, Any] = {
    "id": "r-1",
    "state": "in_review",
    "title": "Par sexe",
    "purpose": "Décrire",
    "created_at": "2026-11-23T12:00:00Z",
    "updated_at": "2026-11-23T12:00:00Z",
    "items": [{"name": "table_1", "sql": "SELECT 1", "status": "ok"}],
    "comments": [],
    "page_url": "http://egress.example/requests/r-1",
    "next_step": {"fr": "Attendez l'avis.", "en": "Wait for the decision."},
}
DRAFT = {"title": "Par sexe", "purpose": "Décrire", "sql": "SELECT 1"}


@pytest.fixture(autouse=True)
def _language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ECLUSE_LANG", "fr")


def ask(op: str, language: str = "fr", **fields: str) -> dict[str, Any]:
    """Ask as the panel does: text in, text out."""
    answer: dict[str, Any] = json.loads(panel.answer(json.dumps({"op": op, "language": language, **fields})))
    return answer


@pytest.mark.usefixtures("data")
def test_the_dictionary_opens_on_the_projects_tables() -> None:
    """A table has its name, its meaning, and is marked as granted."""
    found = ask("tables")["found"]
    assert [line["table"] for line in found] == ["ER_PRS_F"]
    assert all(line["granted"] and line["column"] is None for line in found)


@pytest.mark.usefixtures("data")
def test_a_table_lists_its_columns() -> None:
    """Each column has its type; one that the permit does not grant says so."""
    told = ask("table", name="ER_PRS_F")
    assert told["table"] == "ER_PRS_F"
    assert {"BEN_NIR_PSA", "PRS_ACT_QTE"} <= {line["column"] for line in told["columns"]}


@pytest.mark.usefixtures("data")
def test_words_find_columns_and_an_unknown_table_is_an_answer() -> None:
    """The panel never sees a trace: what went wrong comes in words."""
    assert ask("search", words="PRS_ACT_QTE")["found"][0]["column"] == "PRS_ACT_QTE"
    assert ask("search", words="zzzzzz")["found"] == []
    assert "NOWHERE" in ask("table", name="NOWHERE")["error"]


def test_a_draft_is_checked_then_submitted(platform: Platform) -> None:
    """The panel sends what the notebook would send."""
    platform.answer("POST", "requests", REQUEST, 201)
    sent = ask("submit", **DRAFT)
    assert sent["title"] == "Par sexe"
    assert sent["page"] == REQUEST["page_url"]
    assert platform.asked[-1].body["items"][0]["sql"] == "SELECT 1"


def test_requests_say_where_they_stand_in_the_readers_language(platform: Platform) -> None:
    """The state is in words for people."""
    platform.answer("GET", "requests", {"requests": [REQUEST]})
    assert ask("requests")["requests"][0]["state"] == "en vérification"
    assert ask("requests", language="en")["requests"][0]["said"] == "Wait for the decision."


def test_a_refusal_comes_in_words(platform: Platform) -> None:
    """An empty draft and a refused query are told, not raised."""
    assert "Il manque" in ask("preview", **DRAFT | {"title": " "})["error"]
    refusal = {
        "code": "x",
        "fields": {},
        "reason": {"fr": "Non.", "en": "No."},
        "next_step": {"fr": "Si.", "en": "Yes."},
    }
    platform.answer("POST", "preview", refusal, 422)
    assert "Non." in ask("preview", **DRAFT)["error"]


def test_the_panel_previews_a_private_query(platform: Platform) -> None:
    """With an epsilon the same query becomes a private one, in French numbers too; its price is told."""
    platform.answer("POST", "preview", {"items": [PRICED], "warnings": []})
    told = ask("preview", **DRAFT, epsilon="0,5", cells="12", rows="")
    assert "Coût" in told["said"]
    [item] = platform.asked[-1].body["items"]
    assert (item["kind"], item["ask"]["epsilon"], item["ask"]["cells"], item["ask"]["rows"]) == (
        "private",
        "0.5",
        12,
        None,
    )
    assert "→ Écrivez un nombre" in ask("preview", **DRAFT, epsilon="beaucoup")["error"]


def test_the_panel_draws_the_budget(platform: Platform) -> None:
    """Facts in words, and points between 0 and 1; a project without a budget is told so, not failed."""
    platform.answer("GET", "budget", BUDGET)
    told = ask("budget")
    assert ["Reste", "9,5 rho"] in told["facts"]
    assert [point[1:] for point in told["points"]] == [[0.8, "grant"], [1.0, "grant"], [0.95, "charge"]]
    assert all(0 <= x <= 1 for x, _, _ in told["points"])
    no = {"code": "x", "fields": {}, "reason": {"fr": "Pas de budget.", "en": "No budget."}, "next_step": {"fr": "Si."}}
    platform.answer("GET", "budget", no, 404)
    assert ask("budget") == {"none": "Pas de budget."}
