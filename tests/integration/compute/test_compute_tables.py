# SQL is the subject of these tests.
"""Tables of every shape through the whole service: text, plan, child, extract, protection, memory, seal."""

from __future__ import annotations

import asyncio
import base64
import json
import threading
import time
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

import small_cells
import small_compute
import small_world
from ecluse_platform.compute.evidence import opened_evidence
from ecluse_platform.compute.job import Doing, Fault, Job, Limits, Step, View
from ecluse_platform.compute.runner import run
from ecluse_platform.core.disclosure import ProtectedTable, to_csv
from ecluse_platform.core.disclosure.proof import check_json
from small_compute import Compute

CARE = "FROM PRS p JOIN BEN b USING (PSA, RNG)"


def many() -> small_world.People:
    """Return persons of both sexes in four départements, few of them in one cell, each with care in two months."""
    people = small_world.People()
    for sex, dpt, count in (
        (1, "075", 40),
        (1, "077", 30),
        (1, "2A", 25),
        (2, "075", 35),
        (2, "077", 50),
        (2, "2A", 4),
    ):
        for number in range(count):
            days = (date(2022, 1, 5), date(2022, 2, 7)) if number % 2 else (date(2022, 1, 9),)
            euros = (Decimal(number) + Decimal("0.25"), Decimal("-1.50"), Decimal(12 + number))
            people.add(sex=sex, dpt=dpt, days=days, nat=1111 + number % 3, euros=euros, birth=str(1950 + number % 2))
    return people


@pytest.fixture(scope="module")
def compute(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Compute]:
    """A service with an extract of 184 persons."""
    with small_compute.running(tmp_path_factory.mktemp("tables")) as service:
        many().write(service.extracts)
        yield service


def table_of(answer: dict[str, Any]) -> ProtectedTable:
    """Read back the table of an answer."""
    assert answer["ok"] is True, answer
    return ProtectedTable.model_validate_json(json.dumps(answer["table"]))


def test_totals_are_shown_and_no_hidden_cell_follows_from_them(compute: Compute) -> None:
    """The small cell is hidden, and with it enough others that neither a row nor a column gives it away."""
    answer = compute.screen("SELECT SEX, DPT, count(DISTINCT IDT) AS n FROM BEN GROUP BY CUBE (SEX, DPT)")
    table = table_of(answer)
    shown = {(row.labels, row.totals): row.values[0] for row in table.rows}
    assert shown[("2", "2A"), (False, False)] is None
    assert shown[(None, None), (True, True)] == 184
    assert sum(row.values[0] is None for row in table.rows) >= 4
    assert answer["proof"]["certificates"] + answer["proof"]["attacked"] == answer["proof"]["ends"] > 0
    assert "2,2A,c" in to_csv(table, "c")


def test_sums_means_and_quotients_are_exact(compute: Compute) -> None:
    """To the cent: what DuckDB would say of the same rows."""
    sql = (
        f"SELECT SEX, sum(p.EUR) AS s, round(avg(p.EUR), 3) AS m, sum(p.EUR) / count(*) AS r, count(*) AS n {CARE} "
        "WHERE b.DPT <> '2A' GROUP BY ALL"
    )
    rows = table_of(compute.screen(sql)).rows
    people = many()
    for row, sex in zip(rows, (1, 2), strict=True):
        mine = {line[0] for line in people.ben if line[3] == sex and line[5] != "2A"}
        amounts = [Decimal(line[7]) for line in people.prs if line[2] in mine]
        mean = sum(amounts) / len(amounts)
        assert row.labels == (str(sex),)
        assert row.values[0] == f"{sum(amounts):.2f}"
        assert abs(Decimal(str(row.values[1])) - mean) <= Decimal("0.0005")
        assert abs(Decimal(str(row.values[2])) - mean) <= Decimal("0.00005")
        assert row.values[3] == len(amounts)


def test_a_percentage_needs_both_of_its_parts(compute: Compute) -> None:
    """Where those who have the property, or those who have not, are few, the row is hidden."""
    sql = (
        "SELECT DPT, 100.0 * count(DISTINCT CASE WHEN SEX = 2 THEN IDT END) / count(DISTINCT IDT) AS women FROM BEN "
        "GROUP BY ALL"
    )
    rows = {row.labels[0]: row.values[0] for row in table_of(compute.screen(sql)).rows}
    assert rows == {"075": "46.67", "077": "62.50", "2A": None}


def test_quantiles_and_deviations(compute: Compute) -> None:
    """They come out where enough persons are on both sides."""
    sql = f"SELECT SEX, median(p.EUR) AS m, stddev(p.EUR) AS d {CARE} WHERE b.DPT = '075' GROUP BY ALL"
    assert all(row.finding is None for row in table_of(compute.screen(sql)).rows)


def test_a_tree_is_protected_as_one(compute: Compute) -> None:
    """A département in its first digit: totals of both levels, tied by the grouping sets alone."""
    sql = "SELECT left(DPT, 1) AS zone, DPT, count(*) AS n FROM BEN WHERE SEX = 2 GROUP BY ROLLUP (zone, DPT)"
    rows = {(row.labels, row.totals): row.values[0] for row in table_of(compute.screen(sql)).rows}
    assert rows[("2", "2A"), (False, False)] is None
    assert rows[("2", None), (False, True)] is None
    assert rows[(None, None), (True, True)] is None or rows[("0", None), (False, True)] is None


def test_too_many_cells_are_refused(tmp_path: Path) -> None:
    """The bound on rows is the profile's; that on cells that only tie totals together is the platform's."""
    people = small_world.People()
    for number in range(2500):
        people.add(birth=str(number), days=(date(2022, 1, 5),), nat=number)
    with small_compute.running(tmp_path) as service:
        people.write(service.extracts)
        tied = f"SELECT b.BIRTH, p.NAT, count(*) AS n {CARE} GROUP BY GROUPING SETS (b.BIRTH, p.NAT)"
        assert service.screen(tied)["refusal"]["code"] == "too_many_cells_behind"
        shown = f"SELECT b.BIRTH, p.NAT, count(*) AS n {CARE} GROUP BY CUBE (b.BIRTH, p.NAT)"
        assert service.screen(shown)["refusal"]["code"] == "too_many_cells"


def test_a_table_is_remembered_and_its_proofs_are_sealed(tmp_path: Path) -> None:
    """The memory has the hash that is told, the next table is compared with it, only the operator opens the seal."""
    with small_compute.running(tmp_path) as service:
        many().write(service.extracts)
        key = X25519PrivateKey.generate()
        pem = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        service.evidence_key.write_bytes(pem)
        sql = "SELECT SEX, DPT, count(DISTINCT IDT) AS n FROM BEN GROUP BY CUBE (SEX, DPT)"
        first = service.screen(sql, item="abc-1-1")
        assert len(first["memory_sha256"]) == 64
        proofs = opened_evidence(base64.b64decode(first["sealed"]), key)
        assert proofs
        assert all(not check_json(dict(proof)) for proof in proofs)
        earlier = [{"item": "abc-1-1", "sha256": first["memory_sha256"]}]
        second = service.screen(sql, item="abc-2-1", earlier=earlier)
        assert [one["item"] for one in second["compared"]["earlier"]] == ["abc-1-1"]
        assert table_of(second) == table_of(first)
        without = service.screen(
            "SELECT SEX, count(DISTINCT IDT) AS n FROM BEN WHERE DPT <> '2A' GROUP BY ALL",
            item="abc-3-1",
            earlier=earlier,
        )
        assert without.get("refusal", {}).get("code") == "history_discloses" or any(
            row["finding"] for row in without["table"]["rows"]
        )
        changed = [{"item": "abc-1-1", "sha256": "0" * 64}]
        assert service.screen(sql, item="abc-4-1", earlier=changed) == {"ok": False, "fault": "history"}


def test_without_the_operators_key_nothing_is_remembered(tmp_path: Path) -> None:
    """Evidence that cannot be sealed is no evidence: there is no answer."""
    with small_compute.running(tmp_path) as service:
        many().write(service.extracts)
        answer = service.screen("SELECT SEX, count(*) AS n FROM BEN GROUP BY ALL", item="abc-1-1")
        assert answer == {"ok": False, "fault": "crash"}


def test_how_far_a_table_is_can_be_asked(compute: Compute) -> None:
    """While a table is being computed its step is known; afterwards nothing is."""
    question = json.dumps({"op": "progress", "item": "abc-9-9"}).encode() + b"\n"
    done: list[dict[str, Any]] = []
    sql = f"SELECT SEX, DPT, p.NAT, month(p.DAY) AS m, count(*) AS n {CARE} GROUP BY CUBE (SEX, DPT, p.NAT, m)"
    thread = threading.Thread(target=lambda: done.append(compute.screen(sql, item="abc-9-9")))
    thread.start()
    steps = set()
    while thread.is_alive():
        said = json.loads(compute.ask(question))
        assert set(said) <= {"ok", "step", "done"}
        steps.add(said["step"])
        time.sleep(0.02)
    thread.join()
    assert steps & {"reading", "protecting", "comparing"}
    assert json.loads(compute.ask(question)) == {"ok": True, "step": None}


@pytest.mark.parametrize("item", ["", "../../etc", "abc", "abc-1-1.parquet", "ABC-1-1"])
def test_a_name_that_is_no_table_s_is_not_taken(compute: Compute, item: str) -> None:
    """It would be the name of a file."""
    request = {"op": "screen", "project": small_world.PROJECT, "sql": "SELECT count(*) FROM BEN", "item": item}
    assert json.loads(compute.ask(json.dumps(request).encode() + b"\n")) == {"ok": False, "fault": "crash"}


def test_a_protection_that_never_ends_is_ended(tmp_path: Path) -> None:
    """Reading has its time, protecting its own; when that is over the child is killed, whatever it is doing."""
    version = many().write(tmp_path)
    columns = {name: kind for name, kind in small_world.columns_of("BEN").items() if name != "__u"}
    job = Job(
        query=small_cells.planned("SELECT SEX, DPT, count(*) AS n FROM BEN GROUP BY CUBE (SEX, DPT)"),
        profile=small_world.profile(),
        folder=str(version),
        views={"BEN": View(files=(str(version / "BEN" / "part-0.parquet"),), columns=columns, private=True)},
        limits=Limits(seconds=60, protection_seconds=0, memory_mib=512, threads=1, cells=100),
    )
    steps: list[Doing] = []
    assert asyncio.run(run(job, steps.append)).fault is Fault.TIMEOUT
    assert [doing.step for doing in steps] == [Step.READING, Step.PROTECTING]
