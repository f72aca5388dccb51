from __future__ import annotations

from typing import Any

import pytest
from speaking_platform import Platform
from test_workspace_exports import REFUSAL, REQUEST, draft

import ecluse

MERGE = {"fr": "Fusionner 15-19 et 20-24", "en": "Merge 15-19 and 20-24"}
TABLE: dict[str, Any] = {
    "name": "table_1",
    "columns": ["SEX", "patients"],
    "rows": [["1", 40], [None, 12], ["Total", "c"], ["<b>x</b>", "c"]],
    "published": 2,
    "hidden": 2,
    "mark": "c",
    "proposals": [MERGE],
    "because": [{"earlier": "« Avant » (r-0)", "rows": 1}],
}


def test_a_protected_table_is_read_in_the_notebook(platform: Platform) -> None:
    """By name or by place, with one mark for hidden cells, what hid further ones, and what would keep more."""
    platform.answer("GET", "requests", [REQUEST])
    platform.answer("GET", "requests/r-1/tables", [TABLE])
    [request] = ecluse.requests()
    table = request.table("table_1")
    assert (table.columns, table.rows[0], table.mark) == (["SEX", "patients"], ["1", 40], "c")
    assert table.proposals == ["Fusionner 15-19 et 20-24"]
    shown = repr(request.table())
    assert "2 lignes publiées, 2 masquées" in shown
    assert "1 lignes masquées à cause de « Avant » (r-0)" in shown
    html = table._repr_html_()
    assert "&lt;b&gt;x&lt;/b&gt;" in html
    assert "<b>x" not in html


def test_a_table_that_is_not_there_is_named_with_those_that_are(platform: Platform) -> None:
    """Instead of an index error."""
    platform.answer("GET", "requests", [REQUEST])
    platform.answer("GET", "requests/r-1/tables", [TABLE])
    [request] = ecluse.requests()
    with pytest.raises(ecluse.EcluseError, match="Tableaux protégés : table_1"):
        request.table("other")


def test_a_request_that_came_back_without_a_table_says_why(platform: Platform) -> None:
    """Its own refusal, with the next step, instead of a list of nothing."""
    platform.answer("GET", "requests", [REQUEST])
    platform.answer("GET", "requests/r-1/tables", [])
    platform.answer("GET", "requests/r-1", REQUEST | {"state": "returned", "refusal": REFUSAL})
    [request] = ecluse.requests()
    with pytest.raises(ecluse.EcluseError, match=REFUSAL["reason"]["fr"]):
        request.table()


def test_a_draft_takes_several_queries(platform: Platform) -> None:
    """Each is a table of its own."""
    platform.answer("POST", "requests", REQUEST, 201)
    draft().add_query("SELECT 2").add_query("SELECT 3", name="troisième").submit()
    [asked] = platform.asked
    assert [item["name"] for item in asked.body["items"]] == ["table_1", "table_2", "troisième"]


def test_waiting_tells_how_far_the_machine_is(
    platform: Platform, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Until it is a person's turn; the same step is said once."""
    monkeypatch.setattr("ecluse.submitted._SECONDS_BETWEEN", 0)
    progress = {"table": 1, "tables": 2, "step": "protecting", "done": 27}
    states = [{"state": "screening", "progress": progress}] * 2 + [{"state": "in_review", "progress": None}]
    answers = iter(states)
    monkeypatch.setattr("ecluse.submitted.call", lambda *_: REQUEST | next(answers))
    request = ecluse.Request(REQUEST | {"state": "submitted"})
    assert request.wait().state == "in_review"
    assert capsys.readouterr().out == "27 % protection des petites cellules (1/2)\n"


def test_a_refused_table_shows_what_could_leave(platform: Platform) -> None:
    """Which table, why, and the proposals."""
    refusal = REFUSAL | {"table": "table_1", "proposals": [MERGE]}
    platform.answer("GET", "requests", [REQUEST | {"state": "returned", "refusal": refusal}])
    [request] = ecluse.requests()
    assert request.proposals == ["Fusionner 15-19 et 20-24"]
    assert "Fusionner 15-19 et 20-24" in repr(request)
    assert "table_1" in repr(request)
