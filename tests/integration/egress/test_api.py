"""The JSON interface, as a workspace, the hub and a stranger meet it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest
import structlog

from ecluse_platform.core.identity import Principal
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.egress.app import create_app
from ecluse_platform.egress.logs import allow_listed
from egress_rig.rig import AUDIT_TOKEN, ONE_STEWARD, SQL, TWO_STEWARDS, Rig, steward, workspace
from web_rig.serving import listen, serve

API = "/services/egress/api/v1"
BODY = {"title": "Patients by sex", "purpose": "Table 1", "items": [{"kind": "query", "name": "Table 1", "sql": SQL}]}
WORK = {"Authorization": "token work"}
AUDIT = "/services/egress/internal/audit"


@pytest.fixture
def client(rig: Rig) -> Iterator[httpx.Client]:
    """The application, with some people's tokens known to the hub."""
    rig.identities.known |= {
        "work": workspace("researcher1", ONE_STEWARD),
        "other": workspace("researcher2", TWO_STEWARDS),
        "stranger": workspace("operator1", ONE_STEWARD),
        "browser": Principal("researcher1", frozenset({"custom:egress:submit"})),
        "steward": steward("steward1"),
    }
    port = listen()
    with (
        serve(create_app(rig.deps), port),
        httpx.Client(base_url=f"http://127.0.0.1:{port.getsockname()[1]}", trust_env=False) as opened,
    ):
        yield opened


def key() -> dict[str, str]:
    """Return the headers of a new submission."""
    return WORK | {"Idempotency-Key": str(uuid.uuid4())}


def test_a_loop_that_sends_refused_requests_is_slowed_and_leaves_one_entry_a_minute(
    client: httpx.Client, rig: Rig
) -> None:
    """The bound is one workspace's own; the next minute is a new one."""
    most = rig.bundle.platform.pace.requests_a_minute
    bad = BODY | {"items": [{"kind": "query", "name": "t", "sql": "DROP TABLE x"}]}
    codes = [client.post(f"{API}/requests", json=bad, headers=key()).status_code for _ in range(most + 5)]
    assert codes == [422] * most + [429] * 5
    assert client.post(f"{API}/preview", json=BODY, headers=WORK).json()["code"] == "too_fast"
    assert [found.entry.details["refusal"] for found in rig.entries()][most:] == ["too_fast"]
    assert client.get(f"{API}/requests", headers=WORK).status_code == 200
    other = {"Authorization": "token other"}
    assert client.post(f"{API}/preview", json=BODY, headers=other).status_code == 200
    rig.now[0] += timedelta(minutes=1)
    assert client.post(f"{API}/preview", json=BODY, headers=WORK).status_code == 200


def test_a_draft_becomes_a_request_once(client: httpx.Client, rig: Rig) -> None:
    """Preview stores nothing; the same key gives the same request; the page's address is the service's own."""
    seen = client.post(f"{API}/preview", json=BODY, headers=WORK)
    assert seen.status_code == 200
    assert seen.json()["items"][0]["dimensions"] == ["BEN_SEX_COD"]
    assert rig.entries() == []
    headers = key()
    assert client.post(f"{API}/preview", json=BODY | {"title": "Âge\u00a0: « 65\u202f+ »"}, headers=WORK).is_success
    made = client.post(f"{API}/requests", json=BODY, headers=headers)
    again = client.post(f"{API}/requests", json=BODY, headers=headers)
    assert (made.status_code, again.status_code) == (201, 200)
    assert made.json()["id"] == again.json()["id"]
    assert made.json()["page_url"].endswith(f"/services/egress/requests/{made.json()['id']}")
    assert [found["id"] for found in client.get(f"{API}/requests", headers=WORK).json()] == [made.json()["id"]]


def test_the_states_of_a_request_as_its_author_reads_them(client: httpx.Client, rig: Rig) -> None:
    """From waiting to released, with the next step in both languages; the release names files, not numbers."""
    made = client.post(f"{API}/requests", json=BODY, headers=key()).json()
    rig.screen()
    rig.vote(made["id"], "steward1")
    rig.release()
    shown = client.get(f"{API}/requests/{made['id']}", headers=WORK).json()
    assert shown["state"] == "released"
    assert set(shown["next_step"]) == {"fr", "en"}
    assert shown["release"]["files"][0]["path"] == "table-1.csv"
    assert client.post(f"{API}/requests/{made['id']}/withdraw", headers=WORK).status_code == 409


@pytest.mark.parametrize(
    ("token", "status", "code"),
    [
        (None, 401, "not_authenticated"),
        ("token nobody", 401, "not_authenticated"),
        ("Basic work", 401, "not_authenticated"),
        ("token steward", 403, "no_workspace_token"),
        ("token browser", 403, "no_workspace_token"),
        ("token stranger", 403, "not_in_permit"),
    ],
)
def test_who_may_not_call(client: httpx.Client, token: str | None, status: int, code: str) -> None:
    """Only the token of a running workspace of a researcher whom the permit names."""
    headers = {} if token is None else {"Authorization": token}
    for method, path in (("GET", "requests"), ("GET", "rules"), ("POST", "preview")):
        body = {"json": BODY} if method == "POST" else {}
        answer = client.request(method, f"{API}/{path}", headers=headers, **body)  # type: ignore[arg-type]  # JSON body
        assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_the_project_is_the_tokens_never_the_bodys(client: httpx.Client) -> None:
    """Naming another project in the body is an unknown field; its requests do not exist."""
    made = client.post(f"{API}/requests", json=BODY, headers=key()).json()
    named = client.post(f"{API}/requests", json=BODY | {"project": TWO_STEWARDS}, headers=key())
    assert (named.status_code, named.json()["code"]) == (400, "bad_request")
    other = client.get(f"{API}/requests/{made['id']}", headers={"Authorization": "token other"})
    assert (other.status_code, other.json()["code"]) == (404, "unknown_request")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 400, "bad_request"),
        (BODY | {"items": []}, 400, "bad_request"),
        (BODY | {"title": "a\u202eb"}, 400, "bad_request"),
        (BODY | {"items": [{"kind": "query", "name": "x", "sql": "SELECT\u0000"}]}, 400, "bad_request"),
        (BODY | {"title": "  "}, 400, "bad_request"),
        (BODY | {"items": BODY["items"] * 13}, 422, "too_many_tables"),  # type: ignore[operator]  # a list
        (BODY | {"items": [{"kind": "file", "name": "x", "sql": "y"}]}, 400, "bad_request"),
    ],
)
def test_a_body_that_will_not_do(client: httpx.Client, body: dict[str, object], status: int, code: str) -> None:
    """A clear message, the right status, nothing stored; what was sent is not sent back."""
    answer = client.post(f"{API}/requests", json=body, headers=key())
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert "\u202e" not in answer.text
    assert client.get(f"{API}/requests", headers=WORK).json() == []


@pytest.mark.parametrize("sql", ["SELEC", "DELETE FROM IR_BEN_R", "SELECT * FROM read_csv('/etc/passwd')", "SELECT 1"])
def test_sql_that_will_not_do(client: httpx.Client, rig: Rig, sql: str) -> None:
    """Refused with words, on record by its code alone."""
    body = BODY | {"items": [{"kind": "query", "name": "t", "sql": sql}]}
    answer = client.post(f"{API}/requests", json=body, headers=key())
    assert answer.status_code == 422
    assert set(answer.json()["reason"]) == {"fr", "en"}
    assert rig.entries()[-1].entry.details == {"refusal": answer.json()["code"]}


def test_a_key_is_a_uuid(client: httpx.Client) -> None:
    """Without one, a lost answer would make a second request."""
    for headers in (WORK, WORK | {"Idempotency-Key": "again"}):
        answer = client.post(f"{API}/requests", json=BODY, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_idempotency_key")


def test_a_body_that_is_too_large_is_refused_before_it_is_read(client: httpx.Client) -> None:
    """By what it says and by what it is."""
    long = BODY | {"purpose": "x" * 200_000}
    answer = client.post(f"{API}/requests", json=long, headers=key())
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    chunks = (b"x" * 50_000 for _ in range(4))
    assert client.post(f"{API}/requests", content=chunks, headers=key()).status_code == 413


def test_the_hub_reports_and_nobody_else(client: httpx.Client, rig: Rig) -> None:
    """With its own token, its own actions and listed details only."""
    event = {"action": "workspace_started", "actor": "researcher1", "project": ONE_STEWARD, "details": {"by": "hub"}}
    hub = {"Authorization": f"Bearer {AUDIT_TOKEN}"}
    assert client.post(AUDIT, json=event, headers=hub).status_code == 204
    assert client.post(AUDIT, json=event, headers=WORK).status_code == 401
    assert client.post(AUDIT, json=event).status_code == 401
    for wrong in ({"action": "released"}, {"action": "x"}, {"details": {"sql": "SELECT"}}, {"actor": "A B"}):
        answer = client.post(AUDIT, json=event | wrong, headers=hub)
        assert (answer.status_code, answer.json()["code"]) == (400, "audit_detail")
    assert rig.actions() == ["workspace_started"]


def test_every_answer_is_strict_and_without_traces(client: httpx.Client, rig: Rig) -> None:
    """Headers on every answer, an unknown address is a refusal, an accident tells nothing."""

    def accident() -> None:
        raise RuntimeError("a value of somebody")

    rig.deps.store.reading = accident  # type: ignore[method-assign,assignment]  # no accident can be had otherwise
    for path, status in (("/services/egress/health", 500), ("/docs", 404), ("/openapi.json", 404)):
        answer = client.get(path)
        assert answer.status_code == status
        assert set(answer.json()) == {"code", "fields", "reason", "next_step"}
        assert "somebody" not in answer.text
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"


def test_policies_that_cannot_be_trusted_stop_everything(client: httpx.Client, rig: Rig) -> None:
    """A service that does not know its rules refuses."""
    object.__setattr__(rig.policies, "_path", rig.deps.settings.state)
    answer = client.get(f"{API}/requests", headers=WORK)
    assert (answer.status_code, answer.json()["fields"]) == (503, {"service": "policies"})


def test_a_log_line_holds_only_keys_that_are_known_to_be_harmless() -> None:
    """Whatever somebody logs."""
    event = {"event": "x", "request": "r1", "sql": "SELECT", "token": "t", "row": 3}
    assert allow_listed(structlog.get_logger(), "info", event) == {"event": "x", "request": "r1"}


def test_an_unreachable_hub_is_a_refusal(client: httpx.Client, rig: Rig) -> None:
    """Availability never comes before knowing who asks."""

    def away(_token: str) -> Principal:
        raise Refusal("service_unreachable", {"service": "hub"})

    rig.identities.principal = away  # type: ignore[method-assign]  # the hub is away
    assert client.get(f"{API}/rules", headers=WORK).status_code == 503
