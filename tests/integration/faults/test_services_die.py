"""Services that die in the middle of a request: nothing twice, nothing lost, nothing let through, and all recover."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from stack.requesting import state_of, submit, wait_for_state
from stack.running import Stack, docker

USER, PROJECT = "researcher1", "diabete-idf"
# The engine takes the address away with the container: who connects waits until the kernel's neighbour entry is stale.
STALE_MILLISECONDS = 90_000
# A table that leaves whatever the project was told before: what is tested here is crashes, not comparisons.
SQL = "SELECT BEN_SEX_COD AS sexe, count(DISTINCT BEN_IDT_ANO) AS personnes FROM IR_BEN_R GROUP BY ALL"


@pytest.fixture
def researcher(stack: Stack, login: Callable[[str], Page], start_workspace: Callable[[Page, str, str], None]) -> Page:
    """A researcher with a running workspace."""
    page = login(USER)
    start_workspace(page, USER, PROJECT)
    return page


def _count_of(stack: Stack, title: str) -> int:
    code = f"""
from ecluse.client import call
answer = call("GET", "requests")
requests = answer["requests"] if isinstance(answer, dict) else answer
print(sum(1 for request in requests if request["title"] == {title!r}))
"""
    return int(stack.run_in_workspace(USER, PROJECT, code).ok().split()[-1])


def test_egress_killed_during_screening_loses_nothing_and_repeats_nothing(stack: Stack, researcher: Page) -> None:
    """The request was accepted before the crash, so it is there after it, once, and goes on by itself."""
    request_id = submit(stack, USER, PROJECT, "Interrompue", SQL)
    stack.kill("egress")
    try:
        refused = stack.run_in_workspace(
            USER,
            PROJECT,
            "import ecluse\nfrom ecluse.errors import EcluseError\ntry:\n    ecluse.requests()\n    print('answered')\n"
            "except EcluseError:\n    print('refused')\n",
        )
        assert refused.ok().strip() == "refused"
    finally:
        stack.start("egress")
    assert wait_for_state(stack, USER, PROJECT, request_id, "in_review") == "in_review"
    assert _count_of(stack, "Interrompue") == 1
    assert stack.ecluse("audit", "verify").ok()


def test_egress_killed_at_the_vote_releases_exactly_once(
    stack: Stack, researcher: Page, login: Callable[[str], Page]
) -> None:
    """A vote cut off by a crash is either recorded or not; in both cases there is one release, after an approval."""
    request_id = submit(stack, USER, PROJECT, "Diffusée une fois", SQL)
    wait_for_state(stack, USER, PROJECT, request_id, "in_review")
    steward = login("steward1")
    steward.goto(f"{stack.egress_url}/review/{request_id}")
    steward.locator("input[name=verdict][value=approve]").check()
    killer = threading.Timer(0.05, stack.kill, ("egress",))
    killer.start()
    steward.locator("form[action$='/vote'] button").click(no_wait_after=True)
    killer.join()
    stack.start("egress")
    if wait_for_state(stack, USER, PROJECT, request_id, "in_review", "released") == "in_review":
        again = login("steward1")
        again.goto(f"{stack.egress_url}/review/{request_id}")
        if again.locator("input[name=verdict][value=approve]").count():
            again.locator("input[name=verdict][value=approve]").check()
            again.locator("form[action$='/vote'] button").click()
    wait_for_state(stack, USER, PROJECT, request_id, "released")
    exported = stack.ecluse("audit", "export").ok()
    released = [line for line in exported.splitlines() if request_id in line and '"action": "released"' in line]
    assert len(released) == 1
    assert stack.ecluse("audit", "verify").ok()


def test_the_gateway_killed_closes_the_way_and_opens_it_again(stack: Stack, researcher: Page) -> None:
    """Without the gateway there is no other road into a workspace or out of it; with it, the same session goes on."""
    stack.kill("gateway")
    try:
        answer = researcher.goto(stack.workspace_url(USER, PROJECT, "api/status"), timeout=STALE_MILLISECONDS)
        assert answer is not None
        assert answer.status in {502, 503, 504}
        code = "import ecluse\ntry:\n    ecluse.requests(); print('answered')\nexcept Exception:\n    print('refused')"
        assert stack.run_in_workspace(USER, PROJECT, code).ok().strip() == "refused"
    finally:
        stack.start("gateway")
    researcher.goto(stack.workspace_url(USER, PROJECT))
    expect(researcher.locator("#jp-main-dock-panel")).to_be_visible(timeout=60_000)
    submit(stack, USER, PROJECT, "Après la passerelle", SQL)


def test_the_hub_killed_ends_no_workspace_and_lets_nobody_pass(
    stack: Stack, researcher: Page, login: Callable[[str], Page]
) -> None:
    """While the hub is away nobody's identity can be proven, so every request is refused; running kernels live on."""
    name = f"{stack.instance}-ws-{USER}--{PROJECT}"
    before = docker("inspect", "--format", "{{.State.StartedAt}}", name).ok()
    stack.kill("hub")
    try:
        code = (
            "import ecluse, time\ntime.sleep(11)\n"
            "draft = ecluse.export(title='Sans hub', purpose='x').add_query('SELECT count(*) AS n FROM IR_BEN_R')\n"
            "try:\n    draft.submit()\n"
            "    print('answered')\nexcept Exception:\n    print('refused')"
        )
        assert stack.run_in_workspace(USER, PROJECT, code).ok().strip() == "refused"
    finally:
        stack.start("hub")
    assert docker("inspect", "--format", "{{.State.StartedAt}}", name).ok() == before
    again = login(USER)
    expect(again.locator(f"#project-{PROJECT}")).to_contain_text("En cours")
    again.goto(stack.workspace_url(USER, PROJECT))
    expect(again.locator("#jp-main-dock-panel")).to_be_visible(timeout=60_000)
    assert _count_of(stack, "Sans hub") == 0


def test_compute_killed_during_screening_is_tried_again(stack: Stack, researcher: Page) -> None:
    """A machine that dies decides nothing: the request is screened again, or waits in quarantine for a steward."""
    stack.kill("compute")
    try:
        request_id = submit(stack, USER, PROJECT, "Sans calcul", SQL)
        assert state_of(stack, USER, PROJECT, request_id) in {"submitted", "screening", "quarantined"}
    finally:
        stack.start("compute")
    assert wait_for_state(stack, USER, PROJECT, request_id, "in_review", "quarantined") in {"in_review", "quarantined"}


def test_two_submits_of_the_same_draft_at_once_make_one_request(stack: Stack, researcher: Page) -> None:
    """The same submission sent twice at the same moment is one request with one entry."""
    code = """
import threading, uuid
from ecluse.client import call
sql = "SELECT BEN_SEX_COD AS s, count(*) AS n FROM IR_BEN_R GROUP BY ALL"
body = {"title": "Double", "purpose": "x", "items": [{"kind": "query", "name": "t", "sql": sql}]}
key, seen = str(uuid.uuid4()), []
def send(): seen.append(call("POST", "requests", body, {"Idempotency-Key": key})["id"])
threads = [threading.Thread(target=send) for _ in range(2)]
for t in threads: t.start()
for t in threads: t.join()
print(len(seen), len(set(seen)))
"""
    assert stack.run_in_workspace(USER, PROJECT, code).ok().split()[-2:] == ["2", "1"]
    assert _count_of(stack, "Double") == 1
