from __future__ import annotations

import inspect
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
import sqlalchemy as sa

from ecluse_platform.core.audit import Entry, Intact
from ecluse_platform.core.audit_actions import Action
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.core.requests import MachineRefusal, Verdict
from ecluse_platform.core.workflow import State
from ecluse_platform.egress.adapters.database.engine import open_engine
from ecluse_platform.egress.adapters.database.migrating import migrate
from ecluse_platform.egress.adapters.database.requests import SqlRequestReader, SqlRequestStore
from ecluse_platform.egress.adapters.database.tables import Base
from ecluse_platform.egress.services import intake
from ecluse_platform.egress.services.people import Researcher
from egress_rig.rig import ONE_STEWARD, TWO_STEWARDS, Rig, draft


def an_entry(name: str = "researcher1") -> Entry:
    """Return some entry."""
    return Entry(Action.LOGIN, name)


def test_what_is_stored_comes_back_equal(rig: Rig) -> None:
    """A request with every part filled survives the database unchanged."""
    request = rig.released()
    changed = replace(request, refusal=MachineRefusal("query_timeout", {"seconds": "60"}), attempts=2)
    with rig.store.writing() as work:
        stored = work.requests.save(changed, audit=an_entry())
    assert rig.get(request.id) == stored
    assert stored.votes[0].verdict is Verdict.APPROVE
    assert stored.release is not None
    assert replace(stored, version=changed.version) == changed


def test_every_refusal_can_be_stored(rig: Rig) -> None:
    """One without fields too."""
    request = rig.submit()
    with rig.store.writing() as work:
        work.requests.save(replace(request, refusal=MachineRefusal("query_memory")), audit=an_entry())
    assert rig.get(request.id).refusal == MachineRefusal("query_memory")


def test_a_save_based_on_an_older_reading_is_refused(rig: Rig) -> None:
    """Two people who change one request at once: the second is told, nothing is lost."""
    request = rig.submit()
    with rig.store.writing() as work:
        work.requests.save(replace(request, title="first"), audit=an_entry())
    with pytest.raises(Refusal) as refused, rig.store.writing() as work:
        work.requests.save(replace(request, title="second"), audit=an_entry())
    assert refused.value.code == "changed_meanwhile"
    assert rig.get(request.id).title == "first"


def test_a_unit_of_work_that_fails_leaves_nothing(rig: Rig) -> None:
    """Neither the change nor its entry."""
    request, before = rig.submit(), len(rig.entries())

    def half() -> None:
        with rig.store.writing() as work:
            work.requests.save(replace(request, title="half"), audit=an_entry())
            raise ValueError("halfway")

    with pytest.raises(ValueError, match="halfway"):
        half()
    assert rig.get(request.id).title == request.title
    assert len(rig.entries()) == before
    assert isinstance(rig.proof(), Intact)


def test_no_change_without_an_audit_entry() -> None:
    """Every method of the store that is not one of the reader demands an entry, by name."""
    reading = {name for name, _ in inspect.getmembers(SqlRequestReader, inspect.isfunction)}
    changing = [
        (name, method)
        for name, method in inspect.getmembers(SqlRequestStore, inspect.isfunction)
        if name not in reading and not name.startswith("_")
    ]
    assert {name for name, _ in changing} == {"add", "save"}
    for _, method in changing:
        audit = inspect.signature(method, eval_str=True).parameters["audit"]
        assert audit.kind is inspect.Parameter.KEYWORD_ONLY
        assert audit.default is inspect.Parameter.empty
        assert audit.annotation is Entry


@pytest.mark.parametrize("table", ["audit", "votes", "comments"])
@pytest.mark.parametrize("verb", ["update", "delete"])
def test_the_database_itself_refuses_to_change_what_was_said(rig: Rig, table: str, verb: str) -> None:
    """Entries, votes and comments are only ever added, whoever holds the connection."""
    request = rig.submit()
    rig.screen()
    rig.vote(request.id, "steward1", Verdict.RETURN)
    rows = Base.metadata.tables[table]
    last = list(rows.columns)[-1]
    statement = sa.delete(rows) if verb == "delete" else sa.update(rows).values({last.name: last})
    engine = open_engine(rig.deps.settings.database_url)
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), engine.begin() as connection:
        connection.execute(statement)
    engine.dispose()
    assert isinstance(rig.proof(), Intact)


def test_migrating_twice_changes_nothing(rig: Rig) -> None:
    """The migrations build exactly the tables that the code reads, and run at every start."""
    engine = open_engine(rig.deps.settings.database_url)
    migrate(engine)
    found = sa.inspect(engine)
    for name, table in Base.metadata.tables.items():
        assert {column["name"] for column in found.get_columns(name)} == set(table.columns.keys())
    engine.dispose()


def test_two_submissions_with_one_key_make_one_request(rig: Rig) -> None:
    """However often and however much at once a client tries again."""
    key, gate = str(uuid.uuid4()), threading.Barrier(6)

    def send(_: int) -> str:
        gate.wait()
        return rig.submit(key=key).id

    with ThreadPoolExecutor(6) as pool:
        ids = set(pool.map(send, range(6)))
    assert len(ids) == 1
    assert rig.actions().count("request_submitted") == 1
    who = Researcher("researcher1", ONE_STEWARD)
    with pytest.raises(Refusal) as refused:
        intake.submit(rig.store, rig.bundle, rig.clock(), rig.deps.new_id, who, draft(title="Other"), key)
    assert refused.value.code == "idempotency_conflict"


def test_the_quota_holds_when_many_submit_at_once(rig: Rig) -> None:
    """Twenty open requests, whoever comes together for the last place."""
    for _ in range(18):
        rig.submit()
    gate = threading.Barrier(6)

    def send(_: int) -> str:
        gate.wait()
        try:
            rig.submit()
        except Refusal as refusal:
            return refusal.code
        return "made"

    with ThreadPoolExecutor(6) as pool:
        outcomes = sorted(pool.map(send, range(6)))
    assert outcomes == ["made", "made", *["too_many_open"] * 4]
    assert rig.actions().count("request_refused") == 4
    assert isinstance(rig.proof(), Intact)


def test_two_votes_at_once_are_both_counted_once(rig: Rig) -> None:
    """Two stewards, each clicking three times at the same moment."""
    request = rig.submit("researcher2", TWO_STEWARDS)
    rig.screen()
    gate = threading.Barrier(6)

    def cast(number: int) -> str:
        gate.wait()
        try:
            rig.vote(request.id, f"steward{number % 2 + 1}")
        except Refusal as refusal:
            return refusal.code
        return "cast"

    with ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(cast, range(6)))
    assert outcomes.count("cast") == 2
    after = rig.get(request.id)
    assert after.state is State.APPROVED
    assert sorted(vote.steward for vote in after.votes) == ["steward1", "steward2"]
    assert isinstance(rig.proof(), Intact)


def test_the_chain_holds_under_many_writers(rig: Rig) -> None:
    """One head, whoever writes, and every head signed or covered by a later one."""

    def write(number: int) -> None:
        for _ in range(10):
            with rig.store.writing() as work:
                work.audit.append(an_entry(f"person{number}"))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    proof = rig.proof()
    assert isinstance(proof, Intact)
    assert proof.entries == 40
