"""Who sees a privacy budget on the pages, and who may raise it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from fractions import Fraction

import pytest

from ecluse_platform.core.audit import Entry
from ecluse_platform.core.audit_actions import Action
from ecluse_platform.core.privacy.ledger import Charge
from ecluse_platform.core.privacy.loss import Accounting, Loss
from ecluse_platform.egress.services.budget import budget_of_project
from web_rig.browser import Visitor
from web_rig.rig import ONE_PROJECT, TWO_STEWARDS, Rig

Visit = Callable[[str], Visitor]
PAGE = f"/budgets/{ONE_PROJECT}"
REASON = "Révision <b>majeure</b> demandée par la revue"


@pytest.fixture
def made(rig: Rig) -> str:
    """A request whose answer was charged at epsilon 1.5."""
    request_id = rig.submit(author="researcher1", project=ONE_PROJECT, title="Séries <i>mensuelles</i>")
    epsilon = Fraction(3, 2)
    charge = Charge(
        project=ONE_PROJECT,
        source="snds",
        fingerprint="f" * 64,
        query_sha256="a" * 64,
        extract_version="v1",
        accounting=Accounting.PURE,
        epsilon=epsilon,
        loss=Loss(epsilon),
        request=request_id,
        author="researcher1",
        at=rig.deps.clock() - timedelta(days=3),
    )
    entry = Entry(Action.PRIVACY_CHARGED, "system", ONE_PROJECT, request_id, {"epsilon": "1.5"})
    with rig.deps.store.writing() as work:
        work.ledger.charge(charge, audit=entry)
    return request_id


def remaining(rig: Rig) -> Fraction:
    """Return what is left of the project's budget."""
    bundle = rig.deps.policies.current()
    project = bundle.projects[ONE_PROJECT]
    return budget_of_project(rig.deps.store, bundle, rig.deps.clock(), project).standing.remaining.amount


def test_a_steward_sees_every_budget_as_a_picture_over_time(visit: Visit, made: str) -> None:
    """The list leads to the project's ledger: what is left, each answer with its request, and steps in SVG."""
    steward = visit("steward1")
    listed = steward.get("/budgets").text
    assert f'id="budget-{ONE_PROJECT}"' in listed
    assert f'id="budget-{TWO_STEWARDS}"' not in listed
    page = steward.get(PAGE).text
    assert "<strong>8,5</strong>" in page
    assert 'class="chart-line" d="M' in page
    assert f'href="/services/egress/review/{made}"' in page
    assert "Séries &lt;i&gt;mensuelles&lt;/i&gt;" in page
    assert "8.5" in steward.get(f"{PAGE}?lang=en").text


def test_a_researcher_sees_the_budget_of_their_project_and_cannot_raise_it(rig: Rig, visit: Visit, made: str) -> None:
    """On the page of their requests, and on its own; there is no form, and its address refuses them."""
    researcher = visit("researcher1")
    assert f'href="/services/egress{PAGE}"' in researcher.get("/requests").text
    page = researcher.get(PAGE).text
    assert f'href="/services/egress/requests/{made}"' in page
    assert "/raise" not in page
    before = remaining(rig)
    assert researcher.post(f"{PAGE}/raise", "/requests", amount="2", reason=REASON).status_code == 403
    assert remaining(rig) == before


@pytest.mark.usefixtures("made")
@pytest.mark.parametrize(
    ("person", "path", "status"),
    [
        ("researcher1", "/budgets", 403),
        ("operator1", "/budgets", 403),
        ("operator1", PAGE, 403),
        ("researcher1", "/budgets/nowhere", 404),
        ("steward1", "/budgets/nowhere", 404),
        ("researcher2", f"/budgets/{TWO_STEWARDS}", 404),
    ],
)
def test_others_see_no_budget(visit: Visit, person: str, path: str, status: int) -> None:
    """Neither those who are not in the project, nor of a project that has none."""
    assert visit(person).get(path).status_code == status


@pytest.mark.usefixtures("made")
def test_a_steward_raises_a_budget_with_a_reason(rig: Rig, visit: Visit) -> None:
    """A comma is a decimal point; the project reads the reason, and the audit log has its entry."""
    steward = visit("steward1")
    answer = steward.post(f"{PAGE}/raise", PAGE, amount="0,5", reason=REASON)
    assert answer.status_code == 303
    assert remaining(rig) == 9
    assert "Révision &lt;b&gt;majeure&lt;/b&gt;" in visit("researcher1").get(PAGE).text
    with rig.deps.store.reading() as reading:
        last = list(reading.audit.read())[-1].entry
    assert (last.action, last.actor, last.project) == (Action.BUDGET_RAISED, "steward1", ONE_PROJECT)


@pytest.mark.usefixtures("made")
@pytest.mark.parametrize(
    "fields",
    [
        {"amount": "1", "reason": " "},
        {"amount": "", "reason": REASON},
        {"amount": "-1", "reason": REASON},
        {"amount": "1e3", "reason": REASON},
        {"amount": "0", "reason": REASON},
        {"amount": "1", "delta": "1", "reason": REASON},
    ],
)
def test_what_is_no_raise_changes_nothing(rig: Rig, visit: Visit, fields: dict[str, str]) -> None:
    """Refused with a reason and a way back to the page, and nothing is granted."""
    answer = visit("steward1").post(f"{PAGE}/raise", PAGE, **fields)
    assert answer.status_code == 422
    assert f'href="/services/egress{PAGE}"' in answer.text
    assert remaining(rig) == Fraction(17, 2)


@pytest.mark.usefixtures("made")
def test_a_raise_without_the_forgery_token_is_refused(rig: Rig, visit: Visit) -> None:
    """A form of another page is nobody's will."""
    answer = visit("steward1").send("POST", f"{PAGE}/raise", data={"amount": "5", "reason": REASON})
    assert answer.status_code == 403
    assert remaining(rig) == Fraction(17, 2)


def test_a_steward_reads_a_stewards_reason_where_a_project_has_no_budget(visit: Visit) -> None:
    """Not that of a researcher who is no member."""
    answer = visit("steward1").get(f"/budgets/{TWO_STEWARDS}?lang=en")
    assert "has no privacy budget" in answer.text
    assert "There is no such project" in visit("steward1").get("/budgets/unheard-of?lang=en").text
