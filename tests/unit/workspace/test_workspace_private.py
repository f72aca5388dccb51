from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from speaking_platform import Platform
from test_workspace_exports import REQUEST

import ecluse

SQL = "SELECT dpt, count(DISTINCT BEN_IDT_ANO) AS n FROM t GROUP BY ALL"
PRICED: dict[str, Any] = {
    "kind": "private",
    "name": "table_1",
    "dimensions": ["dpt"],
    "measures": [{"name": "n", "kind": "persons"}, {"name": "mean", "kind": "mean"}],
    "tables": ["IR_BEN_R"],
    "private": {
        "accounting": "zcdp",
        "epsilon": "1",
        "delta": "0",
        "amount": "0.5",
        "remaining": "9.5",
        "fits": True,
        "cells": 2,
        "rows": 1,
        "grid": 8,
        "confidence_percent": 95,
        "outputs": [
            {"name": "n", "kind": "persons", "half_width": "1234.5"},
            {"name": "mean", "kind": "mean", "half_width": None},
        ],
    },
}
CHOICE = {"epsilon": "0.25", "amount": "0.03125", "half_width": "49", "fits": True}
TABLE: dict[str, Any] = {
    "kind": "private",
    "name": "table_1",
    "columns": ["dpt", "n", "n__low", "n__high"],
    "rows": [["75", 1200, 1190, 1210], ["<b>", "c", "c", "c"], [None, 800, 790, 810]],
    "published": 2,
    "hidden": 1,
    "mark": "c",
    "proposals": [],
    "because": [],
    "private": {
        "epsilon": "1",
        "measures": ["n"],
        "kinds": ["persons"],
        "cells": 1,
        "confidence_percent": 95,
        "clipped": {"value": 12, "low": 2, "high": 22},
        "reused": True,
    },
}
BUDGET: dict[str, Any] = {
    "source": "snds",
    "accounting": "zcdp",
    "granted": "10",
    "spent": "0.5",
    "remaining": "9.5",
    "delta_granted": "0.001",
    "delta_spent": "0",
    "delta_remaining": "0.001",
    "yearly": {"year": 2026, "allowed": "5", "spent": "0.5"},
    "largest_epsilon": "2",
    "epsilon_left": "2",
    "start": {"at": "2026-01-01", "amount": "8"},
    "events": [
        {"at": "2026-02-01T00:00:00+00:00", "kind": "grant", "amount": "2", "remaining": "10", "reason": "profil"},
        {"at": "2026-11-23T09:05:00+00:00", "kind": "charge", "amount": "0.5", "remaining": "9.5", "title": "<i>n</i>"},
    ],
}


def draft(**chosen: Any) -> ecluse.Draft:
    """Start a complete draft of one private query."""
    return ecluse.export(title="Par dpt", purpose="Décrire").add_dp(SQL, **({"epsilon": 1} | chosen))


def test_numbers_leave_as_the_text_that_people_write() -> None:
    """A tenth stays a tenth, in Python as in R, whose whole numbers are floating and whose vectors of one are bare."""
    [item] = draft(
        epsilon=0.1,
        delta=1e-6,
        cells=12.0,
        rows=3,
        bounds={"boites": (0, 30.5)},
        keys={"an": [2022.0, 2023], "dpt": "75"},
        edges={"age": [0, 20, Decimal("90.0")]},
    ).items
    assert item["ask"] == {
        "epsilon": "0.1",
        "delta": "0.000001",
        "cells": 12,
        "rows": 3,
        "bounds": {"boites": {"low": "0", "high": "30.5"}},
        "keys": {"an": [2022, 2023], "dpt": ["75"]},
        "edges": {"age": ["0", "20", "90"]},
    }


@pytest.mark.parametrize(
    "wrong", [{"epsilon": "much"}, {"epsilon": float("nan")}, {"epsilon": True}, {"cells": 1.5}, {"bounds": {"a": [1]}}]
)
def test_what_is_no_number_is_said_before_anything_is_sent(wrong: dict[str, Any]) -> None:
    """In words, with what to write."""
    with pytest.raises(ecluse.EcluseError, match="→ Écrivez"):
        draft(**wrong)


def test_preview_shows_price_remainder_and_precision(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before anything is spent, in the reader's language and way of writing numbers."""
    platform.answer("POST", "preview", {"items": [PRICED], "warnings": []})
    shown = draft().preview()
    for word in ("ε = 1, soit rho = 0,5", "9,5", "n ± 1\u202f234,5", "mean : dépend", "2 cellule(s)"):
        assert word in repr(shown)
        assert word in shown._repr_html_()
    monkeypatch.setenv("ECLUSE_LANG", "en")
    assert "n ± 1,234.5" in repr(shown)
    assert platform.asked[0].body["items"][0]["ask"]["epsilon"] == "1"


def test_preview_shows_margins_and_how_precise_they_would_be(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line for each grouping; what depends on the cells that are found is said."""
    margins = [
        {"by": ["sexe"], "cells": 4, "half_widths": {"n": "2469", "mean": None}},
        {"by": [], "cells": None, "half_widths": {"n": None, "mean": None}},
    ]
    private = {**PRICED["private"], "margins": margins}
    platform.answer("POST", "preview", {"items": [{**PRICED, "private": private}], "warnings": []})
    shown = repr(draft().preview())
    assert "sans frais" in shown
    assert "sexe : n ± 2\u202f469" in shown
    assert "total : dépend" in shown
    monkeypatch.setenv("ECLUSE_LANG", "en")
    assert "sexe: n ± 2,469" in repr(draft().preview())


def test_what_would_remain_of_the_year_is_said_too(platform: Platform) -> None:
    """The year's part may be used up before the budget is."""
    yearly = {"year": 2026, "allowed": "5", "spent": "4.5"}
    private = {**PRICED["private"], "yearly": yearly}
    platform.answer("POST", "preview", {"items": [{**PRICED, "private": private}], "warnings": []})
    assert "9,5 en tout, 0,5 pour 2026" in repr(draft().preview())


def test_a_question_that_was_paid_is_free(platform: Platform) -> None:
    """The price says so instead of naming a loss again."""
    platform.answer(
        "POST", "preview", {"items": [PRICED | {"private": PRICED["private"] | {"free": True}}], "warnings": []}
    )
    assert "déjà été payée" in repr(draft().preview())


def test_a_price_above_what_remains_says_so(platform: Platform) -> None:
    """A preview is never refused for it: one wants to know what would fit."""
    private = PRICED["private"] | {"fits": False, "grid": None, "delta": "0.000001"}
    platform.answer("POST", "preview", {"items": [PRICED | {"private": private}], "warnings": []})
    shown = repr(draft().preview())
    assert "dépasse ce qui reste" in shown
    assert "δ = 0.000001" in shown
    assert "inconnues" in shown


def test_a_wanted_precision_gives_its_epsilon(platform: Platform) -> None:
    """In persons, or in percent of a public number or of what is already released."""
    platform.answer("POST", "preview", {"items": [PRICED], "warnings": []})
    platform.answer("POST", "epsilon", CHOICE)
    preview = draft().preview()
    chosen = preview.epsilon_for("n", within=50)
    assert (chosen.epsilon, chosen.fits) == (Decimal("0.25"), True)
    assert "ε = 0,25 donne ± 49 et coûte 0,03125" in repr(chosen)
    preview.epsilon_for("n", percent=5, of=1000)
    preview.epsilon_for("n", percent=5, of=ecluse.Table(TABLE))
    halves = [asked.body["half_width"] for asked in platform.asked[1:]]
    assert [Decimal(half) for half in halves] == [50, 50, 50]
    preview.epsilon_for("mean", within=1, of=1000.0)
    assert (platform.asked[-1].body["output"], platform.asked[-1].body["of"]) == ("mean", "1000")
    with pytest.raises(ecluse.EcluseError, match="Colonnes : n, mean"):
        preview.epsilon_for("other", within=50)
    with pytest.raises(ecluse.EcluseError, match="within=50"):
        preview.epsilon_for("n", percent=5)


def test_answers_carry_their_interval(platform: Platform) -> None:
    """Each value beside its interval; a hidden row has neither; what was clipped is told."""
    platform.answer("GET", "requests", [REQUEST])
    platform.answer("GET", "requests/r-1/tables", [TABLE])
    table = ecluse.requests()[0].table()
    assert table.interval("n") == [(1200, 1190, 1210), (None, None, None), (800, 790, 810)]
    for shown in (repr(table), table._repr_html_()):
        assert "[1\u202f190 ; 1\u202f210]" in shown
        assert "intervalle à 95 %" in shown
        assert "ε = 1" in shown
        assert "n__low" not in shown
        assert "12, entre 2 et 22" in shown
        assert "sans rien coûter" in shown
    assert "<b>" not in table._repr_html_().replace("&lt;b&gt;", "")
    with pytest.raises(ecluse.EcluseError, match="Colonnes : n"):
        table.interval("m")


def test_an_exact_table_has_no_interval() -> None:
    """It says so, rather than giving a width of nothing."""
    exact = {name: value for name, value in TABLE.items() if name != "private"}
    with pytest.raises(ecluse.EcluseError, match="est exact"):
        ecluse.Table(exact).interval("n")


def test_the_budget_is_a_picture_over_time(platform: Platform) -> None:
    """Text with a bar, and SVG that fetches nothing and runs nothing, whatever a request is called."""
    platform.answer("GET", "budget", BUDGET)
    shown = ecluse.budget()
    assert (shown.remaining, shown.epsilon_left) == (Decimal("9.5"), 2)
    text = repr(shown)
    for word in ("10 rho", "9,5 rho", "Reste pour 2026: 4,5 rho", "█", "95 %", "2026-11-23", "profil"):
        assert word in text
    html = shown._repr_html_()
    assert html.count("<circle") == 3
    assert not re.search(r"<(img|script|link|style|iframe|i)\b|\bsrc=|href=", html)


def test_the_share_that_is_left_is_the_number_s_own_and_not_the_bar_s(platform: Platform) -> None:
    """The bar has few steps; the percentage beside it has as many as there are."""
    platform.answer("GET", "budget", BUDGET | {"remaining": "5.6"})
    assert " 56 %" in repr(ecluse.budget())


def test_a_budget_of_one_moment_still_has_a_picture(platform: Platform) -> None:
    """Several answers in one second stay apart; before any event there is the policy's own budget."""
    same = [BUDGET["events"][0] | {"at": "2026-01-01T00:00:00+00:00"}] * 2
    platform.answer("GET", "budget", BUDGET | {"events": same})
    xs = re.findall(r'<circle cx="([^"]+)"', ecluse.budget()._repr_html_())
    assert len(set(xs)) == 3
    platform.answer("GET", "budget", BUDGET | {"events": [], "yearly": None, "delta_remaining": "0"})
    assert "<circle" in ecluse.budget()._repr_html_()
