# SQL is the subject of these tests.
"""What somebody who wants a person out of the data, or the machine down, would send."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

import small_cells
import small_compute
import small_world
from ecluse_platform.compute.database import open_extract
from ecluse_platform.compute.job import Fault, Job, Limits, Outcome, View
from ecluse_platform.compute.runner import run
from small_compute import Compute

SECONDS = 3
# One person with this many lines, joined to herself several times, is more rows than any machine counts in time.
MANY_LINES = 4000
NEVER_ENDING = (
    "SELECT count(*) FROM PRS a LEFT JOIN PRS b USING (PSA, RNG) LEFT JOIN PRS c USING (PSA, RNG) "
    "LEFT JOIN PRS d USING (PSA, RNG)"
)

HOSTILE = {
    "read a file": "SELECT count(*) FROM read_text('/proc/self/environ')",
    "read the extract's own file, unowned rows included": "SELECT count(*) FROM '{folder}/PRS/part-0.parquet'",
    "list files": "SELECT file, count(*) FROM glob('/etc/*') GROUP BY ALL",
    "write a file": "COPY (SELECT count(*) FROM PRS) TO '/tmp/out.csv'",
    "attach": "ATTACH '/tmp/x.db' AS x",
    "environment": "SELECT getenv('HOME') AS a, count(*) FROM PRS GROUP BY ALL",
    "settings": "SELECT current_setting('memory_limit') AS a, count(*) FROM PRS GROUP BY ALL",
    "unlock": "SET lock_configuration = false",
    "two statements": "SELECT count(*) FROM PRS; SET threads = 64",
    "pseudonym as a label": "SELECT PSA AS sexe, count(*) FROM PRS GROUP BY ALL",
    "pseudonym in pieces": "SELECT left(PSA, 3) AS a, count(*) FROM PRS GROUP BY ALL",
    "pseudonym asked bit by bit": "SELECT count(*) FROM PRS WHERE PSA < 'p5'",
    "pseudonym through an alias": "SELECT NAT AS x, count(*) FROM PRS WHERE x = 1 AND PSA = 'p1' GROUP BY ALL",
    "row number": "SELECT rowid, count(*) FROM PRS GROUP BY ALL",
    "the owner column": 'SELECT "__u", count(*) FROM PRS GROUP BY ALL',
    "all persons in each cell by a cross join": "SELECT a.NAT, count(DISTINCT b.IDT) FROM PRS a, BEN b GROUP BY ALL",
    "all persons in each cell by a false key": (
        "SELECT a.NAT, count(DISTINCT b.IDT) FROM PRS a JOIN BEN b ON a.NAT = b.SEX GROUP BY ALL"
    ),
    "rows multiplied by a reference table": "SELECT count(*) FROM PHA h JOIN DRUG d ON h.CIP = d.CIP",
    "counts probed by HAVING": "SELECT SEX, count(*) FROM BEN GROUP BY ALL HAVING count(*) = 5",
    "counts probed by order": "SELECT SEX, count(*) AS n FROM BEN GROUP BY ALL ORDER BY n",
    "counts as labels": "SELECT CASE WHEN count(*) = 5 THEN 'five' END AS a, count(*) FROM BEN",
    "counts through a window": "SELECT SEX, sum(count(*)) OVER () AS n, count(*) FROM BEN GROUP BY ALL",
    "totals of what is not shown": "SELECT SEX, count(*) FROM BEN GROUP BY ROLLUP (SEX, DPT)",
    "the same totals again": "SELECT SEX, count(*) FROM BEN GROUP BY GROUPING SETS ((SEX), (SEX), ())",
    "totals without end": f"SELECT SEX, count(*) FROM BEN GROUP BY {', '.join(['CUBE (SEX)'] * 60)}",
    "totals in totals": "SELECT SEX, count(*) FROM BEN GROUP BY GROUPING SETS (CUBE (SEX), ())",
    "which rows are totals, as a label": "SELECT SEX, grouping(SEX) AS g, count(*) FROM BEN GROUP BY ROLLUP (SEX)",
    "the largest amount": "SELECT SEX, max(EUR) AS a FROM PRS p JOIN BEN b USING (PSA, RNG) GROUP BY ALL",
    "the smallest amount as a quantile": "SELECT quantile_cont(EUR, 0) AS a FROM PRS",
    "the smallest amount as nearly a quantile": "SELECT quantile_cont(EUR, 0.000001) AS a FROM PRS",
    "one person's amount": "SELECT sum(CASE WHEN PSA = 'p00001' THEN EUR END) AS a FROM PRS",
    "one person's amount by a filter": "SELECT sum(EUR) FILTER (WHERE PSA = 'p00001') AS a FROM PRS",
    "one person in a filter": "SELECT count(*) FILTER (WHERE PSA = 'p00001') AS a, count(*) AS b FROM PRS",
    "two filters that differ by few": (
        "SELECT count(*) FILTER (WHERE NAT < 5) AS a, count(*) FILTER (WHERE NAT < 6) AS b FROM PRS"
    ),
    "a total hidden in a filter": "SELECT count(*) FILTER (WHERE NAT = 1 OR SPE = 2) AS a, NAT FROM PRS GROUP BY ALL",
    "the sum of a pseudonym": "SELECT sum(CAST(PSA AS INTEGER)) AS a FROM PRS",
    "the sum of owners": "SELECT sum(__u) AS a FROM PRS",
    "an amount coded in a factor": "SELECT 31337 * sum(EUR) / count(*) AS a FROM PRS",
    "amounts as a list": "SELECT list(EUR) AS a FROM PRS",
    "amounts repeated by a join": "SELECT sum(p.EUR) AS a FROM PRS p JOIN PRS q USING (PSA, RNG)",
    "an aggregate in an aggregate": "SELECT sum(count(*)) AS a FROM PRS",
    "an aggregate of a sub-query": "SELECT sum((SELECT max(EUR) FROM PRS)) AS a FROM PRS",
    "totals in a label": (
        "SELECT CASE WHEN p.NAT = 1 THEN 'all' WHEN b.SEX = 1 THEN 'men' ELSE 'women' END AS a, "
        "count(DISTINCT b.IDT) FROM PRS p JOIN BEN b USING (PSA, RNG) GROUP BY ALL"
    ),
    "totals in a number": (
        "SELECT p.NAT * (b.SEX + 1) AS a, count(DISTINCT b.IDT) FROM PRS p JOIN BEN b USING (PSA, RNG) GROUP BY ALL"
    ),
    "all but one group, in one month only": (
        "SELECT month(p.DAY) AS m, count(DISTINCT b.IDT) FROM PRS p "
        "JOIN BEN b USING (PSA, RNG) WHERE month(p.DAY) = 1 OR b.SEX = 1 GROUP BY ALL"
    ),
    "who is missing": "SELECT count(DISTINCT b.IDT), count(*) FROM PRS p LEFT JOIN BEN b USING (PSA, RNG)",
    "days as labels": "SELECT CAST(DAY AS VARCHAR) AS a, count(*) FROM PRS GROUP BY ALL",
    "days through a reference table": "SELECT d.LABEL, count(*) FROM PRS p JOIN DAY_V d USING (DAY) GROUP BY ALL",
    "the day, put back together": (
        "SELECT month(DAY) AS m, datediff('day', date_trunc('month', DAY), DAY) AS d, count(*) FROM PRS GROUP BY ALL"
    ),
    "an error that tells": "SELECT count(*) FROM BEN WHERE CASE WHEN SEX = 2 THEN error('found') ELSE true END",
    "a formula as a column": "SELECT SEX AS \"=HYPERLINK('x')\", count(*) FROM BEN GROUP BY ALL",
}


@pytest.fixture(scope="module")
def compute(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Compute]:
    """A service that gives each query little time, and a person with very many lines of care."""
    with small_compute.running(tmp_path_factory.mktemp("hostile"), seconds=SECONDS) as service:
        people = small_compute.people()
        people.add(days=tuple(date(2022, 1, 1) + timedelta(days=n % 300) for n in range(MANY_LINES)))
        people.write(service.extracts)
        yield service


def is_well(service: Compute) -> bool:
    """Say whether the service still answers a query."""
    return bool(service.screen("SELECT count(*) FROM BEN")["ok"])


@pytest.mark.parametrize("sql", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_sql_is_refused_before_any_data_is_read(compute: Compute, sql: str) -> None:
    """Each attack gets a refusal, never a table and never a fault."""
    answer = compute.screen(sql.replace("{folder}", str(compute.extracts / small_world.PROJECT / small_world.VERSION)))
    assert answer["ok"] is False
    assert answer["refusal"]["code"].startswith("sql_")


def test_a_query_that_never_ends_is_ended(compute: Compute) -> None:
    """The child is killed at the time that policy gives; others are served meanwhile and afterwards."""
    answers: list[object] = []
    threads = [threading.Thread(target=lambda: answers.append(compute.screen(NEVER_ENDING))) for _ in range(3)]
    for thread in threads:
        thread.start()
    assert json.loads(compute.ask(b'{"op": "ping"}\n')) == {"ok": True}
    for thread in threads:
        thread.join(timeout=120)
    assert answers == [{"ok": False, "fault": "timeout"}] * 3
    assert is_well(compute)


def test_a_killed_child_is_a_fault_and_the_service_lives(compute: Compute) -> None:
    """Whatever ends the child, its parent answers and goes on."""
    answers: list[object] = []
    thread = threading.Thread(target=lambda: answers.append(compute.screen(NEVER_ENDING)))
    thread.start()
    os.kill(_child_of(compute.process.pid), signal.SIGKILL)
    thread.join(timeout=60)
    assert answers == [{"ok": False, "fault": "crash"}]
    assert is_well(compute)


def _child_of(parent: int) -> int:
    path = Path(f"/proc/{parent}/task/{parent}/children")
    for _ in range(200):
        children = path.read_text().split()
        if children:
            return int(children[0])
        time.sleep(0.02)
    raise RuntimeError("no child was started")


def test_an_error_that_depends_on_the_data_says_nothing(compute: Compute) -> None:
    """A conversion that fails on some values, a division by zero: NULL there, no error, no message."""
    for condition in ("CAST(DPT AS DATE) IS NOT NULL", "SEX // 0 = 1", "CAST(BIRTH AS SMALLINT) * 32767 > 0"):
        assert compute.screen(f"SELECT count(*) FROM BEN WHERE {condition}")["ok"] is True


# From here on the plan is by-passed on purpose: what if it had let something through?


def _job(sql: str, folder: Path, memory_mib: int = 256) -> Job:
    people = small_compute.people()
    version = people.write(folder)
    files = (str(version / "BEN" / "part-0.parquet"),)
    view = View(files=files, columns={"SEX": "SMALLINT"}, private=True)
    return Job(
        query=replace(small_cells.planned("SELECT count(*) FROM BEN"), guarded_sql=sql),
        profile=small_world.profile(),
        folder=str(version),
        views={"BEN": view},
        limits=Limits(seconds=60, protection_seconds=60, memory_mib=memory_mib, threads=1, cells=100),
    )


def _run(sql: str, folder: Path) -> Outcome:
    return asyncio.run(run(_job(sql, folder)))


def test_memory_is_bounded_by_the_kernel_and_by_the_engine(tmp_path: Path) -> None:
    """A query that asks for more memory than policy gives ends without an answer."""
    outcome = _run("SELECT DISTINCT i AS u, 1 AS n, repeat('x', 500) || i AS x FROM range(50000000) t(i)", tmp_path)
    assert outcome.fault in {Fault.MEMORY, Fault.CRASH}


BEYOND = [
    "SELECT 1 AS u, count(*) AS n FROM read_text('/etc/passwd'), BEN",
    "SELECT 1 AS u, count(*) AS n FROM glob('/etc/*'), BEN",
    "SELECT 1 AS u, count(*) AS n FROM read_csv('/proc/self/environ'), BEN",
    "ATTACH '{folder}/x.db'",
    "COPY BEN TO '{folder}/x.csv'",
    "SET threads = 64",
    "SET lock_configuration = false",
    "INSTALL httpfs",
    "SELECT SECRET AS u, 1 AS n FROM BEN",
    "SELECT PSA AS u, 1 AS n FROM BEN",
]


@pytest.mark.parametrize("sql", BEYOND)
def test_the_engine_is_locked_even_against_what_the_plan_would_never_write(tmp_path: Path, sql: str) -> None:
    """No other file, no writing, no setting, no column that the permit does not grant: the process gives no answer."""
    outcome = _run(sql.replace("{folder}", str(tmp_path)), tmp_path)
    assert outcome.answer is None
    assert not list(tmp_path.glob("x.*"))


@pytest.mark.parametrize("sql", BEYOND)
def test_the_connection_itself_is_locked(tmp_path: Path, sql: str) -> None:
    """The same words alone, on the connection that a query has: the engine refuses each of them."""
    connection = open_extract(_job("SELECT 1", tmp_path))
    with pytest.raises(duckdb.Error):
        connection.execute(sql.replace("{folder}", str(tmp_path))).fetchall()
    assert not list(tmp_path.glob("x.*"))
