"""Requests of several tables, and what each of them is compared with."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from ecluse_platform.core.refusals import Refusal
from ecluse_platform.core.requests import Fault, MachineRefusal, ProofCount, Verdict
from ecluse_platform.core.workflow import State
from ecluse_platform.egress.services import downloading, intake, voting
from ecluse_platform.egress.services.people import Researcher
from egress_rig.rig import ONE_STEWARD, Rig, draft, steward

ME = Researcher("researcher1", ONE_STEWARD)


def items(rig: Rig) -> list[str]:
    """Return the tables that the last screening was compared with."""
    return [known.item for known in rig.compute.earlier]


def test_each_table_is_screened_against_those_before_it(rig: Rig) -> None:
    """In order, under names of its own, with one subject for the vote and one archive for all."""
    request = rig.submit(tables=3)
    rig.screen()
    held = rig.get(request.id).screening
    assert held is not None
    assert [table.item for table in held.tables] == [f"{request.id}-1-{place}" for place in range(3)]
    assert items(rig) == [f"{request.id}-1-0", f"{request.id}-1-1"]
    rig.vote(request.id, "steward1")
    rig.release()
    paths = [held.path for held in rig.get(request.id).release.files]  # type: ignore[union-attr]
    assert [path for path in paths if path.endswith((".csv", ".sql"))] == [
        f"table-{number}.{kind}" for number in (1, 2, 3) for kind in ("csv", "sql")
    ]
    facts = downloading.download(
        rig.store, rig.bundle, rig.clock(), rig.vault, "researcher1", request.id, "release.json"
    )
    assert [table["file"] for table in json.loads(facts.content)["tables"]] == [
        "table-1.csv",
        "table-2.csv",
        "table-3.csv",
    ]


def test_the_subject_covers_every_table(rig: Rig) -> None:
    """Another proof, table or query of any of them is another subject."""
    rig.submit(tables=2)
    done = rig.screen()
    assert done is not None
    held = done.screening
    assert held is not None
    for place in range(2):
        for change in ("table_sha256", "csv_sha256", "sql_sha256", "evidence_sha256"):
            tables = list(held.tables)
            tables[place] = replace(tables[place], **{change: "0" * 64})  # type: ignore[arg-type]
            assert replace(held, tables=tuple(tables)).subject != held.subject


def test_more_tables_than_the_project_may_have_are_refused(rig: Rig) -> None:
    """With the number that it may have."""
    most = rig.bundle.projects[ONE_STEWARD].release.tables_per_request
    with pytest.raises(Refusal) as refused:
        intake.preview(rig.store, rig.bundle, rig.clock(), ME, draft(tables=most + 1))
    assert (refused.value.code, refused.value.fields) == ("too_many_tables", {"most": str(most)})


def test_what_is_out_and_what_waits_counts_and_nothing_else(rig: Rig) -> None:
    """In review, approved, released, revoked; not what was returned, rejected or withdrawn."""
    released = rig.released()
    revoked = rig.released()
    voting.revoke(rig.store, rig.clock(), rig.bundle, steward("steward1"), revoked.id, "Error.")
    for verdict in (Verdict.RETURN, Verdict.REJECT):
        other = rig.submit()
        rig.screen()
        rig.vote(other.id, "steward1", verdict)
    withdrawn = rig.submit()
    rig.screen()
    intake.withdraw(rig.store, rig.bundle, rig.clock(), ME, withdrawn.id)
    approved, waiting = rig.submit(), rig.submit()
    rig.screen()
    rig.screen()
    rig.vote(approved.id, "steward1")
    assert rig.get(approved.id).state is State.APPROVED
    rig.submit()
    rig.screen()
    assert items(rig) == [f"{request.id}-1-0" for request in (released, revoked, approved, waiting)]


def test_another_project_is_another_history(rig: Rig) -> None:
    """Tables of one are never compared with those of the other."""
    rig.released()
    rig.submit("researcher2", "antibio-national")
    rig.screen()
    assert items(rig) == []


def test_a_refusal_names_the_earlier_request_by_its_title(rig: Rig) -> None:
    """People know requests by their titles, and which table of theirs is meant."""
    first = rig.released()
    request = rig.submit(tables=2)
    fields = {"earlier": f"{first.id}-1-0, {request.id}-1-0", "cells": "BEN_SEX_COD=2"}
    rig.compute.instead = MachineRefusal("history_discloses", fields)
    done = rig.screen()
    assert done is not None
    assert done.refusal is not None
    assert done.refusal.table == "Table 1"
    assert (
        f"« Patients by sex » ({first.id}), « Patients by sex » ({request.id})" in done.refusal.as_refusal().reason.en
    )


def test_a_request_that_is_not_remembered_stops_the_project(rig: Rig) -> None:
    """What cannot be compared is refused, with the request that is in the way."""
    first = rig.released()
    assert first.screening is not None
    tables = tuple(replace(table, memory_sha256=None) for table in first.screening.tables)
    with rig.store.writing() as work:
        held = replace(first, screening=replace(first.screening, tables=tables))
        work.requests.save(held, audit=rig.entries()[-1].entry)
    rig.submit()
    done = rig.screen()
    assert done is not None
    assert done.refusal is not None
    assert done.refusal.code == "history_missing"
    assert first.id in done.refusal.fields["earlier"]


@pytest.mark.parametrize(
    "proof",
    [ProofCount(2, 1, 1, 0), ProofCount(2, 0, 0, 0), ProofCount(2, 3, 3, 0), ProofCount(2, 3, 0, -1)],
)
def test_without_a_proof_for_each_end_nothing_passes(rig: Rig, proof: ProofCount) -> None:
    """Three answers of the kind, and a steward is told."""
    rig.compute.proof = proof
    request = rig.submit()
    for _ in range(3):
        rig.screen()
    held = rig.get(request.id)
    assert (held.state, held.fault, held.screening) == (State.QUARANTINED, Fault.PROOF, None)


def test_the_attackers_verdict_stands_where_a_certificate_is_missing(rig: Rig) -> None:
    """Each end has one or the other."""
    rig.compute.proof = ProofCount(2, 1, 1, 1)
    rig.submit()
    done = rig.screen()
    assert done is not None
    assert done.state is State.IN_REVIEW


def test_sealed_evidence_that_is_lost_keeps_the_release_in(rig: Rig) -> None:
    """A release whose proof could never be shown again does not leave."""
    request = rig.submit()
    rig.screen()
    rig.vote(request.id, "steward1")
    held = rig.get(request.id).screening
    assert held is not None
    assert held.tables[0].evidence_sha256 is not None
    (rig.deps.settings.vault / held.tables[0].evidence_sha256).unlink()
    assert [done.state for done in rig.release()] == [State.QUARANTINED]


def test_refusals_fill_the_log_no_faster_than_policy_says(rig: Rig) -> None:
    """Every one is refused; only so many a minute are written down."""
    most = rig.bundle.platform.pace.refusals_a_minute
    request = rig.submit()
    for _ in range(most + 5):
        for act in (
            lambda: rig.vote(request.id, "steward1"),
            lambda: downloading.download(rig.store, rig.bundle, rig.clock(), rig.vault, "researcher1", request.id, "x"),
        ):
            with pytest.raises(Refusal):
                act()
    assert rig.actions().count("vote_refused") == most
    assert rig.actions().count("download_refused") == most
