from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

import small_compute
import small_world
from ecluse_platform.core.disclosure import ProtectedTable, to_csv
from small_compute import Compute

BY_SEX = (
    "SELECT SEX AS sexe, month(p.DAY) AS mois, count(DISTINCT b.IDT) AS personnes, count(*) AS lignes FROM PRS p "
    "JOIN PHA h USING (FLX, NUM) JOIN BEN b USING (PSA, RNG) GROUP BY ALL"
)


@pytest.fixture(scope="module")
def compute(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Compute]:
    """A service with the extract of the small project."""
    with small_compute.running(tmp_path_factory.mktemp("compute")) as service:
        small_compute.people().write(service.extracts)
        yield service


def test_a_query_comes_back_as_a_protected_table(compute: Compute) -> None:
    """The whole way: text, plan, process, Parquet, suppression, table; with the version of the data."""
    answer = compute.screen(BY_SEX)
    assert (answer["ok"], answer["extract_version"]) == (True, small_world.VERSION)
    table = ProtectedTable.model_validate_json(json.dumps(answer["table"]))
    assert to_csv(table, "c").split() == [
        "sexe,mois,personnes,lignes", "1,1,30,30", "1,2,30,30", "2,1,c,c", "2,2,c,c",
    ]  # fmt: skip


def test_rows_of_nobody_count_nowhere(compute: Compute) -> None:
    """A row without owner is not in any view: March has one such row, and no cell."""
    answer = compute.screen("SELECT month(DAY) AS mois, count(*) AS n FROM PRS GROUP BY ALL")
    assert [row["labels"] for row in answer["table"]["rows"]] == [["1"], ["2"]]


def test_the_service_refuses_by_its_own_plan(compute: Compute) -> None:
    """It trusts no plan of anybody else: the refusal comes with its code and both languages."""
    answer = compute.screen("SELECT * FROM PRS")
    assert answer["ok"] is False
    assert answer["refusal"]["code"] == "sql_star"
    assert set(answer["refusal"]["reason"]) == {"fr", "en"}


def test_types_that_do_not_fit_are_said_without_reading_data(compute: Compute) -> None:
    """What is wrong with the types is found on empty tables, so it can be told in full."""
    answer = compute.screen("SELECT BIRTH // 10 AS x, count(*) FROM BEN GROUP BY ALL")
    assert answer["refusal"]["code"] == "sql_types"
    assert "VARCHAR" in answer["refusal"]["reason"]["en"]


def test_an_unknown_project_or_one_without_extract_is_refused(compute: Compute, tmp_path: Path) -> None:
    """No project, no extract: two different refusals, and a path is no project."""
    assert compute.screen(BY_SEX, project="nobody")["refusal"]["code"] == "unknown_project"
    assert compute.screen(BY_SEX, project="../other")["refusal"]["code"] == "unknown_project"
    with small_compute.running(tmp_path) as empty:
        assert empty.screen(BY_SEX)["refusal"]["code"] == "no_extract"


@pytest.mark.parametrize(
    "line", [b"\n", b"{}\n", b"[]\n", b'{"op": "run"}\n', b'{"op": "screen", "project": 1, "sql": ""}\n', b"\xff\n"]
)
def test_a_line_that_is_no_request_is_a_fault(compute: Compute, line: bytes) -> None:
    """Nonsense gets an answer, and the service goes on."""
    assert json.loads(compute.ask(line)) == {"ok": False, "fault": "crash"}
    assert json.loads(compute.ask(b'{"op": "ping"}\n')) == {"ok": True}


def test_a_line_without_end_is_cut(compute: Compute) -> None:
    """More than the longest line gets no answer, and the service goes on."""
    # It may be closed while it is still being written to, which is as good.
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        assert compute.ask(b"x" * (3 * 1024 * 1024)) == b""
    assert json.loads(compute.ask(b'{"op": "ping"}\n')) == {"ok": True}


def test_nothing_of_the_data_or_of_the_query_is_logged(compute: Compute) -> None:
    """Logs name projects, codes and versions only."""
    compute.screen(BY_SEX)
    compute.screen("SELECT SEX, count(*) FROM BEN WHERE DPT = 'marker' GROUP BY ALL ORDER BY count(*)")
    # Any three digits can be in a time.
    logged = re.sub(r'"timestamp": "[^"]*"', "", compute.logged)
    for absent in ("SELECT", "marker", "labels", "075", "p00001"):
        assert absent not in logged


@pytest.mark.parametrize("damage", ["manifest", "version", "bytes", "file", "outside", "column", "type", "garbage"])
def test_a_damaged_extract_is_a_fault_and_nothing_else(tmp_path: Path, damage: str) -> None:
    """A manifest of another project, a changed, missing or foreign file, other columns: no answer is given."""
    with small_compute.running(tmp_path) as service:
        folder = small_compute.people().write(service.extracts)
        assert service.screen(BY_SEX)["ok"] is True
        _damage(damage, folder, service.extracts)
        assert service.screen(BY_SEX) == {"ok": False, "fault": "extract"}


def _damage(kind: str, folder: Path, extracts: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    file = manifest["tables"]["BEN"]["files"][0]
    path = folder / file["path"]
    if kind == "manifest":
        manifest["project"] = "another"
    elif kind == "version":
        (extracts / small_world.PROJECT / "current").write_text("../../etc")
    elif kind == "bytes":
        path.write_bytes(path.read_bytes() + b"x")
    elif kind == "file":
        path.unlink()
    elif kind == "outside":
        file["path"] = "../BEN/part-0.parquet"
    elif kind in {"column", "type"}:
        path.unlink()
        file["bytes"] = _other_file(path, "1 AS PSA" if kind == "column" else None)
    else:
        path.write_bytes(b"PAR1" * 20)
        file["bytes"] = 80
    (folder / "manifest.json").write_text(json.dumps(manifest))


def _other_file(path: Path, select: str | None) -> int:
    import duckdb  # noqa: PLC0415 - only these two cases write a file of their own

    typed = ", ".join(f"CAST(NULL AS DATE) AS {name}" for name in small_world.columns_of("BEN"))
    with duckdb.connect() as connection:
        connection.execute(f"COPY (SELECT {select or typed}) TO '{path}' (FORMAT parquet)")
    return path.stat().st_size


def test_the_service_stops_when_told_and_starts_over_what_a_killed_one_left(tmp_path: Path) -> None:
    """SIGTERM ends it cleanly; the socket that a killed service leaves behind does not stop the next one."""
    first = tmp_path / "first"
    first.mkdir()
    with small_compute.running(first) as service:
        os.kill(service.process.pid, signal.SIGTERM)
        assert service.process.wait(timeout=30) == 0
    second = tmp_path / "second"
    second.mkdir()
    with socket.socket(socket.AF_UNIX) as left_behind:
        left_behind.bind(str(second / "compute.sock"))
    with small_compute.running(second) as service:
        assert json.loads(service.ask(b'{"op": "ping"}\n')) == {"ok": True}
