"""The real computing process, on a small extract, behind its socket."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from ecluse_platform.core.audit import Intact
from ecluse_platform.core.workflow import State
from ecluse_platform.egress.adapters.compute import SocketCompute
from ecluse_platform.egress.services import looking
from ecluse_platform.egress.services.screening import screen_next
from egress_rig.rig import ONE_STEWARD, Rig, steward
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
        '1960' AS BEN_NAI_ANN, '160001' AS BEN_DCD_AME, '75' AS BEN_RES_DPT, i::BIGINT AS __u
        FROM range(63) AS t(i)) TO '{table}' (FORMAT parquet)"""
    ).close()
    files = [{"path": "IR_BEN_R/part.parquet", "sha256": "0" * 64, "bytes": table.stat().st_size}]
    write_key(extracts)
    write_signed(extracts / ONE_STEWARD, VERSION, {"IR_BEN_R": {"rows": 63, "unowned_rows": 0, "files": files}})


@pytest.fixture
def compute(rig: Rig, tmp_path: Path) -> Iterator[SocketCompute]:
    """The computing process, started as its container starts it."""
    write_extract(tmp_path / "extracts")
    socket = rig.deps.settings.compute_socket
    environment = {
        "PATH": os.environ["PATH"],
        "ECLUSE_COMPUTE_SOCKET": str(socket),
        "ECLUSE_EXTRACTS": str(tmp_path / "extracts"),
        "ECLUSE_EXTRACT_VERIFY_KEY": str(tmp_path / "extracts" / "extract_verify_key"),
        "ECLUSE_POLICIES": str(rig.deps.settings.policies),
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
