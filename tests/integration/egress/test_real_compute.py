"""The real computing process, on a small extract, behind its socket."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from ecluse_platform.compute.evidence import opened_evidence, read_private_key
from ecluse_platform.core.audit import Intact
from ecluse_platform.core.disclosure.proof import check_json
from ecluse_platform.core.disclosure.table import Rule
from ecluse_platform.core.requests import ExportRequest, Fault, Verdict, sha256_of
from ecluse_platform.core.workflow import State
from ecluse_platform.egress.adapters.compute import SocketCompute
from ecluse_platform.egress.ports import Screened
from ecluse_platform.egress.services import intake, looking
from ecluse_platform.egress.services.people import Researcher
from ecluse_platform.egress.services.screening import screen_next
from egress_rig.rig import ONE_STEWARD, SQL, Rig, draft, private_draft, steward
from signed_extracts import write_key, write_signed

VERSION = "20261123T120000Z-0123abcd"


def write_extract(extracts: Path) -> None:
    """Write an extract of 40 women, 20 men and 3 persons of neither code."""
    folder = extracts / ONE_STEWARD / VERSION
    table = folder / "IR_BEN_R" / "part.parquet"
    table.parent.mkdir(parents=True)
    duckdb.execute(
        f"""COPY (SELECT 'p' || i AS BEN_NIR_PSA, 1::SMALLINT AS BEN_RNG_GEM, 'i' || i AS BEN_IDT_ANO,
        '00' AS BEN_CDI_NIR, (CASE WHEN i < 40 THEN 2 WHEN i < 60 THEN 1 ELSE 9 END)::SMALLINT AS BEN_SEX_COD,
        (CASE WHEN i < 5 THEN '1950' ELSE '1960' END) AS BEN_NAI_ANN,
        '160001' AS BEN_DCD_AME, '75' AS BEN_RES_DPT, i::BIGINT AS __u
        FROM range(63) AS t(i)) TO '{table}' (FORMAT parquet)"""
    ).close()
    files = [{"path": "IR_BEN_R/part.parquet", "sha256": "0" * 64, "bytes": table.stat().st_size}]
    write_key(extracts)
    write_signed(extracts / ONE_STEWARD, VERSION, {"IR_BEN_R": {"rows": 63, "unowned_rows": 0, "files": files}})


@pytest.fixture
def compute(rig: Rig, tmp_path: Path) -> Iterator[SocketCompute]:
    """The computing process, started as its container starts it."""
    write_extract(tmp_path / "extracts")
    (tmp_path / "history").mkdir()
    (tmp_path / "sampling_key").write_text("5a" * 32)
    private = X25519PrivateKey.generate()
    (tmp_path / "private").write_bytes(
        private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    (tmp_path / "public").write_bytes(
        private.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    socket = rig.deps.settings.compute_socket
    environment = {
        "PATH": os.environ["PATH"],
        "ECLUSE_COMPUTE_SOCKET": str(socket),
        "ECLUSE_EXTRACTS": str(tmp_path / "extracts"),
        "ECLUSE_EXTRACT_VERIFY_KEY": str(tmp_path / "extracts" / "extract_verify_key"),
        "ECLUSE_POLICIES": str(rig.deps.settings.policies),
        "ECLUSE_HISTORY": str(tmp_path / "history"),
        "ECLUSE_EVIDENCE_KEY": str(tmp_path / "public"),
        "ECLUSE_SAMPLING_KEY": str(tmp_path / "sampling_key"),
    }
    client = SocketCompute(socket, rig.policies)
    process = subprocess.Popen([sys.executable, "-m", "ecluse_platform.compute"], env=environment, cwd="/")
    try:
        deadline = time.monotonic() + 60
        while not client.ping():
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.1)
        yield client
    finally:
        process.terminate()
        process.wait()


def test_a_query_is_recomputed_protected_reviewed_and_released(rig: Rig, compute: SocketCompute) -> None:
    """The small cell leaves as a mark, and only as a mark."""
    request = rig.submit()
    screen_next(rig.store, rig.policies, rig.clock, compute, rig.vault)
    after = rig.get(request.id)
    assert after.state is State.IN_REVIEW, after.refusal or after.fault
    assert after.screening is not None
    assert after.screening.tables[0].extract_version == VERSION
    assert rig.vault.get(after.screening.tables[0].csv_sha256) == b"BEN_SEX_COD,patients\r\n1,20\r\n2,40\r\n9,c\r\n"
    view = looking.open_for_review(rig.store, rig.bundle, rig.vault, steward("steward1"), request.id)
    assert [seen.table.hidden for seen in view.tables] == [1]
    rig.vote(request.id, "steward1")
    assert [done.state for done in rig.release()] == [State.RELEASED]
    assert isinstance(rig.proof(), Intact)


def test_a_project_without_an_extract_is_told_so(rig: Rig, compute: SocketCompute) -> None:
    """The request goes back to its author with the next step."""
    request = rig.submit("researcher2", "antibio-national")
    screen_next(rig.store, rig.policies, rig.clock, compute, rig.vault)
    after = rig.get(request.id)
    assert after.state is State.RETURNED
    assert after.refusal is not None
    assert after.refusal.code == "no_extract"


WITHOUT_FIVE = SQL.replace("FROM IR_BEN_R", "FROM IR_BEN_R WHERE BEN_NAI_ANN <> '1950'")


def screened(rig: Rig, compute: SocketCompute, sql: str) -> ExportRequest:
    """Submit a query and have it screened."""
    who = Researcher("researcher1", ONE_STEWARD)
    asked = intake.submit(
        rig.store, rig.bundle, rig.clock(), rig.deps.new_id, who, draft(sql), str(uuid.uuid4())
    ).request
    screen_next(rig.store, rig.policies, rig.clock, compute, rig.vault)
    return rig.get(asked.id)


def test_a_cohort_without_five_persons_does_not_tell_them(rig: Rig, compute: SocketCompute) -> None:
    """The cell that an earlier table holds with five more persons is hidden, and the steward reads because of which."""
    first = screened(rig, compute, SQL)
    second = screened(rig, compute, WITHOUT_FIVE)
    assert second.state is State.IN_REVIEW, second.refusal or second.fault
    view = looking.open_for_review(rig.store, rig.bundle, rig.vault, steward("steward1"), second.id)
    rows = {row.labels: row for row in view.tables[0].table.rows}
    assert rows["1",].finding is None
    assert rows["2",].finding is not None
    assert rows["2",].finding.rule is Rule.HISTORY
    assert view.tables[0].because == ((f"« Patients by sex » ({first.id})", 1),)


def test_the_order_of_decisions_changes_nothing(rig: Rig, compute: SocketCompute) -> None:
    """What waits counts like what is out; what was returned does not."""
    first = screened(rig, compute, WITHOUT_FIVE)
    rig.vote(first.id, "steward1", Verdict.RETURN)
    second = screened(rig, compute, SQL)
    view = looking.open_for_review(rig.store, rig.bundle, rig.vault, steward("steward1"), second.id)
    assert view.tables[0].table.hidden == 1
    assert view.tables[0].because == ()


def test_the_proofs_of_both_systems_hold_without_a_solver(rig: Rig, compute: SocketCompute, tmp_path: Path) -> None:
    """What is sealed is the table's own proof and that of the comparison."""
    screened(rig, compute, SQL)
    second = screened(rig, compute, WITHOUT_FIVE)
    assert second.screening is not None
    blob = rig.vault.get(second.screening.tables[0].evidence_sha256 or "")
    proofs = opened_evidence(blob, read_private_key((tmp_path / "private").read_bytes()))
    assert "history" in {proof["name"] for proof in proofs}
    count = second.screening.tables[0].proof
    assert count is not None
    assert sum(len(check_json(proof)) for proof in proofs) <= count.attacked
    assert [check_json(proof) for proof in proofs if proof["name"] == "history"] == [[]]


def test_an_answer_that_was_lost_leaves_nothing_that_counts(rig: Rig, compute: SocketCompute, tmp_path: Path) -> None:
    """Killed between the memory and the answer, the same screening is done again and remembered once."""
    request = rig.submit()
    lost = compute.screen(ONE_STEWARD, WITHOUT_FIVE, request.item_name(0), ())
    assert isinstance(lost, Screened)
    folder = tmp_path / "history" / ONE_STEWARD
    (folder / f"{request.item_name(0)}.partial").write_bytes(b"half of a file")
    screen_next(rig.store, rig.policies, rig.clock, compute, rig.vault)
    held = rig.get(request.id).screening
    assert held is not None
    assert held.tables[0].memory_sha256 == sha256_of((folder / f"{request.item_name(0)}.parquet").read_bytes())
    assert held.tables[0].memory_sha256 != lost.memory_sha256
    assert not list(folder.glob("*.partial"))


@pytest.mark.parametrize("part", ["", ".sets"])
@pytest.mark.parametrize("harm", ["lost", "changed"])
def test_without_a_whole_memory_nothing_passes(
    rig: Rig, compute: SocketCompute, tmp_path: Path, part: str, harm: str
) -> None:
    """A fault, every time, until it is restored: nothing is compared with less than everything."""
    first = screened(rig, compute, SQL)
    path = tmp_path / "history" / ONE_STEWARD / f"{first.item_name(0)}{part}.parquet"
    whole = path.read_bytes()
    if harm == "lost":
        path.unlink()
    else:
        path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    second = screened(rig, compute, SQL)
    assert (second.state, second.fault) == (State.SCREENING, Fault.HISTORY)
    path.write_bytes(whole)
    screen_next(rig.store, rig.policies, rig.clock, compute, rig.vault)
    assert rig.get(second.id).state is State.IN_REVIEW


def test_types_that_do_not_fit_cost_nothing(rig: Rig, compute: SocketCompute) -> None:
    """DuckDB's own reading on empty tables comes before the charge; the refusal says what does not fit."""
    asked = private_draft("1", "SELECT COUNT(*) AS n FROM IR_BEN_R WHERE month(BEN_NAI_ANN) = 3")
    request = rig.submit_draft(asked)
    screen_next(rig.store, rig.policies, rig.clock, compute, rig.vault)
    refused = rig.get(request.id)
    assert (refused.state, refused.fault) == (State.RETURNED, None)
    assert refused.refusal is not None
    assert refused.refusal.code == "sql_types"
    assert "month" in refused.refusal.fields["detail"]
    assert rig.ledger().charges == ()


def test_a_private_answer_is_planned_priced_charged_drawn_and_released(rig: Rig, compute: SocketCompute) -> None:
    """The same planner on both sides, real noise, and the interval that the preview promised."""
    asked = private_draft("2", cells=1)
    who = Researcher("researcher1", ONE_STEWARD)
    [priced] = intake.preview(rig.store, rig.bundle, rig.clock(), who, asked).items
    assert isinstance(priced, intake.PricedItem)
    half = priced.half_widths["patients"]
    requests = [rig.submit_draft(asked), rig.submit_draft(private_draft("2", cells=1, title="Again"))]
    for _ in requests:
        screen_next(rig.store, rig.policies, rig.clock, compute, rig.vault)
    first, again = (rig.get(request.id) for request in requests)
    assert first.state is State.IN_REVIEW, first.refusal or first.fault
    assert first.screening is not None
    assert again.screening is not None
    assert [table.csv_sha256 for table in first.screening.tables] == [t.csv_sha256 for t in again.screening.tables]
    [charge] = rig.ledger().charges
    assert (charge.extract_version, charge.answer_sha256) == (VERSION, first.screening.tables[0].table_sha256)
    view = looking.open_for_review(rig.store, rig.bundle, rig.vault, steward("steward1"), first.id)
    [seen] = view.tables
    assert seen.private is not None
    assert seen.private.columns[0].half_width == str(half)
    assert {row.labels[0] for row in seen.private.rows} == {"0", "1", "2", "9"}
    assert all(row.counted is None or row.counted >= 11 for row in seen.private.rows)
    rig.vote(first.id, "steward1")
    [released] = rig.release()
    assert released.state is State.RELEASED
    assert isinstance(rig.proof(), Intact)


def test_margins_are_made_of_the_stored_answer_and_cost_nothing(rig: Rig, compute: SocketCompute) -> None:
    """ROLLUP, then its plain GROUP BY, then CUBE of it: one draw, one charge, the same cells, and sums that agree."""
    select = "SELECT BEN_SEX_COD, BEN_RES_DPT, COUNT(DISTINCT BEN_NIR_PSA) AS n FROM IR_BEN_R GROUP BY "
    found = []
    for group in ("ROLLUP (BEN_SEX_COD, 2)", "2, 1", "CUBE (1, 2)", "GROUPING SETS ((2), (1), ())"):
        asked = private_draft("2", select + group, title=group, cells=1, keys={"BEN_RES_DPT": ["75", "77"]})
        request = rig.submit_draft(asked)
        screen_next(rig.store, rig.policies, rig.clock, compute, rig.vault)
        assert rig.get(request.id).state is State.IN_REVIEW, rig.get(request.id).refusal
        [seen] = looking.open_for_review(rig.store, rig.bundle, rig.vault, steward("steward1"), request.id).tables
        assert seen.private is not None
        assert seen.screened.rows == len(seen.private.rows) + len(seen.private.margins)
        found.append(seen.private)
    assert len(rig.ledger().charges) == 1
    rolled, plain, cubed, alone = found
    assert plain.rows == rolled.rows == cubed.rows
    assert [len(table.margins) for table in found] == [5, 0, 7, 7]
    assert (alone.rows, alone.margins) == ((), cubed.margins)
    shown = [int(row.figures[0].value) for row in plain.rows if row.figures[0] is not None]
    [whole] = [margin for margin in rolled.margins if all(margin.totals)]
    assert whole.figures[0] is not None
    assert (int(whole.figures[0].value), whole.missing) == (sum(shown), (len(plain.rows) - len(shown),))
