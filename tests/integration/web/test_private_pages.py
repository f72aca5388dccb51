"""A private answer on the pages: everything a steward decides by, and what the project then reads and downloads."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ecluse_platform.core.workflow import State
from made_tables import Cell
from web_rig.browser import Visitor
from web_rig.rig import ONE_PROJECT, Rig

Visit = Callable[[str], Visitor]
HOSTILE = "<img src=x>"
ITEM = {
    "kind": "private",
    "name": HOSTILE,
    "sql": "SELECT BEN_RES_DPT AS dpt, count(DISTINCT BEN_IDT_ANO) AS patients FROM IR_BEN_R GROUP BY ALL",
    "ask": {"epsilon": "0.5", "cells": 1, "keys": {"dpt": ["075", "077", HOSTILE]}},
}


@pytest.fixture
def made(rig: Rig) -> str:
    """A request of one private answer with three cells, one of them small."""
    rig.compute.cells = [Cell(("1",), 1523), Cell(("2",), 7), Cell(("3",), 40)]
    return rig.submit(author="researcher1", project=ONE_PROJECT, title="Bruit", names=(), private=(ITEM,))


def test_a_steward_reads_everything_to_decide(rig: Rig, visit: Visit, made: str) -> None:
    """What was asked and chosen, epsilon, cost, remainder, precision, each interval, and what protects; all escaped."""
    assert rig.get(made).state is State.IN_REVIEW
    page = visit("steward1").get(f"/review/{made}").text
    for words in (
        "ε = 0,5",
        "<strong>0,5</strong> dépensés pour cette réponse",
        "<strong>9,5</strong> restent au projet, sur 10",
        "63 fois sur cent",
        "Rien à comparer",
        "± 12",
        '1\u202f523 <span class="interval">1\u202f511 \u2013 1\u202f535</span>',
        "keys: dpt",
        "sql-word",
    ):
        assert words in page
    assert '<span class="mark">c</span>' in page
    assert HOSTILE not in page
    assert "left to the project, of 10" in visit("steward1").get(f"/review/{made}?lang=en").text


def test_the_project_reads_it_once_released(rig: Rig, visit: Visit, made: str) -> None:
    """Before, only that it is there; after, each value with its interval, and the file to download."""
    researcher = visit("researcher1")
    assert "1\u202f523" not in researcher.get(f"/requests/{made}").text
    steward = visit("steward1")
    steward.post(f"/review/{made}/vote", "/requests", verdict="approve", subject=steward.subject(made))
    rig.release()
    page = researcher.get(f"/requests/{made}").text
    assert '1\u202f523 <span class="interval">' in page
    assert HOSTILE not in page
    release = rig.get(made).release
    assert release is not None
    [path] = [held.path for held in release.files if held.path.endswith(".csv")]
    assert b"patients__low" in researcher.get(f"/requests/{made}/files/{path}").content


def test_margins_stand_below_the_cells(rig: Rig, visit: Visit) -> None:
    """As totals, with their interval and what they leave out; the steward reads that they tell nothing else."""
    rig.compute.cells = [Cell(("1",), 1523), Cell(("2",), 7), Cell(("3",), 40)]
    item = {**ITEM, "sql": str(ITEM["sql"]).replace("GROUP BY ALL", "GROUP BY ROLLUP (dpt)")}
    made = rig.submit(author="researcher1", project=ONE_PROJECT, title="Marges", names=(), private=(item,))
    page = visit("steward1").get(f"/review/{made}").text
    assert '<td class="row-number">4</td><td><em class="total"><bdi>Total</bdi></em></td>' in page
    assert '1\u202f563 <span class="interval">1\u202f546 \u2013 1\u202f580</span>' in page
    assert "sans 1 cellule masquée" in page
    assert "sommes des cellules publiées" in page
    assert "without 1 hidden cell" in visit("steward1").get(f"/review/{made}?lang=en").text


def test_the_same_question_says_that_it_was_paid_before(rig: Rig, visit: Visit, made: str) -> None:
    """A second request shows the stored answer, and the budget did not change."""
    again = rig.submit(author="researcher1", project=ONE_PROJECT, title="Encore", names=(), private=(ITEM,))
    page = visit("steward1").get(f"/review/{again}").text
    assert "dépensés naguère" in page
    assert "<strong>9,5</strong> restent au projet" in page
    assert made != again


def test_exact_and_private_tables_stand_in_their_order(rig: Rig, visit: Visit) -> None:
    """Each with its own card, one vote for all; beside an earlier release both kinds are shown."""
    rig.compute.cells = [Cell(("1",), 1523), Cell(("2",), 700)]
    both = rig.submit(author="researcher1", project=ONE_PROJECT, title="Les deux", private=(ITEM,))
    steward = visit("steward1")
    page = steward.get(f"/review/{both}").text
    assert page.index('id="table-1"') < page.index("Ce qui sortirait") < page.index('id="table-2"')
    assert page.index('id="table-2"') < page.index("Réponse bruitée")
    steward.post(f"/review/{both}/vote", "/requests", verdict="approve", subject=steward.subject(both))
    rig.release()
    third = rig.submit(author="researcher1", project=ONE_PROJECT, title="Après", names=(), private=(ITEM,))
    assert "Côte à côte" in steward.get(f"/review/{third}?compare={both}").text
