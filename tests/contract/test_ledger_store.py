"""What the stored ledger promises, on SQLite and on PostgreSQL."""

from __future__ import annotations

import inspect
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction

import pytest
import sqlalchemy as sa

from ecluse_platform.core.audit import Entry, Intact
from ecluse_platform.core.audit_actions import Action
from ecluse_platform.core.privacy.ledger import Charge, Grant, decide
from ecluse_platform.core.privacy.loss import Accounting, Loss
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.egress.adapters.database.engine import open_engine
from ecluse_platform.egress.adapters.database.ledger import SqlLedger, SqlLedgerReader
from egress_rig.rig import ONE_STEWARD, Rig

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
HASH = "a" * 64


def an_entry() -> Entry:
    """Return some entry."""
    return Entry(Action.LOGIN, "steward1")


def a_charge(rig: Rig, number: int = 0, epsilon: str = "0.1") -> Charge:
    """Return a charge for a request that exists."""
    request = rig.submit()
    return Charge(
        project=ONE_STEWARD,
        source="snds",
        fingerprint=f"{number:064x}",
        query_sha256=f"{number:064x}",
        extract_version="20261123T120000Z-0123abcd",
        accounting=Accounting.PURE,
        epsilon=Fraction(epsilon),
        loss=Loss(Fraction(epsilon), Fraction("0.000000000000001")),
        request=request.id,
        author=request.author,
        at=AT,
    )


A_GRANT = Grant(ONE_STEWARD, "snds", Accounting.PURE, Loss(Fraction("0.3"), Fraction(0)), "steward1", "Why.", AT)


def test_what_is_entered_comes_back_equal_and_exact(rig: Rig) -> None:
    """Every decimal of a loss, and the answer once there is one; another project's or source's ledger is empty."""
    charge = a_charge(rig, epsilon="0.123456789012345678")
    with rig.store.writing() as work:
        work.ledger.charge(charge, audit=an_entry())
        work.ledger.grant(A_GRANT, audit=an_entry())
    with rig.store.writing() as work:
        work.ledger.answer(charge, HASH, "20261124T120000Z-0123abcd", audit=an_entry())
        found = work.ledger.of_project(ONE_STEWARD, "snds")
    answered = replace(charge, answer_sha256=HASH, answer_version="20261124T120000Z-0123abcd")
    assert (found.grants, found.charges) == ((A_GRANT,), (answered,))
    with rig.store.reading() as reading:
        assert reading.ledger.of_project(ONE_STEWARD, "snds") == found
        assert reading.ledger.of_project("avc-parcours", "snds").charges == ()
        assert reading.ledger.of_project(ONE_STEWARD, "another").grants == ()
    assert isinstance(rig.proof(), Intact)


def test_an_answer_is_recorded_once(rig: Rig) -> None:
    """The second draw of the same question does not exist."""
    charge = a_charge(rig)
    with rig.store.writing() as work:
        work.ledger.charge(charge, audit=an_entry())
        work.ledger.answer(charge, HASH, charge.extract_version, audit=an_entry())
    with pytest.raises(Refusal) as refused, rig.store.writing() as work:
        work.ledger.answer(charge, "b" * 64, charge.extract_version, audit=an_entry())
    assert refused.value.code == "changed_meanwhile"


def test_a_question_cannot_be_charged_twice(rig: Rig) -> None:
    """The database itself refuses it, whatever the code above believes."""
    charge = a_charge(rig)
    with rig.store.writing() as work:
        work.ledger.charge(charge, audit=an_entry())
    with pytest.raises(sa.exc.IntegrityError), rig.store.writing() as work:
        work.ledger.charge(charge, audit=an_entry())
    with rig.store.reading() as reading:
        assert len(reading.ledger.of_project(ONE_STEWARD, "snds").charges) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE privacy_charges SET amount = '0'",
        "UPDATE privacy_charges SET amount = '0', answer_sha256 = 'x'",
        "UPDATE privacy_charges SET project = 'other', answer_sha256 = 'x'",
        "DELETE FROM privacy_charges",
        "UPDATE privacy_grants SET amount = '1000'",
        "DELETE FROM privacy_grants",
    ],
)
def test_the_database_itself_gives_nothing_back(rig: Rig, statement: str) -> None:
    """Charges and raises are only ever added, whoever holds the connection."""
    charge = a_charge(rig)
    with rig.store.writing() as work:
        work.ledger.charge(charge, audit=an_entry())
        work.ledger.grant(A_GRANT, audit=an_entry())
    engine = open_engine(rig.deps.settings.database_url)
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), engine.begin() as connection:
        connection.execute(sa.text(statement))
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE privacy_charges SET answer_sha256 = 'x', answer_version = 'y'"))
    for again in ("answer_sha256 = 'z'", "answer_sha256 = NULL", "answer_version = 'z'"):
        with pytest.raises(sa.exc.DBAPIError, match="append-only"), engine.begin() as connection:
            connection.execute(sa.text(f"UPDATE privacy_charges SET {again}"))
    engine.dispose()


def test_nothing_is_entered_without_an_audit_entry() -> None:
    """Every method of the ledger that is not one of the reader demands an entry, by name."""
    reading = {name for name, _ in inspect.getmembers(SqlLedgerReader, inspect.isfunction)}
    members = inspect.getmembers(SqlLedger, inspect.isfunction)
    changing = {name: method for name, method in members if name not in reading and not name.startswith("_")}
    assert set(changing) == {"charge", "answer", "grant"}
    for method in changing.values():
        audit = inspect.signature(method, eval_str=True).parameters["audit"]
        assert (audit.kind, audit.default) == (inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.empty)
        assert audit.annotation is Entry


def test_ten_at_once_with_budget_for_one(rig: Rig) -> None:
    """Units of work never overlap: what is read in one is what its charge is added to."""
    profile = rig.bundle.privacy["snds"].model_copy(update={"budget": "2", "yearly": None})
    wanted, gate = [a_charge(rig, number, "2") for number in range(10)], threading.Barrier(10)

    def ask(charge: Charge) -> str:
        gate.wait()
        try:
            with rig.store.writing() as work:
                decide(profile, work.ledger.of_project(ONE_STEWARD, "snds"), charge, AT.date())
                work.ledger.charge(charge, audit=an_entry())
        except Refusal as refusal:
            return refusal.code
        return "charged"

    with ThreadPoolExecutor(10) as pool:
        outcomes = sorted(pool.map(ask, wanted))
    assert outcomes == [*["budget_exceeded"] * 9, "charged"]
    with rig.store.reading() as reading:
        assert len(reading.ledger.of_project(ONE_STEWARD, "snds").charges) == 1
    assert isinstance(rig.proof(), Intact)
