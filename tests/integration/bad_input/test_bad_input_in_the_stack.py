"""What people get wrong, from a notebook of the running platform: a clear answer, and nothing changed."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from stack.requesting import wait_for_state
from stack.running import Stack, docker

USER, PROJECT = "researcher1", "diabete-idf"
# Longer than the gateway remembers who holds a token, and than the test stack's ``permit_check_seconds``.
FORGOTTEN_SECONDS = 12

REFUSED_AT_ONCE = {
    "does not parse": ("SELECT count(* FROM IR_BEN_R", "sql_syntax"),
    "writes": ("DELETE FROM IR_BEN_R", "sql_not_select"),
    "attaches": ("ATTACH '/tmp/x.db' AS x", "sql_not_select"),
    "copies out": ("COPY IR_BEN_R TO '/tmp/x.csv'", "sql_not_select"),
    "reads a file": ("SELECT count(*) AS n FROM read_csv('/etc/passwd')", "sql_source"),
    "reads a file by its name": ("SELECT count(*) AS n FROM '/data/IR_BEN_R/part.parquet'", "sql_source"),
    "unknown table": ("SELECT count(*) AS n FROM IR_BEN_X", "sql_unknown_table"),
    "unknown column": ("SELECT BEN_SEXE AS s, count(*) AS n FROM IR_BEN_R GROUP BY ALL", "sql_unknown_column"),
    "column outside the permit": (
        "SELECT BEN_RES_COM AS c, count(*) AS n FROM IR_BEN_R GROUP BY c",
        "sql_column_not_granted",
    ),
    "a choice of cells": (
        "SELECT BEN_SEX_COD AS s, count(*) AS n FROM IR_BEN_R GROUP BY s HAVING count(*) > 1",
        "sql_having",
    ),
    "an extreme": ("SELECT max(BEN_NAI_ANN) AS annee FROM IR_BEN_R", "sql_extreme"),
    "another aggregate": ("SELECT string_agg(BEN_SEX_COD) AS sexes FROM IR_BEN_R", "sql_aggregate"),
    "a sub-query": ("SELECT count(*) AS n FROM (SELECT * FROM IR_BEN_R) t", "sql_source"),
    "two statements": ("SELECT count(*) AS n FROM IR_BEN_R; SELECT 1", "sql_several_statements"),
    "a pseudonym": ("SELECT BEN_NIR_PSA AS p, count(*) AS n FROM IR_BEN_R GROUP BY ALL", "sql_identifier_used"),
    "too long": (
        "SELECT count(*) AS n FROM IR_BEN_R WHERE BEN_SEX_COD = 1" + " OR BEN_SEX_COD = 1" * 3000,
        "sql_too_long",
    ),
}


@pytest.fixture
def ask(
    stack: Stack, request: pytest.FixtureRequest
) -> Callable[[str, str, Any, dict[str, str]], tuple[int, dict[str, Any]]]:
    """Send a request from inside a running workspace; returns the status and the JSON answer."""
    name = f"{stack.instance}-ws-{USER}--{PROJECT}"
    if docker("inspect", "--format", "{{.State.Running}}", name).output.strip() != "true":
        login: Callable[[str], Page] = request.getfixturevalue("login")
        start_workspace: Callable[[Page, str, str], None] = request.getfixturevalue("start_workspace")
        start_workspace(login(USER), USER, PROJECT)

    def send(method: str, path: str, body: Any, headers: dict[str, str]) -> tuple[int, dict[str, Any]]:
        code = f"""
import json, os, urllib.error, urllib.request
headers = {{"Authorization": "token " + os.environ["JUPYTERHUB_API_TOKEN"], "Content-Type": "application/json"}}
headers |= {headers!r}
body = {json.dumps(body)!r}
request = urllib.request.Request(os.environ["ECLUSE_API"] + {path!r}, method={method!r}, headers=headers,
                                 data=None if body == "null" else body.encode())
try:
    with urllib.request.urlopen(request, timeout=30) as answer:
        print(json.dumps([answer.status, json.loads(answer.read())]))
except urllib.error.HTTPError as error:
    print(json.dumps([error.code, json.loads(error.read())]))
"""
        said = stack.run_in_workspace(USER, PROJECT, code).ok().strip().splitlines()[-1]
        status, answer = json.loads(said)
        return status, answer if isinstance(answer, dict) else {"requests": answer}

    return send


def _body(sql: str, title: str = "Essai") -> dict[str, Any]:
    return {"title": title, "purpose": "Essai", "items": [{"kind": "query", "name": "t", "sql": sql}]}


@pytest.mark.parametrize("case", REFUSED_AT_ONCE)
def test_sql_that_cannot_be_protected_is_refused_with_a_reason(
    ask: Callable[..., tuple[int, dict[str, Any]]], case: str
) -> None:
    """Each has a 4xx status, a stable code, and in both languages a reason and a next step; no request appears."""
    sql, code = REFUSED_AT_ONCE[case]
    before = ask("GET", "/requests", None, {})[1]
    status, answer = ask("POST", "/requests", _body(sql), {"Idempotency-Key": str(uuid.uuid4())})
    assert 400 <= status < 500
    assert answer["code"] == code
    for language in ("fr", "en"):
        assert answer["reason"][language]
        assert answer["next_step"][language]
    assert ask("GET", "/requests", None, {})[1] == before


@pytest.mark.parametrize("sql", ["", "x" * 500_000])
def test_a_body_of_the_wrong_size_is_refused(ask: Callable[..., tuple[int, dict[str, Any]]], sql: str) -> None:
    """Nothing and far too much are both refused in words."""
    status, answer = ask("POST", "/requests", _body(sql), {"Idempotency-Key": str(uuid.uuid4())})
    assert status in {400, 413, 422}
    assert answer["reason"]["fr"]


def test_a_query_that_never_ends_is_stopped_and_comes_back(
    stack: Stack, ask: Callable[..., tuple[int, dict[str, Any]]]
) -> None:
    """Past the policy's time the computing process is killed; the author reads why, and the next request works."""
    endless = (
        "SELECT p.BEN_RES_DPT AS d, count(*) AS n FROM ER_PRS_F p JOIN ER_PRS_F q USING (BEN_NIR_PSA, BEN_RNG_GEM) "
        "JOIN ER_PRS_F r USING (BEN_NIR_PSA, BEN_RNG_GEM) JOIN ER_PRS_F s USING (BEN_NIR_PSA, BEN_RNG_GEM) "
        "JOIN ER_PRS_F t USING (BEN_NIR_PSA, BEN_RNG_GEM) JOIN ER_PRS_F u USING (BEN_NIR_PSA, BEN_RNG_GEM) "
        "GROUP BY ALL"
    )
    with stack.changed(stack.policies / "platform.yaml", [("  seconds: 60", "  seconds: 3")]):
        status, answer = ask("POST", "/requests", _body(endless, "Sans fin"), {"Idempotency-Key": str(uuid.uuid4())})
        assert status == 201, answer
        wait_for_state(stack, USER, PROJECT, answer["id"], "returned")
        answer = ask("GET", f"/requests/{answer['id']}", None, {})[1]
    assert answer["refusal"]["code"] in {"query_timeout", "query_memory"}
    good = _body("SELECT BEN_SEX_COD AS s, count(*) AS n FROM IR_BEN_R GROUP BY ALL", "Après")
    status, answer = ask("POST", "/requests", good, {"Idempotency-Key": str(uuid.uuid4())})
    assert status == 201
    wait_for_state(stack, USER, PROJECT, answer["id"], "in_review")


def test_a_table_with_too_many_rows_comes_back(stack: Stack, ask: Callable[..., tuple[int, dict[str, Any]]]) -> None:
    """A table that nobody could review is returned with the advice to use coarser dimensions."""
    with stack.changed(stack.policies / "disclosure" / "snds.yaml", [("max_cells: 5000", "max_cells: 10")]):
        many = _body(
            "SELECT BEN_NAI_ANN AS a, BEN_RES_DPT AS d, BEN_SEX_COD AS s, count(*) AS n FROM IR_BEN_R GROUP BY ALL",
            "Trop grand",
        )
        status, answer = ask("POST", "/requests", many, {"Idempotency-Key": str(uuid.uuid4())})
        assert status == 201, answer
        wait_for_state(stack, USER, PROJECT, answer["id"], "returned")
        answer = ask("GET", f"/requests/{answer['id']}", None, {})[1]
    assert answer["refusal"]["code"] == "too_many_cells"


def test_a_permit_that_ends_closes_the_way_out_and_the_workspace(
    stack: Stack, ask: Callable[..., tuple[int, dict[str, Any]]]
) -> None:
    """From the day after its end the project asks for nothing more, and its workspaces stop by themselves."""
    name = f"{stack.instance}-ws-{USER}--{PROJECT}"
    with stack.changed(stack.project_file(PROJECT), [("end: 2029-12-31", "end: 2026-01-02")]):
        status, answer = ask("GET", "/rules", None, {})
        assert status == 403
        assert answer["code"] == "permit_expired"
        stopped = docker("wait", name)
        assert stopped.code == 0 or "No such container" in stopped.error


def test_a_policy_with_a_typo_refuses_everything_until_it_is_mended(
    stack: Stack, ask: Callable[..., tuple[int, dict[str, Any]]]
) -> None:
    """A protection whose key is misspelt is no protection: the service refuses, and says that policies are wrong.

    It says so to a known person too whose groups the hub must read again, which is no reason to ask who they are.
    """
    with stack.changed(stack.policies / "disclosure" / "snds.yaml", [("threshold_persons", "treshold_persons")]):
        # By then the gateway has forgotten the token's holder, and the hub must look at the person's groups again.
        time.sleep(FORGOTTEN_SECONDS)
        status, answer = ask("POST", "/preview", _body("SELECT count(*) AS n FROM IR_BEN_R"), {})
        assert status == 503
        assert answer["code"] == "service_unreachable"
        checked = stack.ecluse("policy", "check", str(stack.policies))
        assert checked.code == 2
        assert "threshold_persons" in checked.output + checked.error
    status, _ = ask("POST", "/preview", _body("SELECT count(*) AS n FROM IR_BEN_R"), {})
    assert status == 200
