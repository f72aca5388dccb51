"""The budget of a project: who may see and raise it, what a precision costs, and what is refused before it costs."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator

import httpx
import pytest

from ecluse_platform.core.audit import Intact
from ecluse_platform.core.identity import Principal
from ecluse_platform.core.privacy.loss import exact_text
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.egress.app import create_app
from ecluse_platform.egress.services import budget as budgets
from egress_rig.rig import ONE_STEWARD, SQL, TWO_STEWARDS, Rig, private_draft, private_item, steward, workspace
from web_rig.serving import listen, serve

API = "/services/egress/api/v1"
WORK = {"Authorization": "token work"}
EVENTS = "FROM ER_PRS_F"


@pytest.fixture
def client(rig: Rig) -> Iterator[httpx.Client]:
    """The application, called from a workspace."""
    rig.identities.known |= {
        "work": workspace("researcher1", ONE_STEWARD),
        "other": workspace("researcher2", TWO_STEWARDS),
    }
    port = listen()
    with (
        serve(create_app(rig.deps), port),
        httpx.Client(base_url=f"http://127.0.0.1:{port.getsockname()[1]}", trust_env=False) as opened,
    ):
        yield opened


def send(client: httpx.Client, *items: dict[str, object]) -> httpx.Response:
    """Submit a draft."""
    body = {"title": "t", "purpose": "p", "items": list(items)}
    return client.post(f"{API}/requests", json=body, headers=WORK | {"Idempotency-Key": str(uuid.uuid4())})


def item(sql: str = SQL, **ask: object) -> dict[str, object]:
    """Return a private item whose ask is as given, epsilon 1 unless it says otherwise."""
    return {"kind": "private", "name": "t", "sql": sql, "ask": {"epsilon": "1", **ask}}


BAD: list[tuple[dict[str, object], str]] = [
    (item(epsilon="0"), "private_epsilon"),
    (item(epsilon="-1"), "private_epsilon"),
    (item(epsilon="2.0000001"), "private_epsilon"),
    (item(epsilon="Infinity"), "bad_request"),
    (item(epsilon="NaN"), "bad_request"),
    (item(epsilon="1e400"), "bad_request"),
    (item(delta="0.1"), "private_delta"),
    (item(cells=0), "private_contribution"),
    (item(rows=0), "private_contribution"),
    (item(cells=10_000), "private_contribution"),
    (item(f"SELECT SUM(PRS_PAI_MNT) AS m {EVENTS}", bounds={"m": {"low": "0", "high": "0"}}), "bad_request"),
    (item("SELECT BEN_IDT_ANO, COUNT(*) AS n FROM IR_BEN_R GROUP BY BEN_IDT_ANO"), "private_identifying_dimension"),
    (
        item("SELECT COUNT(*) AS n FROM IR_BEN_R AS a JOIN IR_BEN_R AS b ON a.BEN_SEX_COD = b.BEN_SEX_COD"),
        "private_join_without_person",
    ),
    (item("SELECT GEO_REG_COD, COUNT(*) AS n FROM IR_DPT_V GROUP BY GEO_REG_COD"), "private_nothing_private"),
    (item("DROP TABLE IR_BEN_R"), "sql_not_select"),
]  # fmt: skip


def test_what_cannot_be_answered_is_refused_with_a_way_forward_and_spends_nothing(
    client: httpx.Client, rig: Rig
) -> None:
    """Everything on the list of bad input, in both languages; the log has each refusal by its code."""
    wanted, told = [], []
    for asked, code in BAD:
        answer = send(client, asked)
        assert answer.status_code in {400, 422}, (asked, answer.text)
        body = answer.json()
        wanted.append(code)
        told.append(body["code"])
        assert all(body[part][language] for part in ("reason", "next_step") for language in ("fr", "en"))
    assert told == wanted
    assert rig.ledger().charges == ()
    assert set(rig.actions()) <= {"request_refused"}


def test_a_sum_without_bounds_is_refused(client: httpx.Client, rig: Rig) -> None:
    """Nobody said how much one person may add."""
    answer = send(client, item(f"SELECT SUM(PRS_PAI_MNT * PRS_ACT_QTE) AS m {EVENTS}"))
    assert answer.status_code == 422
    assert "m" in answer.json()["reason"]["en"]
    assert rig.ledger().charges == ()


def test_a_preview_and_a_budget_in_json(client: httpx.Client, rig: Rig) -> None:
    """Exact decimals as text; the SQL of other people's answers is not in the budget."""
    body = {"title": "t", "purpose": "p", "items": [private_item("0.5", cells=1)]}
    shown = client.post(f"{API}/preview", json=body, headers=WORK).json()
    private = shown["items"][0]["private"]
    assert (private["epsilon"], private["amount"], private["remaining"], private["fits"]) == ("0.5", "0.5", "9.5", True)
    assert private["yearly"] == {"year": 2026, "allowed": "5", "spent": "0.5"}
    assert (private["cells"], private["grid"]) == (1, 4)
    [column] = private["outputs"]
    assert column["name"] == "patients"
    assert 0 < int(column["half_width"]) < 100
    assert (shown["budget"]["spent"], shown["budget"]["events"]) == ("0", [])
    send(client, private_item("0.5", cells=1))
    rig.screen()
    told = client.get(f"{API}/budget", headers=WORK)
    budget = told.json()
    assert (budget["granted"], budget["spent"], budget["remaining"], budget["source"]) == ("10", "0.5", "9.5", "snds")
    assert budget["yearly"] == {"year": 2026, "allowed": "5", "spent": "0.5"}
    [event] = budget["events"]
    assert (event["kind"], event["amount"], event["epsilon"], event["remaining"]) == ("charge", "0.5", "0.5", "9.5")
    assert (event["title"], event["by"]) == ("t", "researcher1")
    assert "SELECT" not in told.text
    closed = client.get(f"{API}/budget", headers={"Authorization": "token other"})
    assert (closed.status_code, closed.json()["code"]) == (404, "no_privacy_budget")


def test_a_preview_tells_margins_at_the_price_of_the_cells(client: httpx.Client) -> None:
    """The root of four cells' squares is twice one; the price, and what would remain, are those of the plain query."""
    groups = ("GROUP BY BEN_SEX_COD", "GROUP BY ROLLUP (BEN_SEX_COD)")
    plain, rolled = (
        client.post(
            f"{API}/preview",
            json={"title": "t", "purpose": "p", "items": [private_item("0.5", SQL.replace(groups[0], group), cells=1)]},
            headers=WORK,
        ).json()["items"][0]["private"]
        for group in groups
    )
    assert plain["margins"] == []
    half = int(plain["outputs"][0]["half_width"])
    assert rolled["margins"] == [{"by": [], "cells": 4, "half_widths": {"patients": str(2 * half)}}]
    assert {**rolled, "margins": []} == plain


def test_a_precision_has_an_epsilon(client: httpx.Client) -> None:
    """The least that gives it; out of reach and unknown columns are said."""
    asked = {"item": item(epsilon="1", cells=1), "output": "patients", "half_width": "20"}
    found = client.post(f"{API}/epsilon", json=asked, headers=WORK).json()
    assert float(found["half_width"]) <= 20
    body = {"title": "t", "purpose": "p", "items": [item(epsilon=found["epsilon"], cells=1)]}
    shown = client.post(f"{API}/preview", json=body, headers=WORK).json()
    assert shown["items"][0]["private"]["outputs"][0]["half_width"] == found["half_width"]
    for change, code in (
        ({"half_width": "0.001"}, "precision_out_of_reach"),
        ({"output": "x"}, "private_unknown_output"),
    ):
        answer = client.post(f"{API}/epsilon", json=asked | change, headers=WORK)
        assert (answer.status_code, answer.json()["code"]) == (422, code)
    for change in ({"half_width": "0"}, {"of": "0"}, {"of": "-1"}):
        assert client.post(f"{API}/epsilon", json=asked | change, headers=WORK).status_code == 400


def test_a_mean_has_an_epsilon_where_the_size_of_a_cell_is_known_in_public(client: httpx.Client) -> None:
    """Without the size, the refusal asks for it; a quantile has none either way."""
    mean = item(f"SELECT AVG(PRS_PAI_MNT) AS m {EVENTS}", bounds={"m": {"low": "0", "high": "100"}}, cells=1, rows=1)
    asked = {"item": mean, "output": "m", "half_width": "5"}
    without = client.post(f"{API}/epsilon", json=asked, headers=WORK)
    assert (without.status_code, without.json()["code"]) == (422, "precision_of_a_size")
    found = client.post(f"{API}/epsilon", json=asked | {"of": "1000"}, headers=WORK).json()
    assert 0 < float(found["half_width"]) <= 5
    median = item(f"SELECT MEDIAN(PRS_PAI_MNT) AS m {EVENTS}", edges={"m": ["0", "50", "100"]})
    varies = client.post(f"{API}/epsilon", json={**asked, "item": median, "of": "1000"}, headers=WORK)
    assert (varies.status_code, varies.json()["code"]) == (422, "precision_varies")


def test_tables_of_a_private_answer_in_json(client: httpx.Client, rig: Rig) -> None:
    """Each figure stands before its interval, all as text; what is hidden is the mark."""
    made = send(client, private_item("1", cells=1)).json()
    rig.screen()
    [table] = client.get(f"{API}/requests/{made['id']}/tables", headers=WORK).json()
    assert table["columns"] == ["BEN_SEX_COD", "patients", "patients__low", "patients__high"]
    assert table["rows"][1:] == [["1", "21", "9", "33"], ["2", "41", "29", "53"]]
    assert table["rows"][0][1:] == ["c", "c", "c"]
    assert (table["private"]["measures"], table["private"]["kinds"]) == (["patients"], ["persons"])
    assert (table["private"]["epsilon"], table["private"]["clipped"]["value"]) == ("1", "7")


def code_of(rig: Rig, who: Principal, project: str, amount: str, delta: str = "0", reason: str = "Why.") -> str:
    """Return why a raise is refused."""
    with pytest.raises(Refusal) as refused:
        budgets.raise_budget(rig.store, rig.bundle, rig.clock(), who, project, amount, delta, reason)
    return refused.value.code


def test_only_an_independent_steward_raises_a_budget_and_says_why(rig: Rig) -> None:
    """Exact and positive, with a reason, on a project that has one; what is refused leaves nothing behind."""
    good = steward("steward1")
    assert code_of(rig, Principal("researcher1", frozenset()), ONE_STEWARD, "1") == "not_a_steward"
    assert code_of(rig, Principal("steward1", frozenset()), ONE_STEWARD, "1") == "not_a_steward"
    assert code_of(rig, good, TWO_STEWARDS, "1") == "no_privacy_budget"
    assert code_of(rig, good, "unknown", "1") == "unknown_project"
    for amount in ("", "0", "-1", "1e3", "inf", "1,5", "10000000", "0.0000000000000001"):
        assert code_of(rig, good, ONE_STEWARD, amount) == "budget_amount"
    assert code_of(rig, good, ONE_STEWARD, "1", delta="1") == "budget_amount"
    assert code_of(rig, good, ONE_STEWARD, "1", reason=" \n") == "comment_needed"
    assert (rig.ledger().grants, rig.actions()) == ((), [])


def test_a_raise_is_on_record_and_counts_at_once(rig: Rig) -> None:
    """Who, how much and why; the log has the amount and the hash of the reason."""
    for number in range(3):
        rig.submit_draft(private_draft("1.6", rows=number + 1))
        rig.screen()
    with pytest.raises(Refusal):
        rig.submit_draft(private_draft("1.5"))
    grant = budgets.raise_budget(
        rig.store, rig.bundle, rig.clock(), steward("steward1"), ONE_STEWARD, "1.5", "", "A second question."
    )
    assert (grant.steward, grant.reason, exact_text(grant.loss.amount)) == ("steward1", "A second question.", "1.5")
    [entry] = [found.entry for found in rig.entries() if found.entry.action.value == "budget_raised"]
    assert (entry.actor, entry.project, entry.details["loss"]) == ("steward1", ONE_STEWARD, "1.5")
    assert "question" not in json.dumps(dict(entry.details))
    request = rig.submit_draft(private_draft("1.5"))
    rig.screen()
    assert rig.get(request.id).refusal is None
    [seen] = [
        b for b in budgets.budgets_for_steward(rig.store, rig.bundle, rig.clock(), steward("steward1")) if b.events
    ]
    assert [(event.kind, exact_text(event.remaining)) for event in seen.events] == [
        ("charge", "8.4"), ("charge", "6.8"), ("charge", "5.2"), ("grant", "6.7"), ("charge", "5.2"),
    ]  # fmt: skip
    assert isinstance(rig.proof(), Intact)
